import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readRecord } from '../../../src/session/read-record.ts';
import { openRecord } from '../../../src/session/record.ts';
import type { RecordedEvent } from '../../../src/session/record-schema.ts';
import { recordedKinds } from '../../../src/session/record-schema.ts';
import { makeScratch, type Scratch, startOf, verdictOf } from './support.ts';

const report = {
  accepted: true,
  reason: null,
  solver: 'one-step',
  alpha: 0.5,
  halvings: 1,
  deltaNorm: 0.1,
  relativeWeightChange: 0.01,
  logProbBefore: -10,
  logProbAfter: -12.5,
  klResponse: 0.02,
  klAnchors: 0.01,
  entropyBefore: 1,
  entropyAfter: 1.1,
  cgIterations: 0,
  cgResidual: 0,
  lambda: 1,
  promptTokens: 100,
  responseTokens: 30,
  milliseconds: 900,
} as const;

/** One of every kind, with every field that may be absent once present and once absent. */
const events: readonly RecordedEvent[] = [
  { kind: 'notice', message: 'größe 你好 \u2028 "quoted"\n' },
  { kind: 'detected', runner: 'node-test', command: 'node --test', cwd: '/srv/shop', why: 'package.json says so.' },
  { kind: 'baseline-run', run: 1 },
  { kind: 'baseline', verdict: verdictOf(), flaky: ['x'] },
  {
    kind: 'target',
    files: [{ path: 'src/total.js', symbol: 'total', firstLine: 1, lastLine: 4 }, { path: 'b.js' }],
    why: 'w',
  },
  { kind: 'model', parameters: 1e6, contextLength: 4096, learnt: false },
  { kind: 'resumed', turns: 1 },
  { kind: 'turn', turn: 1, messages: [{ role: 'user', content: 'c' }], temperature: 0.7, dropped: ['neighbours'] },
  {
    kind: 'generated',
    turn: 1,
    text: '```js\nx\n```',
    promptTokens: [1, 2],
    responseTokens: [3],
    finish: 'stop-token',
    seed: 7,
    milliseconds: 5,
  },
  {
    kind: 'answer',
    turn: 1,
    answer: { kind: 'attempt', attempt: { files: [{ path: 'a', text: 't' }] }, form: 'block' },
  },
  { kind: 'answer', turn: 2, answer: { kind: 'unparsable', problem: 'elided', detail: 'd' } },
  { kind: 'environment', turn: 1, event: { kind: 'snapshot', snapshot: 's/1', files: ['a'] } },
  { kind: 'environment', turn: 1, event: { kind: 'applied', files: ['a'] } },
  { kind: 'environment', turn: 1, event: { kind: 'tests', scope: 'all', command: 'node --test' } },
  { kind: 'verdict', turn: 1, verdict: verdictOf() },
  { kind: 'verdict', turn: 2, verdict: verdictOf({ reward: null, reason: 'unparsable', tests: [] }), sameAs: 1 },
  { kind: 'comment', turn: 1, comment: 'still wrong' },
  {
    kind: 'words',
    turn: 1,
    words: {
      instruction: 'Add them.',
      source: 'model',
      critique: {
        kind: 'wrong-result',
        quotes: ['q'],
        rootCause: 'r',
        attribution: 'both',
        requirements: ['x'],
        unknowns: [],
      },
      calls: [{ purpose: 'critique', output: 'o', refused: [], milliseconds: 3 }],
    },
  },
  { kind: 'weights', turn: 1, weights: { kind: 'updated', report }, milliseconds: 900 },
  {
    kind: 'weights',
    turn: 2,
    weights: { kind: 'rolled-back', report: { ...report, accepted: false, reason: 'entropy' } },
    milliseconds: 1,
  },
  { kind: 'weights', turn: 3, weights: { kind: 'skipped', why: 'no reward' }, milliseconds: 0 },
  { kind: 'finished', turns: 3, outcome: { kind: 'no-progress', why: 'twice the same' }, milliseconds: 10 },
  { kind: 'finished', turns: 3, outcome: { kind: 'solved' }, milliseconds: 10 },
  { kind: 'nothing-to-fix', verdict: verdictOf() },
  { kind: 'failed', error: { code: 'a.b', what: 'w', why: 'y', remedy: 'r', data: { n: 1 } } },
  {
    kind: 'failed',
    error: { code: 'a.b', what: 'w', why: 'y', remedy: 'r', actions: [{ kind: 'option', option: 'model' }] },
  },
  { kind: 'notice', message: 'left', actions: [{ kind: 'command', command: 'undo', args: ['s'], folder: '/f' }] },
  { kind: 'kept', learnt: { version: 2, notices: [] } },
  { kind: 'kept' },
  { kind: 'undone', restored: ['a'], kept: [{ path: 'b', why: 'changed', copy: '/tmp/b' }], notices: [] },
];

