import { attribute, nodes, parseXml, textIn, type XmlNode } from './xml.ts';

/** One `<testcase>` as the file has it: strings decoded, nothing interpreted, nothing cleaned. */
export interface JunitCase {
  /** Names of the `<testsuite>`s around it, outermost first. */
  readonly suites: readonly string[];
  readonly name: string;
  readonly classname: string;
  /** `file` of the case, else the nearest `file` or `filepath` of a suite around it; '' when absent. */
  readonly file: string;
  readonly seconds: number | undefined;
  readonly outcome: JunitOutcome;
}

export interface JunitOutcome {
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly message: string;
  /** The element's text. */
  readonly body: string;
}

const maximumCases = 200_000;

/** @returns undefined when the text is not complete JUnit XML, or larger than a report may be */
export function junitCases(xml: string): JunitCase[] | undefined {
  const root = parseXml(xml)?.find((node) => 'testsuites' in node || 'testsuite' in node);
  if (root === undefined) return undefined;
  const cases: JunitCase[] = [];
  return collect([root], { suites: [], file: '' }, cases) ? cases : undefined;
}

interface Around {
  readonly suites: readonly string[];
  readonly file: string;
}

/** @returns false when there are too many cases */
function collect(elements: readonly XmlNode[], around: Around, cases: JunitCase[]): boolean {
  for (const element of elements) {
    if ('testcase' in element) {
      if (cases.length === maximumCases) return false;
      cases.push(caseOf(element, around));
    } else if ('testsuites' in element) {
      if (!collect(nodes(element.testsuites), around, cases)) return false;
    } else if ('testsuite' in element) {
      const name = attribute(element, 'name');
      const file = attribute(element, 'file') || attribute(element, 'filepath') || around.file;
      const inside = { suites: [...around.suites, name], file };
      if (!collect(nodes(element.testsuite), inside, cases)) return false;
    }
  }
  return true;
}

function caseOf(element: XmlNode, around: Around): JunitCase {
  const seconds = Number.parseFloat(attribute(element, 'time').replaceAll(',', ''));
  return {
    suites: around.suites,
    name: attribute(element, 'name'),
    classname: attribute(element, 'classname'),
    file: attribute(element, 'file') || around.file,
    seconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
    outcome: outcomeOf(nodes(element.testcase)),
  };
}

/** A skipped test may also carry a failure (node:test's `todo`); it does not count as one. */
const outcomes = [
  ['skipped', 'skipped'],
  ['failure', 'failure'],
  ['error', 'error'],
] as const;

function outcomeOf(inside: readonly XmlNode[]): JunitOutcome {
  for (const [tag, kind] of outcomes) {
    const found = inside.find((child) => tag in child);
    if (found === undefined) continue;
    return { kind, type: attribute(found, 'type'), message: attribute(found, 'message'), body: textIn(found, tag) };
  }
  return { kind: 'passed', type: '', message: '', body: '' };
}
