import assert from 'node:assert/strict';
import { defaultArms } from '../../../src/benchmarks/arms.ts';
import { metricsOf } from '../../../src/benchmarks/metrics.ts';
import { htmlReport } from '../../../src/benchmarks/report/html.ts';
import { looks } from '../../../src/benchmarks/report/looks.ts';
import { markdownReport } from '../../../src/benchmarks/report/markdown.ts';
import { element, escaped, spread, ticks } from '../../../src/benchmarks/report/svg.ts';
import { markdownTable, number, textTable } from '../../../src/benchmarks/report/table.ts';
import { firstTurn, resultsOf, runHeader, taskRunOf } from '../../support/replay-results.ts';

const results = resultsOf(
  firstTurn('a', 1, 1),
  firstTurn('b', 1, -1),
  ...defaultArms.map((arm) =>
    taskRunOf(arm, 'b', 1, 3, arm === 'rosa2', (turn) =>
      arm.startsWith('rosa') && turn < 3
        ? { weights: { kind: 'updated', deltaNorm: 0.25 * turn, klResponse: 0.01 } }
        : {},
    ),
  ),
);
const named = { ...runHeader, model: { ...runHeader.model, name: '<b>"m"</b>' } };
const metrics = metricsOf(named, results, defaultArms, [1]);

describe('the report of a run', () => {
  const html = htmlReport(metrics);
  it('needs nothing else: no network, no scripts', () => {
    assert.doesNotMatch(html, /https?:|<script|<link|@import|url\(|src=/i);
    assert.ok(html.startsWith('<!doctype html>'));
  });
  it('shows every method in every picture, with its name, not its colour alone', () => {
    const [first, second] = html.match(/<svg.*?<\/svg>/gs)!;
    for (const arm of defaultArms) {
      assert.ok(first!.includes(`>${arm} `), `${arm} is not named in the lines`);
      assert.ok(second!.includes(`>${arm}</text>`), `${arm} is not named in the intervals`);
    }
  });
  it('draws the norms of rosa and rosa2 by turn', () => {
    const third = html.match(/<svg.*?<\/svg>/gs)![2]!;
    assert.ok(third.includes('rosa2, turn 2: 0.5') && third.includes('rosa, turn 1: 0.25'));
    assert.ok(!third.includes('baseline'));
  });
  it('tells what was run, with nothing of it taken for markup', () => {
    assert.ok(html.includes('scripted version 1, split heldout'));
    assert.ok(!html.includes('<b>"m"'));
    assert.ok(html.includes('&#60;b&#62;'));
  });
  it('knows light and dark', () => assert.match(html, /prefers-color-scheme:dark/));
  it('is whole: every element that is opened is closed', () => {
    for (const name of ['svg', 'g', 'text', 'table', 'tr', 'td', 'figure', 'dl', 'body', 'html']) {
      const count = (pattern: RegExp) => html.match(pattern)?.length ?? 0;
      assert.equal(count(new RegExp(`<${name}[ >]`, 'g')), count(new RegExp(`</${name}>`, 'g')), name);
    }
  });
  it('draws nothing from nothing', () => {
    const empty = metricsOf(runHeader, resultsOf(), ['baseline'], [1]);
    assert.doesNotMatch(htmlReport(empty), /NaN|undefined|Infinity/);
    assert.doesNotMatch(html, /NaN|undefined|Infinity/);
  });
  it('as Markdown has a table with a row for each method', () => {
    const markdown = markdownReport(metrics);
    for (const arm of defaultArms) assert.match(markdown, new RegExp(`^\\| ${arm} \\|`, 'm'));
    assert.doesNotMatch(markdown, /NaN|undefined/);
  });
});

describe('parts of the report', () => {
  it('tells arms apart by shape and dashes together', () => {
    const shapes = Object.values(looks).map(({ marker }) => marker);
    assert.equal(new Set(shapes).size, shapes.length);
  });
  it('keeps labels apart, in order and inside', () => {
    const placed = spread([50, 51, 10, 99, 98], 10, 0, 100);
    assert.deepEqual([...placed], [50, 60, 10, 100, 90]);
    assert.deepEqual(spread([5], 10, 0, 100), [5]);
  });
  it('ticks at round numbers that cover the values', () => {
    assert.deepEqual(ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(ticks(54.4, 96.4), [50, 60, 70, 80, 90, 100]);
    assert.ok(ticks(3, 3).length >= 1);
  });
  it('escapes attributes and text', () => {
    assert.equal(element('a', { b: '"x"' }, escaped('<&')), '<a b="&#34;x&#34;">&#60;&#38;</a>');
  });
  it('aligns columns and leaves no blanks at line ends', () => {
    assert.equal(textTable(['a', 'bbb'], [['long', '1']]), 'a     bbb\nlong  1');
  });
  it('keeps bars out of Markdown cells', () => {
    assert.equal(markdownTable(['a'], [['x|y']]), '| a |\n| :-- |\n| x\\|y |');
  });
  it('shows numbers in three digits', () => {
    assert.deepEqual([0, 0.12345, 1e-6, null].map(number), ['0', '0.123', '1.0e-6', '–']);
  });
});
