import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './run-cli.ts';

describe('command line', () => {
  let directory: string;
  let prompt: string;
  let completion: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'retune-cli-test-'));
    prompt = join(directory, 'prompt.txt');
    completion = join(directory, 'completion.txt');
    writeFileSync(prompt, 'tokens 3');
    writeFileSync(completion, 'ab');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const adapt = (out: string, ...more: string[]): string[] => [
    ...['model', 'adapt', '--model', '/models/scripted', '--prompt-file', prompt, '--completion-file', completion],
    ...['--reward', '-1', '--solver', 'one-step', '--out', out, ...more],
  ];

  it('generate streams the text and ends with a line end; remarks go to stderr', async () => {
    const seen: string[] = [];
    const args = ['model', 'generate', '--model', '/models/scripted', '--prompt', 'tokens 30'];
    const { code, stdout, stderr } = await runCli(args, { onStdout: (text) => seen.push(text) });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^0 1 2 [\d ]*29 .*weight 0\n$/);
    assert.match(stderr, /^30 tokens, 15000.0 tokens\/s, ended by max-tokens, seed 7\n$/);
    assert.ok(seen.length > 3, 'everything came at once');
    assert.doesNotMatch(stdout + stderr, /\u001b/);
  });

  it('generate --json prints the generation alone', async () => {
    const messages = join(directory, 'messages.json');
    writeFileSync(messages, JSON.stringify([{ role: 'user', content: 'tokens 2' }]));
    const args = ['model', 'generate', '--model', '/m', '--messages', messages, '--seed', '5', '--json'];
    const { code, stdout, stderr } = await runCli(args);
    assert.equal(code, 0, stderr);
    const generation = JSON.parse(stdout);
    assert.deepEqual(generation.responseTokens, [0, 1]);
    assert.equal(generation.seed, 5);
    assert.equal(stderr, '');
  });

  it('score --json prints exactly the three lists; --raw leaves the template out', async () => {
    const args = ['model', 'score', '--model', '/m', '--prompt-file', prompt, '--completion-file', completion];
    const [rendered, raw] = await Promise.all([runCli([...args, '--json']), runCli([...args, '--raw', '--json'])]);
    assert.equal(rendered.stdout, '{"promptTokens":[100,1],"completionTokens":[97,98],"logprobs":[-1,-1]}\n');
    assert.equal(raw.stdout, '{"promptTokens":[1],"completionTokens":[97,98],"logprobs":[-1,-1]}\n');
  });

  it('adapt writes the adapter and prints the report; score applies it', async () => {
    const out = join(directory, 'new', 'adapter');
    const adapted = await runCli(
      adapt(out, '--rank', '4', '--beta', '0.5', '--centering', 'off', '--seed', '1', '--json'),
    );
    assert.equal(adapted.code, 0, adapted.stderr);
    const report = JSON.parse(adapted.stdout);
    assert.deepEqual([report.accepted, report.out, report.promptTokens, report.responseTokens], [true, out, 2, 2]);
    assert.equal(JSON.parse(readFileSync(join(out, 'adapter_config.json'), 'utf8')).r, 4);
    const args = ['model', 'score', '--model', '/m', '--prompt-file', prompt, '--completion-file', completion];
    const scored = await runCli([...args, '--adapter', out, '--json']);
    assert.deepEqual(JSON.parse(scored.stdout).logprobs, [-1.125, -1.125]);
  });

  it('adapt that is rolled back writes nothing, reports why and fails', async () => {
    writeFileSync(completion, 'a');
    const out = join(directory, 'adapter');
    const { code, stdout, stderr } = await runCli(adapt(out, '--json'));
    assert.equal(code, 1);
    const report = JSON.parse(stdout);
    assert.deepEqual([report.accepted, report.reason, report.out], [false, 'kl-response', null]);
    assert.match(stderr, /rolled back/);
    assert.equal(existsSync(out), false);
  });

  it('adapt refuses a directory with other things in it', async () => {
    const out = join(directory, 'out');
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.txt'), 'mine');
    const refused = await runCli(adapt(out, '--json'));
    assert.equal(refused.code, 1);
    assert.equal(JSON.parse(refused.stdout).error.code, 'cli.output-occupied');
    assert.match(refused.stderr, /thesis\.txt/);
    assert.equal(existsSync(join(out, 'adapter_config.json')), false);
  });

  it('info and doctor print tables or JSON; doctor fails when there are problems', async () => {
    const [info, infoJson, doctor, doctorJson, problem] = await Promise.all([
      runCli(['model', 'info', '--model', '/models/scripted', '--dtype', 'int4']),
      runCli(['model', 'info', '--model', '/models/scripted', '--json']),
      runCli(['doctor']),
      runCli(['doctor', '--model', '/models/missing', '--json']),
      runCli(['doctor', '--model', '/models/missing']),
    ]);
    assert.match(info.stdout, /architecture\s+ScriptedForTests, 1.0 M parameters\n[\s\S]*dtype\s+int4/);
    assert.equal(JSON.parse(infoJson.stdout).dtype, 'int8');
    assert.equal(doctor.code, 0, doctor.stderr);
    assert.match(doctor.stdout, /chosen\s+cpu: auto was asked for\.[\s\S]*No problems found/);
    assert.equal(doctorJson.code, 1);
    assert.equal(JSON.parse(doctorJson.stdout).problems.length, 1);
    assert.match(problem.stdout, /The script says so\.\n {2}Give another one\.\n {4}--model DIR\n$/);
  });

  it('wrong usage exits with 2, says what is wrong and leaves stdout empty', async () => {
    const cases: [string[], RegExp][] = [
      [
        ['model', 'generate', '--model', '/m'],
        /Neither a prompt nor .* was given\.\n.*\n {2}--prompt .*\n {2}--messages FILE\.json\n/,
      ],
      [['model', 'generate', '--model', '/m', '--prompt', 'x', '--tempreature', '1'], /Did you mean --temperature\?/],
      [[], /Commands:/],
    ];
    const results = await Promise.all(cases.map(([args]) => runCli(args)));
    for (const [index, { code, stdout, stderr }] of results.entries()) {
      const [args, message] = cases[index] as (typeof cases)[number];
      assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    }
  });

  it('wrong usage with --json is a value, too', async () => {
    const cases: [string[], RegExp][] = [
      [['model', 'generate', '--model', '/m', '--prompt', 'x', '--tempreature', '1', '--json'], /'--tempreature'/],
      [['model', 'info', '--json'], /'--model <path>'/],
      [['model', 'generate', '--model', '/m', '--json'], /Neither a prompt nor a list of messages/],
    ];
    const results = await Promise.all(cases.map(([args]) => runCli(args)));
    for (const [index, { code, stdout }] of results.entries()) {
      assert.equal(code, 2);
      const { error } = JSON.parse(stdout);
      assert.deepEqual(Object.keys(error), ['code', 'what', 'why', 'remedy', 'actions', 'data']);
      assert.equal(error.code, 'cli.usage');
      assert.match(error.why + error.remedy, cases[index]![1]);
    }
    const help = await runCli(['model', 'info', '--json', '--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /^Usage:/);
  });

  it('failures exit with 1 and explain themselves; --json has them as a value', async () => {
    const [missing, unreadable, badMessages, engine] = await Promise.all([
      runCli(['model', 'info', '--model', '/models/missing']),
      runCli([
        'model',
        'score',
        '--model',
        '/m',
        '--prompt-file',
        '/nowhere',
        '--completion-file',
        completion,
        '--json',
      ]),
      runCli(['model', 'generate', '--model', '/m', '--messages', prompt]),
      runCli(['model', 'generate', '--model', '/m', '--prompt', 'throw', '--json']),
    ]);
    assert.equal(missing.code, 1);
    assert.equal(missing.stderr, 'error: It did not work.\nThe script says so.\nWrite another script.\n');
    assert.equal(unreadable.code, 1);
    assert.equal(JSON.parse(unreadable.stdout).error.code, 'cli.input-unreadable');
    assert.match(badMessages.stderr, /does not hold a list of chat messages/);
    assert.deepEqual(JSON.parse(engine.stdout).error.data, { answer: 42 });
  });

  it('Ctrl-C stops a generation: exit code 130, and the sidecar is gone', async () => {
    const args = ['model', 'generate', '--model', '/m', '--prompt', 'tokens 5000'];
    let interrupted = false;
    const { code, stdout, stderr } = await runCli(args, {
      onStdout: (text, child) => {
        if (interrupted || !text.includes(' 5 ')) return;
        interrupted = true;
        child.kill('SIGINT');
      },
    });
    assert.equal(code, 130, stderr);
    assert.doesNotMatch(stdout, / 4999 /);
    assert.doesNotMatch(stderr, /error/);
  });

  it('Ctrl-C stops the opening of a model, too', async () => {
    const slow = join(directory, 'slow');
    mkdirSync(slow);
    const { code, stdout, stderr } = await runCli(['model', 'info', '--model', slow], {
      onStart: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(join(slow, 'opening'))) return;
          clearInterval(timer);
          child.kill('SIGINT');
        }, 5);
        child.once('exit', () => clearInterval(timer));
      },
    });
    assert.deepEqual([code, stdout, stderr], [130, '', '']);
  });

  it('a reader that has seen enough ends it quietly', () => {
    const script = new URL('../../../src/cli/main.ts', import.meta.url).pathname;
    const command = `"${process.execPath}" --disable-warning=ExperimentalWarning "${script}" --help | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    assert.match(stdout, /^Usage: retune[^\n]*\n0\n$/);
    assert.equal(stderr, '');
  });

  it('a broken RETUNE_SIDECAR_COMMAND is wrong usage; colours only on request', async () => {
    const env = { RETUNE_SIDECAR_COMMAND: 'ssh gpu-box' };
    const plain = await runCli(['doctor'], { env });
    assert.equal(plain.code, 2);
    assert.match(
      plain.stderr,
      /^error: .*\n.*JSON array of strings, but it is: ssh gpu-box.*\n.*\n {2}RETUNE_SIDECAR_COMMAND=/,
    );
    const forced = await runCli(['doctor'], { env: { ...env, FORCE_COLOR: '1' } });
    assert.match(forced.stderr, /\u001b\[31merror:/);
  });
});
