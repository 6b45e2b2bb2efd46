import { methods } from '../../agent/events.ts';
import { dtypes } from '../../policy/dtype.ts';
import { providerChoices } from '../../policy/provider.ts';

/** `machine` settings name programs and files of one computer: a workspace must not set them. */
type SettingScope = 'machine' | 'resource' | 'window';

type Spec<T> = {
  readonly default: T;
  readonly scope: SettingScope;
  readonly description: string;
  /** JSON schema, except for what follows from the fields above. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Settings files are written by hand: a value that this refuses counts as not set. */
  readonly accepts: (value: unknown) => value is T;
};

/** Every setting, in the order in which the settings editor shows them. Keys are without their prefix `retune.`. */
export const settings = {
  'model.directory': text({
    scope: 'machine',
    description:
      'The model: the path of a folder in Hugging Face layout (`config.json`, `*.safetensors`, `tokenizer.json`) or of a GGUF file, for example of Qwen2.5-Coder, or the name of a model that Ollama, LM Studio or another program keeps on this machine, as `ollama:qwen2.5-coder:1.5b`. Empty: the best one for code that is found there, else the embedded demonstration model. With `#retune.sidecar.command#` it must be set, to a path on the machine where that command runs.',
  }),
  engine: text({
    scope: 'machine',
    description:
      'What runs the model. Empty: the engine that comes with Retune. Otherwise the name of another engine, followed by a colon and its address, for example `openai:http://127.0.0.1:8080/v1` for an OpenAI-compatible server; `#retune.model.directory#` is then the name of a model there. The server receives the prompts, and the log of each session names it.',
  }),
  'model.dtype': choice(['int8', ...dtypes.filter((dtype) => dtype !== 'int8')], {
    scope: 'machine',
    description:
      'Number format of the weights: `int8` is nearly exact (exact where a GGUF file has quantised weights), `int4` takes about half as much memory, `fp32` is for comparisons.',
  }),
  provider: choice(providerChoices, {
    scope: 'machine',
    description:
      'Execution provider to compute with. `auto` takes WebGPU if it computes correct results and is not clearly slower than the CPU, and the CPU otherwise. A provider that is named here is used or refused, never replaced silently.',
  }),
  method: choice(['rosa2', ...methods.filter((method) => method !== 'rosa2')], {
    scope: 'window',
    description:
      'What adapts after a failed attempt: `rosa2` words and weights, `textgrad` only the words, `rosa` only the weights, `baseline` neither; `switch` begins with the words and adds the weights halfway through the attempts.',
  }),
  maxTurns: integer(5, 1, 20, { scope: 'window', description: 'Maximum number of attempts.' }),
  'test.command': text({
    scope: 'resource',
    description:
      'Command that runs the tests, for example `npm test`. Empty: detected, from the folder of the target upwards.',
  }),
  'test.timeoutSeconds': integer(600, 1, 24 * 3600, {
    scope: 'resource',
    description: 'Time limit of a test run, in seconds. A run that takes longer counts as hanging.',
  }),
  askForComments: flag(true, {
    scope: 'window',
    description: 'Ask after a failed attempt what is wrong with it. Off: only the test results say what is wrong.',
  }),
  'sidecar.command': list({
    scope: 'machine',
    description:
      'Command that starts the model process, as a program and its arguments, for example `["ssh", "gpu-box", "retune-sidecar"]`. Empty: the one that comes with Retune, on this machine.',
  }),
} as const satisfies Record<
  string,
  Spec<never> | Spec<string> | Spec<number> | Spec<boolean> | Spec<readonly string[]>
>;

export type SettingKey = keyof typeof settings;
export type SettingValue<K extends SettingKey> = (typeof settings)[K]['default'];

type Common = { readonly scope: SettingScope; readonly description: string };

function text(common: Common): Spec<string> {
  const accepts = (value: unknown): value is string => typeof value === 'string';
  return { ...common, default: '', schema: { type: 'string' }, accepts };
}

/** The first choice is the default. */
function choice<const T extends string>(choices: readonly [T, ...T[]], common: Common): Spec<T> {
  const accepts = (value: unknown): value is T => choices.some((known) => known === value);
  return { ...common, default: choices[0], schema: { type: 'string', enum: choices }, accepts };
}

function integer(preset: number, minimum: number, maximum: number, common: Common): Spec<number> {
  const accepts = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  return { ...common, default: preset, schema: { type: 'integer', minimum, maximum }, accepts };
}

function flag(preset: boolean, common: Common): Spec<boolean> {
  const accepts = (value: unknown): value is boolean => typeof value === 'boolean';
  return { ...common, default: preset, schema: { type: 'boolean' }, accepts };
}

function list(common: Common): Spec<readonly string[]> {
  const accepts = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'string');
  return { ...common, default: [], schema: { type: 'array', items: { type: 'string' } }, accepts };
}
