import assert from 'node:assert/strict';
import { knownActions, runCommand, setOption } from '../../../../src/shared/errors/actions.ts';
import { fromJson, RetuneError } from '../../../../src/shared/errors/retune-error.ts';

const fields = { code: 'a.b', what: 'W.', why: 'Y.', remedy: 'R.' };
const actions = [
  setOption('target', 'src/a.js:add'),
  setOption('model'),
  runCommand('undo', { args: ['s'], folder: '/f' }),
];

describe('actions of an error', () => {
  it('are plain JSON, and come back as they were', () => {
    const json = JSON.parse(JSON.stringify(new RetuneError({ ...fields, actions })));
    assert.deepEqual(json.actions, [
      { kind: 'option', option: 'target', value: 'src/a.js:add' },
      { kind: 'option', option: 'model' },
      { kind: 'command', command: 'undo', args: ['s'], folder: '/f' },
    ]);
    assert.deepEqual(fromJson(json).actions, actions);
  });

  it('are absent where there are none, as in what an older release writes', () => {
    assert.deepEqual(Object.keys(new RetuneError(fields).toJSON()), ['code', 'what', 'why', 'remedy', 'data']);
    assert.deepEqual(fromJson({ ...fields, data: {} }).actions, []);
  });

  it('are left out one by one when another release made them in a way that is not known here', () => {
    const strange: unknown[] = [
      { kind: 'option', option: 'colour' },
      { kind: 'option', option: 'model', value: 1 },
      { kind: 'command', command: 'undo', args: 'all' },
      { kind: 'command', command: 'toString' },
      { kind: 'wish' },
      null,
      'undo',
    ];
    assert.deepEqual(knownActions([...strange, ...actions]), actions);
    assert.deepEqual(fromJson({ ...fields, actions: [...strange, ...actions] as never }).actions, actions);
    assert.deepEqual(knownActions('undo'), []);
    assert.deepEqual(knownActions(undefined), []);
  });
});
