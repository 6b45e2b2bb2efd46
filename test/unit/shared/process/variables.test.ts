import assert from 'node:assert/strict';
import { delimiter, resolve } from 'node:path';
import { toolVariables } from '../../../../src/shared/process/variables.ts';

const folder = (...parts: string[]): string => resolve('/', ...parts);

describe('the environment of a tool', () => {
  it('keeps tools from asking, colouring and watching', () => {
    const { CI, NO_COLOR, FORCE_COLOR, TERM, GIT_TERMINAL_PROMPT } = toolVariables({
      FORCE_COLOR: '3',
      TERM: 'xterm',
    });
    assert.deepEqual([CI, NO_COLOR, FORCE_COLOR, TERM, GIT_TERMINAL_PROMPT], ['1', '1', '0', 'dumb', '0']);
  });

  it('keeps what the developer set, and gives the caller the last word', () => {
    const environment = toolVariables({ HOME: '/home/x', DATABASE_URL: 'x', npm_config_registry: 'y' }, { CI: 'yes' });
    assert.equal(environment.HOME, '/home/x');
    assert.equal(environment.DATABASE_URL, 'x');
    assert.equal(environment.npm_config_registry, 'y');
    assert.equal(environment.CI, 'yes');
  });

  it('drops what speaks about the process that started us', () => {
    const names = [
      ...['NODE_TEST_CONTEXT', 'NODE_V8_COVERAGE', 'NODE_CHANNEL_FD', 'JEST_WORKER_ID', 'VITEST', 'VITEST_POOL_ID'],
      ...['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_WORK_TREE', 'ELECTRON_RUN_AS_NODE', 'VSCODE_INSPECTOR_OPTIONS'],
    ];
    const environment = toolVariables(Object.fromEntries(names.map((name) => [name, 'x'])));
    assert.deepEqual(
      names.filter((name) => name in environment),
      [],
    );
  });

  it('started by npm, leaves nothing of the script behind', () => {
    const own = folder('retune', 'node_modules', '.bin');
    const theirs = [folder('usr', 'bin'), 'node_modules/.bin'];
    const script = { npm_lifecycle_event: 'retune', npm_package_name: 'retune', INIT_CWD: '/', NODE: '/node' };
    const environment = toolVariables({ ...script, PATH: [own, ...theirs].join(delimiter) });
    assert.deepEqual(
      Object.keys(environment).filter((name) => /npm_|INIT_CWD|^NODE$/.test(name)),
      [],
    );
    assert.equal(environment.PATH, theirs.join(delimiter));
    assert.equal(toolVariables({ PATH: own }).PATH, own);
  });

  for (const [what, options, kept] of [
    ['keeps loaders and limits', '--experimental-vm-modules --max-old-space-size=4096', undefined],
    ['drops an inspector', '--inspect-brk=127.0.0.1:9229 --import tsx --inspect', '--import tsx'],
    ['drops the editor’s debugger', '--require "/opt/my editor/js-debug/bootloader.js" -r ./setup.js', '-r ./setup.js'],
    ['leaves nothing of nothing', '--inspect-publish-uid=http', ''],
  ] as const) {
    it(`NODE_OPTIONS: ${what}`, () => {
      const result = toolVariables({ NODE_OPTIONS: options }).NODE_OPTIONS ?? '';
      assert.equal(result, kept ?? options);
    });
  }

  it('does not change what it was given', () => {
    const base = { FORCE_COLOR: '1', PATH: 'x' };
    toolVariables(base);
    assert.deepEqual(base, { FORCE_COLOR: '1', PATH: 'x' });
  });
});
