import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trainingExamples } from './examples.ts';
import { embeddedRecipe } from './recipe.ts';
import { writeLossCurve } from './run/loss-curve.ts';
import { sampled } from './run/sample.ts';
import { Run, type StepReport } from './run.ts';

/**
 * `npm run train:embedded -- [--minutes N] [--tokens N] [--threads N] [--seed S] [--out DIR] [--resume] [--provider webgpu]`
 * Trains the embedded model. DIR/model is a checkpoint that `retune` can open, DIR/log.jsonl the losses, DIR/loss.svg their
 * curve.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '150' },
    tokens: { type: 'string', default: '50000000' },
    threads: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: '.cache/embedded' },
    provider: { type: 'string', default: 'cpu' },
    save: { type: 'string', default: '4' },
    resume: { type: 'boolean', default: false },
    peak: { type: 'string', default: String(embeddedRecipe.schedule.peak) },
    decay: { type: 'string', default: String(embeddedRecipe.schedule.decayShare) },
    once: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`Trains the embedded model from scratch: tokenizer, training, checkpoint.

  --minutes N        training time after which the run ends (default: 150)
  --tokens N         or number of tokens, whichever is reached first (default: 50000000)
  --threads N        number of threads (default: 2)
  --seed S           same seed, same losses (default: 1)
  --out DIR          DIR/model, DIR/log.jsonl, DIR/loss.svg, and the state to resume from (default: .cache/embedded)
  --save MINUTES     interval between two saved states (default: 4)
  --resume           resume the run in DIR
  --peak RATE        highest learning rate (default: ${embeddedRecipe.schedule.peak}); choose a lower one to resume a finished run
  --decay SHARE      share of the run, at its end, in which the rate falls to zero (default: ${embeddedRecipe.schedule.decayShare})
  --once             without the second decay, which otherwise takes the last ${100 * (embeddedRecipe.schedule.again?.share ?? 0)} % of the run
  --provider NAME    cpu or webgpu (default: cpu)
`);
  process.exit();
}

/** @throws when it is not a number above 0: a run without an end, or without a beginning, would look like a real one. */
function positive(name: 'minutes' | 'tokens' | 'threads' | 'seed' | 'save' | 'peak' | 'decay'): number {
  const number = Number(values[name]);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new Error(`--${name} ${values[name]} is not a number above 0, such as ${name === 'tokens' ? '50e6' : '2'}.`);
}

const limits = { tokens: positive('tokens'), milliseconds: positive('minutes') * 60_000 };
const seed = positive('seed');
const { again, ...first } = { ...embeddedRecipe.schedule, peak: positive('peak'), decayShare: positive('decay') };
const schedule = values.once || again === undefined ? first : { ...first, again };
const threads = positive('threads');
const saveEvery = positive('save') * 60_000;
const directory = values.out;
const log = join(directory, 'log.jsonl');
await mkdir(directory, { recursive: true });
if (!values.resume) await rm(log, { force: true });
const run = await Run.open({
  recipe: { ...embeddedRecipe, seed, schedule },
  examples: trainingExamples,
  directory,
  provider: values.provider === 'webgpu' ? 'webgpu' : 'cpu',
  threads,
  ...limits,
  resume: values.resume,
});

let stopping = false;
process.once('SIGINT', () => {
  stopping = true;
});
process.once('SIGTERM', () => {
  stopping = true;
});

let saved = performance.now();
let recent: StepReport[] = [];
let shown = performance.now();
while (run.done < 1 && !stopping) {
  const report = await run.step();
  recent.push(report);
  const now = performance.now();
  if (now - shown > 10_000 || report.done === 1) {
    await progress(now - shown);
    shown = performance.now();
  }
  if (now - saved > saveEvery) {
    await save();
    saved = performance.now();
  }
}
await save();
await run.dispose();

/** A line for people and one for the curve: means since the last line. */
async function progress(milliseconds: number): Promise<void> {
  const last = recent.at(-1);
  if (last === undefined) return;
  const tokens = recent.reduce((sum, step) => sum + step.tokens, 0);
  const positions = recent.reduce((sum, step) => sum + step.positions, 0);
  const loss = recent.reduce((sum, step) => sum + step.loss, 0) / recent.length;
  const rate = (1000 * tokens) / milliseconds;
  const left = last.done === 0 ? 0 : (last.elapsed / last.done - last.elapsed) / 60_000;
  process.stdout.write(
    `step ${last.step}  ${(100 * last.done).toFixed(1)} %  loss ${loss.toFixed(4)}  |g| ${last.gradientNorm.toFixed(2)}  ` +
      `rate ${last.learningRate.toExponential(1)}  ${Math.round(rate)} tokens/s  padding ${(100 - (100 * tokens) / positions).toFixed(0)} %  ` +
      `${(last.totalTokens / 1e6).toFixed(2)} M tokens  ${left.toFixed(0)} min left\n`,
  );
  const entry = {
    step: last.step,
    tokens: last.totalTokens,
    loss,
    learningRate: last.learningRate,
    tokensPerSecond: rate,
  };
  await appendFile(log, `${JSON.stringify(entry)}\n`);
  recent = [];
}

async function save(): Promise<void> {
  await progress(performance.now() - shown);
  await run.save();
  const validation = await run.validate();
  const { steps: step, tokens } = run.progress;
  await appendFile(log, `${JSON.stringify({ step, tokens, validation })}\n`);
  await writeLossCurve(log, join(directory, 'loss.svg'));
  const losses = Object.entries(validation).map(([kind, loss]) => `${kind} ${loss.toFixed(4)}`);
  process.stdout.write(`saved at step ${step}; validation ${losses.join(', ')}\n`);
  process.stdout.write(`${await sampled(run.modelDirectory, trainingExamples(steps(step)))}\n`);
  shown = performance.now();
}

/** A seed of its own for the sample at each saved state. */
function steps(step: number): number {
  return 1_000_003 + step;
}
