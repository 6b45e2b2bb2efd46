import type { TestResult, TestStatus } from '../../agent/verdict.ts';
import type { TestReport } from '../runner.ts';
import { cleanText, failureOf, messageLimit } from './failure-text.ts';
import { type Places, withoutFolder } from './places.ts';
import { idOf, uniqueResults } from './results.ts';
import { attribute, children, nodes, parseXml, textIn, type XmlNode } from './xml.ts';

const outcomes: Readonly<Record<string, TestStatus>> = {
  Passed: 'passed',
  Failed: 'failed',
  Timeout: 'failed',
  NotExecuted: 'skipped',
  Inconclusive: 'skipped',
  Pending: 'skipped',
};

/**
 * Reads .NET's TRX. The class of a test is listed apart from its result; an id joins them.
 * @returns undefined when the text is truncated, too large or not TRX
 */
export function parseTrx(xml: string, places: Places): TestReport | undefined {
  const root = parseXml(xml)?.find((node) => 'TestRun' in node);
  // The summary is written last; without it the test host did not finish.
  const summary = root && children(root, 'TestRun', 'ResultSummary')[0];
  if (root === undefined || summary === undefined) return undefined;
  const classes = classesById(root);
  const tests = children(root, 'TestRun', 'Results')
    .flatMap((results) => children(results, 'Results', 'UnitTestResult'))
    .map((result) => resultOf(result, classes.get(attribute(result, 'testId')) ?? '', places));
  return { tests: uniqueResults(tests, 'number'), problems: aborted(summary, places) };
}

function classesById(root: XmlNode): ReadonlyMap<string, string> {
  const classes = new Map<string, string>();
  for (const definitions of children(root, 'TestRun', 'TestDefinitions')) {
    for (const test of children(definitions, 'TestDefinitions', 'UnitTest')) {
      const [method] = children(test, 'UnitTest', 'TestMethod');
      if (method !== undefined) classes.set(attribute(test, 'id'), attribute(method, 'className'));
    }
  }
  return classes;
}

function resultOf(result: XmlNode, fullClass: string, places: Places): TestResult {
  // MSTest writes the assembly after the class.
  const className = fullClass.split(',')[0] ?? '';
  const title = attribute(result, 'testName');
  const name = title.startsWith(`${className}.`) ? title.slice(className.length + 1) : title;
  const status = outcomes[attribute(result, 'outcome')] ?? 'errored';
  const milliseconds = millisecondsOf(attribute(result, 'duration'));
  return {
    id: idOf(undefined, className === '' ? [] : [className], name),
    name: cleanText(name, 300),
    status,
    ...(milliseconds !== undefined && { milliseconds }),
    ...((status === 'failed' || status === 'errored') && { failure: errorInfo(result, places) }),
  };
}

function errorInfo(result: XmlNode, places: Places): NonNullable<TestResult['failure']> {
  const [output] = children(result, 'UnitTestResult', 'Output');
  const [info] = output === undefined ? [] : children(output, 'Output', 'ErrorInfo');
  if (info === undefined) return failureOf('', '', places);
  const text = (name: string) =>
    children(info, 'ErrorInfo', name)
      .map((node) => textIn(node, name))
      .join('');
  return failureOf(text('Message'), text('StackTrace'), places);
}

/** `00:00:01.2345678` */
function millisecondsOf(duration: string): number | undefined {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(duration) ?? [];
  if (seconds === undefined) return undefined;
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6) / 1e3;
}

/** Failed tests are mentioned here too, so only what concerns the run as a whole is taken. */
function aborted(summary: XmlNode, places: Places): TestReport['problems'] {
  return children(summary, 'ResultSummary', 'RunInfos')
    .flatMap((infos) => children(infos, 'RunInfos', 'RunInfo'))
    .filter((info) => attribute(info, 'outcome') === 'Error')
    .flatMap((info) => nodes(info.RunInfo).filter((node) => 'Text' in node))
    .map((node) => textIn(node, 'Text'))
    .filter((text) => /\b(?:aborted|crashed)\b/i.test(text))
    .map((text) => ({ where: 'the test run', message: cleanText(withoutFolder(text, places), messageLimit) }));
}
