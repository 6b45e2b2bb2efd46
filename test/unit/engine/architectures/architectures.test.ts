import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { architectures, decoderLayer } from '../../../../src/engine/architectures/index.ts';
import { parseModelConfig } from '../../../../src/engine/checkpoint/config.ts';
import { checkpointDirectory, checkpoints } from '../../../support/oracle.ts';

const root = new URL('../../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const documents = () => [
  'README.md',
  ...readdirSync(new URL('docs', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('the list of architectures', () => {
  it('names every class and every model type once', () => {
    const names = architectures.map(({ name }) => name);
    const types = architectures.flatMap(({ modelTypes }) => modelTypes);
    for (const all of [names, types]) assert.equal(new Set(all).size, all.length, all.join());
  });

  it('is in the message about another one', () => {
    assert.throws(
      () => parseModelConfig('config.json', { architectures: ['OtherForCausalLM'] }, architectures),
      (error: Error) => {
        for (const { name, families } of architectures) {
          assert.ok(
            [name, ...families].every((word) => error.message.includes(word)),
            error.message,
          );
        }
        return true;
      },
    );
  });

  for (const { name, families, modelTypes } of architectures) {
    it(`${name}: a document for users names it, and a fixture covers it`, () => {
      assert.ok(documents().some((path) => read(path).includes(`\`${name}\``)));
      assert.ok(families.length > 0);
      const configs = checkpoints.map((each) =>
        JSON.parse(readFileSync(`${checkpointDirectory(each)}/config.json`, 'utf8')),
      );
      const own = configs.filter(({ architectures: [first] }) => first === name);
      assert.ok(own.length > 0);
      assert.ok(own.every(({ model_type }) => modelTypes.includes(model_type)));
    });
  }

  it('knows the layer of every name', () => {
    for (const architecture of architectures) {
      assert.equal(decoderLayer({ architecture: architecture.name }), architecture.layer);
    }
    assert.throws(() => decoderLayer({ architecture: 'OtherForCausalLM' }), /OtherForCausalLM/);
  });
});
