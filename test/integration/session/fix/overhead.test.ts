import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FixEvent } from '../../../../src/session/fix-events.ts';
import { runFix } from '../../../support/fix-run.ts';
import { type SampleWorkspace, sampleWorkspace } from '../../../support/sample-workspace.ts';
import { ScriptedPolicy } from '../../../support/scripted-policy.ts';
import { assertWithin } from '../../../support/time.ts';

/** Milliseconds of each turn that were neither the test process's nor the model's, which answers at once here. */
async function overheads(workspace: SampleWorkspace, turns: number): Promise<number[]> {
  const answers = Array.from(
    { length: turns },
    (_, n) => `\`\`\`js\nexport const add = (a, b) => a * b - ${n + 7};\n\`\`\``,
  );
  const times: number[] = [];
  let began = 0;
  let tested = 0;
  const onEvent = (event: FixEvent) => {
    const now = performance.now();
    if (event.kind === 'turn') {
      began = now;
      tested = 0;
    }
    if (event.kind === 'environment' && event.event.kind === 'tested') tested += event.event.milliseconds;
    if (event.kind === 'weights' || event.kind === 'finished') times.push(now - began - tested);
  };
  const { session } = await runFix(workspace, new ScriptedPolicy({ answers }), { maxTurns: turns }, { onEvent });
  await session.undo();
  await session.dispose();
  return times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

describe('the loop’s own time', () => {
  it('is at most 50 ms per turn on the sample', async () => {
    await using workspace = await sampleWorkspace();
    const times = await overheads(workspace, 7);
    assert.equal(times.length, 7);
    assertWithin(median(times), 50, `the median of ${times.map((ms) => ms.toFixed(0))}`);
  });

  it('does not grow with a workspace of 50,000 files', async () => {
    await using small = await sampleWorkspace();
    await using large = await sampleWorkspace();
    await fill(path.join(large.folder, 'lib'), 50_000);
    const [few, many] = [await overheads(small, 5), await overheads(large, 5)];
    assertWithin(median(many) - median(few), 50, `more than the ${median(few).toFixed(1)} ms of a small workspace`);
  });
});

async function fill(directory: string, files: number): Promise<void> {
  for (let folder = 0; folder < files / 500; folder++) {
    const inside = path.join(directory, String(folder));
    await mkdir(inside, { recursive: true });
    await Promise.all(Array.from({ length: 500 }, (_, n) => writeFile(path.join(inside, `${n}.js`), '')));
  }
}
