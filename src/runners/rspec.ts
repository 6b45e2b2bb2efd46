import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StackFrame, TestFailure, TestResult, TestStatus } from '../agent/verdict.ts';
import type { ProcessEnd } from '../shared/process/run-process.ts';
import { cleanText, failureOf, valueLimit } from './formats/failure-text.ts';
import { frameLimit } from './formats/frames.ts';
import { type Places, workspacePath } from './formats/places.ts';
import { problemIn } from './formats/report-lines.ts';
import type { DirectoryView, Runner, Selection, TestReport } from './runner.ts';
import { isExecutable, onPath } from './running/on-path.ts';
import { readReport } from './running/report-file.ts';

/**
 * RSpec by its own JSON in a file. The project's order and tags stay; examples that depend on each other's order are found
 * by the two runs of the baseline.
 * What cannot be kept out of the workspace: what its helpers write (`coverage`, `spec/examples.txt`).
 */
export const rspec: Runner = {
  name: 'rspec',
  languages: ['.rb'],
  manifests: [/^\.rspec$/, /^Gemfile$/, /^gems\.rb$/, /\.gemspec$/],
  looksFor: '.rspec, spec/spec_helper.rb or spec/*_spec.rb',
  typed: {
    line: /^(?:bundle exec )?(?:\S*\/)?rspec(?!.* (?:--dry-run|--bisect|--init|--version|--help|--out|-[vho]|--)(?:[ =]|$))(?: |$)/,
  },

  async detect(view) {
    const why = await reasonFor(view);
    return why === undefined ? undefined : { why, executable: await commandFor(view) };
  },

  async plan(project, selection, scratch) {
    const report = join(scratch, 'rspec.json');
    const chosen = chosenOf(selection);
    // What was typed besides the program would widen the choice.
    if (chosen === undefined || (chosen.length > 0 && !/(?:^|[\\/])rspec$/.test(project.executable.at(-1) ?? ''))) {
      return undefined;
    }
    // A project's own --fail-fast would leave examples unrun.
    const flags = ['--format', 'progress', '--format', 'json', '--out', report, '--no-fail-fast'];
    return {
      display: [...project.executable, ...chosen].join(' '),
      argv: [...project.executable, ...flags, ...chosen],
      // Options there would replace ours; Spring's server would outlive the run.
      env: { SPEC_OPTS: '', DISABLE_SPRING: '1' },
      reports: [report],
    };
  },

  async read(project, plan, end) {
    const report = parsed((await readReport(plan.reports[0] ?? '')) ?? '');
    return (
      report && {
        tests: report.examples.map((example) => resultOf(example, project)),
        problems: problemsOf(report, end, project),
      }
    );
  },

  protects: [
    'spec/**',
    '**/*_spec.rb',
    '.rspec',
    'Gemfile',
    'Gemfile.lock',
    'gems.rb',
    'gems.locked',
    '*.gemspec',
    'Rakefile',
    '.ruby-version',
    '.bundle/config',
    'bin/rspec',
  ],
};

/** One sentence; undefined when RSpec does not test this directory. */
async function reasonFor(view: DirectoryView): Promise<string | undefined> {
  if (view.names.has('.rspec')) return 'There is a .rspec.';
  if (!view.names.has('spec')) return undefined;
  if ((await view.read('spec/spec_helper.rb')) !== undefined) return 'There is a spec/spec_helper.rb.';
  const file = await bundleWithRspec(view);
  if (file !== undefined) return `${file} names rspec, and there is a folder spec.`;
  const spec = await firstSpec(view.path, 'spec', 1);
  return spec === undefined ? undefined : `${spec} is named like an RSpec file.`;
}

/** A file by which Bundler installs RSpec. */
async function bundleWithRspec({ names, read }: DirectoryView): Promise<string | undefined> {
  const files = [...names].filter((name) => /^(?:Gemfile(?:\.lock)?|gems\.(?:rb|locked))$|\.gemspec$/.test(name));
  for (const file of files.sort()) if (/\brspec\b/.test((await read(file)) ?? '')) return file;
  return undefined;
}

