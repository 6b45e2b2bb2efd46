import { createAdapter, withTheta } from '../../../../src/engine/adaptation/adapter.ts';
import { WorkspaceVersions } from '../../../../src/engine/adaptation/workspace-versions.ts';
import { tinyConfig } from '../../../unit/engine/adaptation/tiny-config.ts';

/** Appends versions to the root given as argument until it is killed; prints the number of each that counts. */
const [root = '', key = ''] = process.argv.slice(2);
const versions = new WorkspaceVersions(root, { config: tinyConfig, path: '/models/tiny', key });
const fresh = createAdapter(tinyConfig, { name: 'w', kind: 'workspace', rank: 1, seed: 1 });
for (;;) {
  const { adapter, at } = await versions.load('w');
  // The first element tells how many answers led to this version.
  const mark = (adapter?.updates ?? 0) + 1;
  const theta = fresh.theta.map((value, i) => (i === 0 ? mark : value));
  const learnt = { ...withTheta(fresh, theta), updates: mark };
  const saved = await versions.append(learnt, { prompt: [mark % 8], response: [1] }, at);
  if (saved !== undefined) process.stdout.write(`${saved.version} ${mark}\n`);
}
