import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { isUsage } from '../../../src/cli/errors.ts';
import type { OutputOptions } from '../../../src/cli/output.ts';
import { type OpeningOptions, policySettings } from '../../../src/cli/policy-settings.ts';
import { buildProgram } from '../../../src/cli/program.ts';

interface Parsed {
  readonly options: Record<string, unknown> | undefined;
  readonly exitCode: number;
  readonly said: string;
}

/** Parses a command line without carrying it out. */
async function parse(line: string): Promise<Parsed> {
  let options: OutputOptions | undefined;
  let said = '';
  const program = buildProgram(async (given) => {
    options = given;
  });
  const listen = (command: Command): void => {
    command.configureOutput({
      writeOut: (text) => {
        said += text;
      },
      writeErr: (text) => {
        said += text;
      },
    });
    command.commands.forEach(listen);
  };
  listen(program);
  try {
    await program.parseAsync(line.split(' '), { from: 'user' });
    return { options: options as Record<string, unknown> | undefined, exitCode: 0, said };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { options: undefined, exitCode: error.exitCode, said };
  }
}

const adapt = 'model adapt --model m --prompt-file p --completion-file c --solver one-step --out o';

describe('command line options', () => {
  it('are parsed to numbers and choices', async () => {
    assert.deepEqual(
      (await parse('model generate --model m --prompt x --max-tokens 5 --temperature 0.5 --seed 0')).options,
      {
        model: 'm',
        prompt: 'x',
        maxTokens: 5,
        temperature: 0.5,
        seed: 0,
      },
    );
    assert.deepEqual(
      (await parse(`${adapt} --reward -1 --beta 0.25 --rank 4 --centering off --seed 9 --json`)).options,
      {
        model: 'm',
        promptFile: 'p',
        completionFile: 'c',
        solver: 'one-step',
        out: 'o',
        reward: '-1',
        beta: 0.25,
        rank: 4,
        centering: 'off',
        seed: 9,
        json: true,
      },
    );
    assert.deepEqual((await parse('doctor --provider webgpu')).options, { provider: 'webgpu' });
  });

  it('say how a model is opened, alike for every command that opens one', async () => {
    const line =
      '--dtype int4 --block 128 --provider cpu --threads 3 --context 4096 --layer-checkpointing --ignore-memory';
    const opening = {
      dtype: 'int4',
      block: 128,
      provider: 'cpu',
      threads: 3,
      context: 4096,
      layerCheckpointing: true,
      ignoreMemory: true,
    };
    for (const command of [
      'model info --model m',
      'model generate --model m --prompt x',
      'model score --model m --prompt-file p --completion-file c',
      `${adapt} --reward 1`,
    ]) {
      const { options, said } = await parse(`${command} ${line}`);
      assert.deepEqual({ ...options, ...opening }, options, said);
      const { context, ...same } = opening;
      assert.deepEqual(policySettings(options as unknown as OpeningOptions, 'm'), {
        clientName: 'retune-cli',
        model: resolve('m'),
        ...same,
        contextLength: context,
      });
    }
    assert.deepEqual(policySettings({}, 'm'), { clientName: 'retune-cli', model: resolve('m') });
  });

  it('a block that the number format does not have is wrong usage', () => {
    for (const [dtype, block] of [
      [undefined, 64],
      ['int8', 128],
      ['fp32', 32],
    ] as const) {
      const options = { block, ...(dtype && { dtype }) };
      assert.throws(
        () => policySettings(options, 'm'),
        (error) => isUsage(error) && new RegExp(`${dtype ?? 'int8'} .*blocks of ${block}`).test(String(error)),
      );
    }
    assert.equal(policySettings({ block: 32 }, 'm').block, 32);
    assert.equal(policySettings({ dtype: 'int4', block: 64 }, 'm').block, 64);
  });

  const generate = 'model generate --model m --prompt x';
  for (const [line, message] of [
    ['model generate', /required option '--model <path>'/],
    [`${generate} --tempreature 1`, /Did you mean --temperature\?/],
    [`${generate} --messages f`, /'--prompt <text>' cannot be used with option '--messages <file.json>'/],
    [`${generate} --temperature -1`, /number of at least 0/],
    [`${generate} --temperature hot`, /number of at least 0/],
    [`${generate} --max-tokens 1.5`, /whole number of at least 1/],
    [`${generate} --max-tokens 0`, /whole number of at least 1/],
    [`${generate} --seed 4294967296`, /from 0 to 4294967295/],
    [`${generate} --dtype int2`, /Allowed choices are fp32, int8, int4/],
    [`${generate} --provider tpu`, /Allowed choices are auto, cpu, webgpu/],
    [`${generate} --block 48`, /Allowed choices are 32, 64, 128/],
    [`${generate} --block 032`, /Allowed choices are 32, 64, 128/],
    [`${generate} --threads 0`, /from 1 to 1024/],
    [`${generate} --threads 1025`, /from 1 to 1024/],
    [`${generate} --threads many`, /from 1 to 1024/],
    [`${generate} --context 1`, /whole number of at least 2/],
    [`${generate} --context 8k`, /whole number of at least 2/],
    ['model info --model m --layer-checkpointing=no', /unknown option|does not take/],
    ['model info --model m --ignore-memory yes', /too many arguments/],
    [`${adapt} --reward 1 --rank 513`, /from 1 to 512/],
    [`${adapt} --reward 1 --rank 0`, /from 1 to 512/],
    [`${generate} extra`, /too many arguments/],
    [`${adapt} --reward 1 --beta 0`, /greater than 0/],
    [`${adapt} --reward 2`, /Allowed choices are -1, 1/],
    [`${adapt}`, /required option '--reward <r>'/],
    [`${adapt} --reward 1 --centering maybe`, /Allowed choices are on, off/],
    ['model score --model m --prompt-file p', /required option '--completion-file <file>'/],
    ['modle', /Did you mean model\?/],
  ] as const) {
    it(`refuses: ${line}`, async () => {
      const { options, exitCode, said } = await parse(line);
      assert.equal(options, undefined);
      assert.notEqual(exitCode, 0);
      assert.match(said, message);
      assert.match(said, /--help` for usage/);
    });
  }

  it('help is no error', async () => {
    const { exitCode, said } = await parse('model adapt --help');
    assert.equal(exitCode, 0);
    assert.match(said, /--centering <on\|off>/);
  });

  it('help says which options must be given', async () => {
    for (const [command, required] of [
      ['model info', ['--model']],
      ['model generate', ['--model']],
      ['model score', ['--model', '--prompt-file', '--completion-file']],
      ['model adapt', ['--model', '--prompt-file', '--completion-file', '--reward', '--solver', '--out']],
      ['adapter export', ['--out']],
      ['fix', []],
    ] as const) {
      const { said } = await parse(`${command} --help`);
      const options = said.replace(/\n {10,}/g, ' ').split('\n');
      const marked = options.filter((line) => line.includes('(required)')).map((line) => line.trim().split(' ')[0]);
      assert.deepEqual(marked.toSorted(), required.toSorted(), said);
    }
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.deepEqual(await parse('--version'), { options: undefined, exitCode: 0, said: `${version}\n` });
  });
});
