import { z } from 'zod';
import type { TestStatus } from '../../agent/verdict.ts';
import { HeadAndTail } from '../../shared/process/head-and-tail.ts';

export interface GoTest {
  /** `TestSum/one_two`. */
  readonly name: string;
  /** undefined when it started and did not end. */
  readonly status: TestStatus | undefined;
  readonly milliseconds: number;
  readonly output: string;
}

export interface GoPackage {
  /** Import path. */
  readonly path: string;
  /** undefined when the package has no result of its own: its process ended as if it were done. */
  readonly status: TestStatus | undefined;
  readonly tests: readonly GoTest[];
  /** What it printed outside its tests. */
  readonly output: string;
  /** It could not be built or set up. */
  readonly broken: boolean;
}

const event = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
  Output: z.string().optional(),
  FailedBuild: z.string().optional(),
});
type GoEvent = z.infer<typeof event>;

const ends: Readonly<Record<string, TestStatus>> = { pass: 'passed', bench: 'passed', skip: 'skipped', fail: 'failed' };
const badness: readonly (TestStatus | undefined)[] = [undefined, 'passed', 'skipped', 'failed'];
/** Characters kept of what one test prints. */
const outputLimit = 64 * 1024;
const maximumTests = 200_000;

interface OpenTest {
  started: boolean;
  status: TestStatus | undefined;
  milliseconds: number;
  readonly output: HeadAndTail;
}

interface OpenPackage {
  readonly tests: Map<string, OpenTest>;
  readonly own: OpenTest;
  broken: boolean;
}

/**
 * Reads `go test -json` line by line, as it can be very long.
 * A line printed by a test can look like an event to Go's converter: of several results of one test the worst counts, and
 * a result without a start counts for nothing.
 */
export class GoEvents {
  readonly #packages = new Map<string, OpenPackage>();
  readonly #builds = new Map<string, HeadAndTail>();
  #tests = 0;

  push(line: string): void {
    if (!line.startsWith('{')) {
      // Before Go 1.24 a failed build is a line of plain text.
      const broken = /^FAIL\t(\S+) \[(?:build|setup) failed\]$/.exec(line)?.[1];
      if (broken !== undefined) this.#break(broken);
      return;
    }
    const read = event.safeParse(parsed(line));
    if (read.success) this.#take(read.data);
  }

  #take(next: GoEvent): void {
    if (next.Action === 'build-output') this.#keepBuild(next.ImportPath ?? '', next.Output ?? '');
    if (next.Package === undefined) return;
    const package_ = this.#package(next.Package);
    const test = next.Test === undefined ? package_.own : this.#test(package_, next.Test);
    const status = ends[next.Action];
    if (next.Action === 'run') test.started = true;
    else if (next.Action === 'output') test.output.push(next.Output ?? '');
    else if (status !== undefined) {
      if (badness.indexOf(status) > badness.indexOf(test.status)) test.status = status;
      test.milliseconds = Math.round((next.Elapsed ?? 0) * 1000);
    }
    if (next.FailedBuild !== undefined) {
      package_.broken = true;
      package_.own.output.push(this.#builds.get(next.FailedBuild)?.text() ?? '');
    }
    if (next.Test === undefined && /\[(?:build|setup) failed\]\n?$/.test(next.Output ?? '')) package_.broken = true;
  }

  #package(path: string): OpenPackage {
    const known = this.#packages.get(path) ?? { tests: new Map(), own: open(), broken: false };
    this.#packages.set(path, known);
    return known;
  }

  #test(package_: OpenPackage, name: string): OpenTest {
    let known = package_.tests.get(name);
    if (known === undefined) {
      known = open();
      // Beyond any real number of tests, they are read and forgotten.
      if (++this.#tests <= maximumTests) package_.tests.set(name, known);
    }
    return known;
  }

  #break(path: string): void {
    const package_ = this.#package(path);
    package_.broken = true;
    package_.own.status = 'failed';
  }

  #keepBuild(path: string, text: string): void {
    const output = this.#builds.get(path) ?? new HeadAndTail(outputLimit);
    output.push(text);
    this.#builds.set(path, output);
  }

  packages(): GoPackage[] {
    return [...this.#packages].map(([path, { tests, own, broken }]) => ({
      path,
      status: own.status,
      output: own.output.text(),
      broken,
      tests: [...tests]
        .filter(([, { started }]) => started)
        .map(([name, { status, milliseconds, output }]) => ({ name, status, milliseconds, output: output.text() })),
    }));
  }
}

function open(): OpenTest {
  return { started: false, status: undefined, milliseconds: 0, output: new HeadAndTail(outputLimit) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Cut short, or no event at all.
    return undefined;
  }
}

/** What a test printed, without the lines by which Go reports its progress. */
export function withoutProgress(output: string): string {
  return output.replaceAll(/^[ \t]*(?:=== (?:RUN|PAUSE|CONT|NAME)\b|--- (?:PASS|FAIL|SKIP): ).*\n?/gm, '');
}
