import { types } from 'node:util';
import vm from 'node:vm';
import type { Json } from '../task.ts';
import { asScript, newRealm } from './realm.ts';
import type { CallOutcome, RunOutcome } from './run-trusted.ts';

export interface JudgeRequest {
  readonly source: string;
  readonly symbol: string;
  readonly calls: readonly (readonly Json[])[];
  /** For all calls together. */
  readonly milliseconds: number;
}

const longestMessage = 300;

/**
 * Runs what a model wrote in a realm of its own. Only strings leave the realm and are read here as data, so the worst that the
 * code can do is fail.
 */
export function runUntrusted({ source, symbol, calls, milliseconds }: JudgeRequest): RunOutcome {
  // A dynamic import would reject with an error of Node's own realm, which is a way out; no task needs imports.
  if (/\bimport\b/.test(source)) return { kind: 'import', message: 'Cannot find module' };
  if (!/^[A-Za-z_$][\w$]*$/.test(symbol)) return { kind: 'runtime', message: 'The function has no usable name.' };
  const exported = exports(source, symbol);
  let script: vm.Script;
  try {
    script = new vm.Script(asScript(source), { filename: 'attempt.js' });
  } catch (error) {
    return { kind: 'syntax', message: `SyntaxError: ${bounded(messageOf(error))}` };
  }
  if (!exported) return { kind: 'import', message: `The module does not provide an export named '${symbol}'` };
  const realm = newRealm();
  const started = performance.now();
  try {
    script.runInContext(realm, { timeout: milliseconds });
  } catch (error) {
    return failed(error);
  }
  const left = Math.max(1, Math.round(milliseconds - (performance.now() - started)));
  const subject = `typeof ${symbol} === 'function' ? ${symbol} : undefined`;
  try {
    const run = new vm.Script(`__run(${subject}, ${JSON.stringify(JSON.stringify(calls))})`);
    const text: unknown = run.runInContext(realm, { timeout: left });
    return { kind: 'ran', calls: outcomesOf(text, calls.length) };
  } catch (error) {
    return failed(error);
  }
}

/** Whether the module exports the function by its name, as tests import it. */
function exports(source: string, symbol: string): boolean {
  const name = symbol.replaceAll('$', '\\$');
  return new RegExp(
    `^[ \\t]*export[ \\t]+(?:(?:async[ \\t]+)?function\\b[ \\t]*\\*?[ \\t]*|const[ \\t]+|let[ \\t]+|var[ \\t]+)${name}(?![\\w$])|^[ \\t]*export[ \\t]*\\{[^{}]*(?<![\\w$])${name}(?![\\w$])[^{}]*\\}`,
    'm',
  ).test(source);
}

function failed(error: unknown): RunOutcome {
  if (codeOf(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { kind: 'timeout' };
  return { kind: 'runtime', message: bounded(messageOf(error)) };
}

/**
 * What was thrown may be an object of the realm: nothing of it is called. An attempt that throws Node's own code for a timeout
 * is said to have hung; it has failed either way.
 */
function messageOf(error: unknown): string {
  return propertyOf(error, 'message') || 'an error was thrown';
}

function codeOf(error: unknown): string {
  return propertyOf(error, 'code');
}

function propertyOf(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return '';
  const own = Object.getOwnPropertyDescriptor(value, name)?.value as unknown;
  return typeof own === 'string' ? own : '';
}

/** The realm's answer, believed only as far as it has the right form. */
function outcomesOf(text: unknown, count: number): readonly CallOutcome[] {
  const list: unknown = typeof text === 'string' ? JSON.parse(text) : [];
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return Array.from({ length: count }, (_, index): CallOutcome => {
    const item = items[index];
    if (typeof item !== 'object' || item === null) return { error: ['Error', 'no result'] };
    if ('value' in item) return { value: item.value as CallOutcome extends { value: infer V } ? V : never };
    const error = 'error' in item && Array.isArray(item.error) ? item.error : [];
    return { error: [bounded(String(error[0] ?? 'Error')), bounded(String(error[1] ?? ''))] };
  });
}

function bounded(text: string): string {
  return text.slice(0, longestMessage);
}