describe('the record of a session', () => {
  let scratch: Scratch;
  let file: string;
  beforeEach(async () => {
    scratch = await makeScratch();
    file = path.join(scratch.storage.sessionDirectory('20261120-153012-ab12'), 'record.jsonl');
  });
  afterEach(() => scratch.remove());

  async function write(...more: readonly RecordedEvent[]): Promise<void> {
    await using record = await openRecord(file);
    for (const event of more) await record.append(event);
  }

  it('leaves out actions that this release does not know', async () => {
    const actions = [{ kind: 'option', option: 'model' } as const, { kind: 'wish' } as never];
    await write(startOf('s'), { kind: 'notice', message: 'left', actions });
    const { events, notices } = await readRecord(file);
    assert.deepEqual(notices, []);
    assert.deepEqual(
      events.map((event) => 'actions' in event && event.actions),
      [[{ kind: 'option', option: 'model' }]],
    );
  });

  it('is read as it was written, every kind of event', async () => {
    const before = Date.now();
    await write(startOf('s'), ...events);
    const read = await readRecord(file);
    assert.deepEqual(read.notices, []);
    const { t, ...session } = read.session;
    assert.ok(t >= before && t <= Date.now());
    assert.deepEqual(session, startOf('s'));
    assert.deepEqual(
      read.events.map(({ t: _t, ...event }) => event),
      events,
    );
    assert.deepEqual([...new Set(['session', ...events.map(({ kind }) => kind)])].sort(), recordedKinds.toSorted());
  });

  it('is read with today’s names where an earlier version wrote it', async () => {
    await write();
    const lines = [
      { ...startOf('s'), t: 1, replay: true },
      { kind: 'environment', t: 2, turn: 1, event: { kind: 'checkpoint', checkpoint: 's/1', files: ['a'] } },
    ];
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { session, events: read, notices } = await readRecord(file);
    assert.deepEqual(session, { ...startOf('s'), t: 1, recorded: true });
    const event = { kind: 'snapshot', snapshot: 's/1', files: ['a'] };
    assert.deepEqual([read, notices], [[{ kind: 'environment', t: 2, turn: 1, event }], []]);
  });

  it('is one line for each event, kind and time first, for the user’s eyes only', async () => {
    await write(startOf('s'), ...events);
    const lines = readFileSync(file, 'utf8').split('\n');
    assert.equal(lines.pop(), '');
    assert.equal(lines.length, events.length + 1);
    for (const line of lines) assert.match(line, /^\{"kind":"[a-z-]+","t":\d+[,}]/);
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('keeps the order of events that are not waited for', async () => {
    await using record = await openRecord(file);
    await Promise.all([
      record.append(startOf('s')),
      ...Array.from({ length: 50 }, (_, turn) => record.append({ kind: 'comment', turn, comment: '' })),
    ]);
    const { events: read } = await readRecord(file);
    assert.deepEqual(
      read.map((event) => ('turn' in event ? event.turn : -1)),
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  it('drops a torn last line with a notice, and goes on after it', async () => {
    await write(startOf('s'), { kind: 'comment', turn: 1, comment: 'whole' });
    appendFileSync(file, '{"kind":"verdict","t":1,"turn":1,"verd');
    const torn = await readRecord(file);
    assert.deepEqual(
      torn.events.map(({ kind }) => kind),
      ['comment'],
    );
    assert.match(torn.notices.join(), /last line of .* not finished/);
    await write({ kind: 'comment', turn: 2, comment: 'after' });
    const read = await readRecord(file);
    assert.deepEqual(
      read.events.map((event) => ('turn' in event ? event.turn : -1)),
      [1, 2],
    );
    assert.match(read.notices.join(), /line 3 \(it is not JSON\) cannot be read and is left out/);
  });

  it('reads around damage in the middle, naming lines and fields, and changes nothing', async () => {
    await write(
      startOf('s'),
      ...Array.from({ length: 6 }, (_, turn): RecordedEvent => ({ kind: 'comment', turn, comment: 'c' })),
    );
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[2] = 'garbage \0';
    lines[3] = '{"kind":"comment","t":1,"turn":"two","comment":"c"}';
    lines[4] = '[]';
    lines[5] = '"kind"';
    const damaged = lines.join('\n');
    writeFileSync(file, damaged);
    const read = await readRecord(file);
    assert.equal(read.events.length, 2);
    assert.match(
      read.notices.join(),
      /line 3 \(.*\), line 4 \(turn: .*\), line 5 \(it has no kind\) and 1 more cannot be read/,
    );
    assert.equal(readFileSync(file, 'utf8'), damaged);
  });

  it('ignores kinds and fields that it does not know', async () => {
    await write(startOf('s'));
    appendFileSync(
      file,
      '{"kind":"telepathy","t":1,"x":1}\n{"kind":"comment","t":1,"turn":1,"comment":"c","mood":"good"}\n',
    );
    const read = await readRecord(file);
    assert.deepEqual([read.events, read.notices], [[{ kind: 'comment', t: 1, turn: 1, comment: 'c' }], []]);
  });

  it('gives back figures that JSON cannot hold as NaN', async () => {
    await write(startOf('s'), {
      kind: 'weights',
      turn: 1,
      weights: { kind: 'updated', report: { ...report, lambda: Number.NaN } },
      milliseconds: 1,
    });
    const [event] = (await readRecord(file)).events;
    assert.ok(event?.kind === 'weights' && event.weights.kind === 'updated');
    assert.ok(Number.isNaN(event.weights.report.lambda));
  });

  it('cuts what is absurdly long, and can still be read', async () => {
    const output = 'x'.repeat(20 * 2 ** 20);
    await write(startOf('s'), { kind: 'baseline', verdict: verdictOf({ output }), flaky: [] });
    assert.ok(statSync(file).size < 2 ** 20);
    const [event] = (await readRecord(file)).events;
    assert.ok(event?.kind === 'baseline');
    assert.match(event.verdict.output, /x… \(\d+ characters left out\)$/);
  });

  for (const [name, content, why] of [
    ['nothing', '', /first line does not describe a session/],
    ['another file', 'hello\nworld\n', /first line does not describe a session/],
    ['a record without its beginning', '{"kind":"comment","t":1,"turn":1,"comment":"c"}\n', /first line/],
    [
      'a record of a later version',
      '{"kind":"session","t":1,"version":2}\n{"kind":"kept","t":1}\n',
      /another version of Retune/,
    ],
  ] as const) {
    it(`refuses ${name}`, async () => {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      await assert.rejects(readRecord(file), { code: 'session.record-unreadable', why });
    });
  }

  it('refuses what is no file', async () => {
    await assert.rejects(readRecord(file), { code: 'session.record-unreadable', why: /no such file/ });
    await assert.rejects(readRecord(scratch.root), { code: 'session.record-unreadable', why: /is a directory/ });
  });

  it('says when the disk is full', async function () {
    if (!existsSync('/dev/full')) this.skip();
    await using record = await openRecord('/dev/full');
    await assert.rejects(record.append(startOf('s')), {
      code: 'session.disk-full',
      remedy: /keep the state of Retune on another disk/,
      actions: [{ kind: 'option', option: 'stateDirectory' }],
    });
  });

  it('keeps no half line when a write fails in its midst', async function () {
    if (process.platform !== 'linux') this.skip();
    // As a full disk would, a limit on the size of files lets the first part through.
    const script = `
      import { openRecord } from ${JSON.stringify(path.resolve('src/session/record.ts'))};
      process.on('SIGXFSZ', () => {});
      const record = await openRecord(process.argv[1]);
      await record.append(${JSON.stringify(startOf('s'))});
      try {
        await record.append({ kind: 'comment', turn: 1, comment: 'x'.repeat(20000) });
      } catch (error) {
        console.log(error.code);
      }
      await record.append({ kind: 'comment', turn: 2, comment: 'small' });`;
    const limited = `ulimit -f 8; exec ${process.execPath} --input-type=module -e "$1" "$2"`;
    const run = spawnSync('bash', ['-c', limited, 'bash', script, file], { encoding: 'utf8' });
    assert.equal(run.stdout.trim(), 'session.record-unwritable', run.stderr);
    const read = await readRecord(file);
    assert.deepEqual(read.notices, []);
    assert.deepEqual(
      read.events.map((event) => ('turn' in event ? event.turn : 0)),
      [2],
    );
  });

  it('cannot be kept where its folder cannot be created', async () => {
    writeFileSync(path.join(scratch.root, 'file'), '');
    const below = path.join(scratch.root, 'file', 'record.jsonl');
    await assert.rejects(openRecord(below), { code: 'session.record-unwritable' });
    assert.ok(!existsSync(below));
  });
});
