import { methods } from '../../agent/events.ts';
import { dtypes } from '../../policy/dtype.ts';
import { providerChoices } from '../../policy/provider.ts';

/** `machine` settings name programs and files of one computer: a workspace must not bring them along. */
type SettingScope = 'machine' | 'resource' | 'window';

type Spec<T> = {
  readonly default: T;
  readonly scope: SettingScope;
  readonly description: string;
  /** JSON schema, beyond what follows from the fields above. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Settings files are written by hand: a value of the wrong kind counts as not set. */
  readonly accepts: (value: unknown) => value is T;
};

/** Every setting, in the order in which the settings editor shows them. Keys come after `retune.`. */
export const settings = {
  'model.directory': text({
    scope: 'machine',
    description:
      'Folder of the model: a checkpoint in Hugging Face layout (`config.json`, `*.safetensors`, `tokenizer.json`), for example of Qwen2.5-Coder. Empty: the embedded demonstration model. With `#retune.sidecar.command#` it is a path of the machine that the command runs on, and must be set.',
  }),
  'model.dtype': choice(['int8', ...dtypes.filter((dtype) => dtype !== 'int8')], {
    scope: 'machine',
    description:
      'Number format of the weights: `int8` is nearly exact, `int4` takes half the memory, `fp32` is for comparisons.',
  }),
  provider: choice(providerChoices, {
    scope: 'machine',
    description:
      'What computes. `auto` takes WebGPU where it computes right results and is not clearly slower than the CPU, else the CPU; a provider named here is never replaced silently.',
  }),
  method: choice(['rosa2', ...methods.filter((method) => method !== 'rosa2')], {
    scope: 'window',
    description:
      'What adapts between attempts: `rosa2` words and weights, `textgrad` words, `rosa` weights, `baseline` neither, `switch` begins with the words and adds the weights from the middle of the turns on.',
  }),
  maxTurns: integer(5, 1, 20, { scope: 'window', description: 'Attempts before Retune gives up.' }),
  'test.command': text({
    scope: 'resource',
    description:
      'Command that runs the tests, for example `npm test`. Empty: detected, from the target’s folder upwards.',
  }),
  'test.timeoutSeconds': integer(600, 1, 24 * 3600, {
    scope: 'resource',
    description: 'Seconds after which one run of the tests counts as hanging.',
  }),
  askForComments: flag(true, {
    scope: 'window',
    description: 'After a failed attempt, ask what is wrong with it. Off: the test results alone say it.',
  }),
  'sidecar.command': list({
    scope: 'machine',
    description:
      'Command that starts the model process, program and arguments one by one, for example `["ssh", "gpu-box", "retune-sidecar"]`. Empty: the one that comes with Retune, on this machine.',
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
