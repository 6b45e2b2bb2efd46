import { createRequire } from 'node:module';

const { openReport, failure } = createRequire(import.meta.url)('./report.cjs');

/** A vitest reporter, for vitest's `--reporter`. It passes on what the tests print, and nothing else. */
export default class {
  #report = openReport();

  onUserConsoleLog({ content, type }) {
    (type === 'stderr' ? process.stderr : process.stdout).write(content);
  }

  /** vitest 3 and newer. */
  onTestRunEnd(modules, unhandled) {
    for (const module of modules) {
      this.#problems(module.moduleId, module.errors());
      this.#children(module.moduleId, module.children, [], module.errors().length > 0);
    }
    this.#finish(unhandled);
  }

  /** vitest 0.x to 2; in 3 it comes as well, after the other. */
  onFinished(files = [], unhandled = []) {
    for (const file of files) {
      this.#problems(file.filepath, file.result?.errors ?? []);
      this.#tasks(file.filepath, file.tasks, [], (file.result?.errors ?? []).length > 0);
    }
    this.#finish(unhandled);
  }

  #children(file, children, suites, broken) {
    for (const child of children) {
      if (child.type === 'suite') {
        this.#problems(file, child.errors());
        this.#children(file, child.children, [...suites, child.name], broken || child.errors().length > 0);
      } else {
        const { state, errors } = child.result();
        this.#test(file, [...suites, child.name], state, errors, child.diagnostic()?.duration, broken);
      }
    }
  }

  #tasks(file, tasks, suites, broken) {
    for (const task of tasks) {
      const { state, errors = [], duration } = task.result ?? {};
      if (task.type === 'suite') {
        this.#problems(file, errors);
        this.#tasks(file, task.tasks, [...suites, task.name], broken || errors.length > 0);
      } else {
        const status = { pass: 'passed', fail: 'failed' }[state] ?? 'skipped';
        this.#test(file, [...suites, task.name], status, errors, duration, broken);
      }
    }
  }

  #test(file, titles, state, errors, ms, broken) {
    if (state === 'pending') return;
    this.#report.test({
      titles,
      file,
      // A hook that fails makes vitest call the tests behind it skipped.
      status: state === 'skipped' && broken ? 'errored' : state,
      ...(typeof ms === 'number' && { ms }),
      ...(state === 'failed' ? failure(traced(errors?.[0])) : {}),
    });
  }

  #problems(file, errors) {
    for (const error of errors) {
      const { message, stack } = failure(traced(error));
      this.#report.problem({
        where: file,
        message: `${unparsed(error ?? {})}${message}${frameOf(error ?? {})}`,
        stack,
      });
    }
  }

  #finish(unhandled) {
    for (const error of unhandled) {
      const { message, stack } = failure(traced(error));
      this.#report.problem({ where: error?.VITEST_TEST_PATH ?? '', message: `Unhandled: ${message}`, stack });
    }
    this.#report.end();
    this.#report = { test() {}, problem() {}, end() {} };
  }
}

/** The stack with vitest's own, source-mapped, positions in place of those of the transformed code. */
function traced(error) {
  const stacks = Array.isArray(error?.stacks) ? error.stacks : [];
  if (stacks.length === 0) return error;
  const stack = stacks.map(({ method, file, line, column }) =>
    method ? `    at ${method} (${file}:${line}:${column})` : `    at ${file}:${line}:${column}`,
  );
  return { ...error, name: error.name, message: error.message, stack: stack.join('\n') };
}

/** Transformers call a syntax error all kinds of names. */
function unparsed({ message, stack }) {
  return /invalid JS syntax/.test(message) || /^Rol(?:lup|ldown)Error/.test(stack) ? 'SyntaxError: ' : '';
}

/** The lines of source that a transformer's error shows beside its message. */
function frameOf({ message = '', frame: plain, __vitest_rollup_error__: nested }) {
  const frame = plain ?? nested?.frame;
  // With this message vite always shows the first line, whatever is wrong where.
  if (typeof frame !== 'string' || message.includes(frame) || /invalid JS syntax/.test(message)) return '';
  return `\n${frame}`;
}