const maximumDepth = 5;

async function firstSpec(root: string, directory: string, depth: number): Promise<string | undefined> {
  const entries = await readdir(join(root, directory), { withFileTypes: true }).catch(() => []);
  const file = entries.find((entry) => entry.isFile() && entry.name.endsWith('_spec.rb'));
  if (file !== undefined) return `${directory}/${file.name}`;
  for (const entry of depth < maximumDepth ? entries : []) {
    const found = entry.isDirectory() ? await firstSpec(root, `${directory}/${entry.name}`, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** By Bundler where it installs RSpec, else by the project's own script, else the one on the PATH. */
async function commandFor(view: DirectoryView): Promise<readonly string[]> {
  const bundle = [view, ...view.above].find(({ names }) => names.has('Gemfile') || names.has('gems.rb'));
  if (bundle && (await bundleWithRspec(bundle)) && (await onPath('bundle'))) return ['bundle', 'exec', 'rspec'];
  const script = join(view.path, 'bin', 'rspec');
  return process.platform !== 'win32' && (await isExecutable(script)) ? [script] : ['rspec'];
}

/** Longer command lines do not fit into every system's. */
const maximumLength = 8000;

/** `./spec/sum_spec.rb[1:2,1:3]`; undefined when one cannot be named. */
function chosenOf(selection: Selection): readonly string[] | undefined {
  if (selection.kind === 'all') return [];
  const byFile = new Map<string, string[]>();
  for (const { id } of selection.tests) {
    const { path, index } = partsOf(id);
    if (index === '') return undefined;
    byFile.set(path, [...(byFile.get(path) ?? []), index]);
  }
  const words = [...byFile].map(([path, indices]) => `${path}[${indices.join(',')}]`);
  return words.length > 0 && words.join(' ').length <= maximumLength ? words : undefined;
}

/** `./spec/sum_spec.rb[1:2]`: the second example of the first group of a file. */
function partsOf(id: string): { readonly path: string; readonly index: string } {
  const { path = id, index = '' } = /^(?<path>.+)\[(?<index>[\d:]+)\]$/s.exec(id)?.groups ?? {};
  return { path, index };
}

const exampleSchema = z.object({
  id: z.string(),
  description: z.string(),
  full_description: z.string(),
  /** '' for an example that did not come to its end. */
  status: z.string().nullish(),
  run_time: z.number().nonnegative().nullish(),
  exception: z
    .object({ class: z.string(), message: z.string().nullish(), backtrace: z.array(z.string()).nullish() })
    .nullish(),
});
type Example = z.infer<typeof exampleSchema>;

const schema = z.object({
  examples: z.array(exampleSchema),
  messages: z.array(z.string()).default([]),
  summary: z.object({ errors_outside_of_examples_count: z.number().default(0) }),
});

function parsed(text: string): z.infer<typeof schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    // The process ended before it wrote its report.
    return undefined;
  }
}

const statuses: ReadonlyMap<string, TestStatus> = new Map([
  ['passed', 'passed'],
  ['failed', 'failed'],
  ['pending', 'skipped'],
]);

/**
 * The id is RSpec's own: descriptions that RSpec makes itself (`it { is_expected.to … }`) depend on how the example ends,
 * and its place in the file does not.
 */
function resultOf(example: Example, places: Places): TestResult {
  const { id, description, full_description: full, run_time: seconds } = example;
  const file = workspacePath(partsOf(id).path, places);
  const status = statuses.get(example.status ?? '') ?? 'errored';
  const name = full.endsWith(description) ? full : `${full.trim()} ${description}`;
  return {
    id: cleanText(id, 1000),
    name: cleanText(name, 300).replaceAll('\n', ' '),
    ...(file !== undefined && { file }),
    status,
    ...(typeof seconds === 'number' && { milliseconds: Math.round(seconds * 1e6) / 1e3 }),
    ...((status === 'failed' || status === 'errored') && { failure: failureOfExample(example, places) }),
  };
}

const unfinished = 'The example started and did not end.';
const compared = /^\s*expected: (?<expected>.*)\n\s*got: (?<actual>.*)/m;

function failureOfExample({ exception }: Example, places: Places): TestFailure {
  const { class: type = '', message, backtrace } = exception ?? {};
  const text = dedented(message ?? '');
  const described = type === '' || type.startsWith('RSpec::') ? text : `${type}: ${text}`;
  const { expected, actual } = compared.exec(text)?.groups ?? {};
  return {
    ...failureOf(exception ? described : unfinished, '', places),
    ...(expected !== undefined && { expected: cleanText(expected, valueLimit) }),
    ...(actual !== undefined && { actual: cleanText(actual, valueLimit) }),
    frames: framesOf(backtrace ?? text.split('\n'), places),
  };
}

/** Without the indentation that all lines share. */
function dedented(text: string): string {
  const indents = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [/^ */.exec(line)![0].length]));
  return text.replaceAll(new RegExp(`^ {0,${Math.min(...indents, 80)}}`, 'gm'), '').trim();
}

/** `/a/lib/sum.rb:3:in 'Sum.add'`, since Ruby 3.4; before, `` in `add' ``. In printed text a `#` precedes it. */
const frameLine = /^\s*(?:# )?(?<path>[^\s:#][^:]*\.rb):(?<line>\d{1,9})(?::in [`'](?<symbol>.*)')?$/;
const gems = /(?:^|\/)(?:vendor\/bundle|gems)\//;

/** Innermost first. */
function framesOf(lines: readonly string[], places: Places): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const text of lines) {
    const { path: printed = '', line, symbol = '' } = (text.length < 2000 && frameLine.exec(text)?.groups) || {};
    const path = workspacePath(printed, places);
    if (
      path === undefined ||
      gems.test(path) ||
      frames.some((other) => `${other.path}:${other.line}` === `${path}:${line}`)
    )
      continue;
    // `block (2 levels) in <top (required)>` names nothing.
    const name = symbol.replace(/^(?:block|rescue|ensure)(?: \(\d+ levels\))? in /, '');
    frames.push({ path, line: Number(line), ...(/^[\w.:#?!=]+$/.test(name) && { symbol: name }) });
  }
  return frames.slice(0, frameLimit);
}

/** Errors outside of examples: a file that does not load, a hook around all examples of a group. */
function problemsOf(
  { messages, summary }: z.infer<typeof schema>,
  end: ProcessEnd,
  places: Places,
): TestReport['problems'] {
  const { errors_outside_of_examples_count: count } = summary;
  const reported = messages.filter((message) => errorStart.test(message));
  // What goes wrong before the report begins, as in a helper that .rspec requires, is only printed.
  const printed = `${end.stdout}\n${end.stderr}`
    .split(/^(?=An error occurred )/m)
    .filter((part) => errorStart.test(part));
  const errors = reported.length >= count ? reported : printed.slice(0, count);
  const problems = errors.map((error) => problemOf(error, places));
  if (problems.length >= count) return problems;
  return [...problems, { where: 'rspec', message: `${count} errors occurred outside of examples.` }];
}

const errorStart = /^\s*An error occurred (?:while loading (?<file>.+?)\.(?: - Did you mean|$))?/m;
/** The class of an error and its message, indented. */
const errorText = /^(?<type>[A-Z][\w:]*):\n(?<text>(?:(?: {2}.*)?\n)+)/m;

function problemOf(error: string, places: Places): TestReport['problems'][number] {
  const file = errorStart.exec(error)?.groups?.file;
  const { type, text = '' } = errorText.exec(`${error}\n`)?.groups ?? {};
  const [frame] = framesOf(error.split('\n'), places);
  const place = frame === undefined ? '' : `\nat ${frame.path}:${frame.line}`;
  const message = type === undefined ? error : `${type}: ${dedented(text)}${place}`;
  // A helper is named as it was required, without its ending.
  const where = (file?.endsWith('.rb') && workspacePath(file, places)) || frame?.path || file || 'rspec';
  return problemIn(cleanText(where, 300), message, places, error);
}
