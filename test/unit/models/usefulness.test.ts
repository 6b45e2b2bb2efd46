import assert from 'node:assert/strict';
import type { FoundModel } from '../../../src/models/found-model.ts';
import { bestUnasked, byUsefulness } from '../../../src/models/usefulness.ts';

function model(name: string, parameters: number, more: Partial<FoundModel> = {}): FoundModel {
  const fullName = `ollama:${name}`;
  const shared = { store: 'ollama', storeTitle: 'Ollama', path: `/${name}`, format: 'gguf', bytes: 1 } as const;
  return { ...shared, name, fullName, parameters, adapts: true, hasChatTemplate: true, ...more };
}

describe('the order of models', () => {
  const models = [
    model('gemma:2b', 2e9, { obstacle: 'x', adapts: false }),
    model('coder:32b', 32e9, { adapts: false }),
    model('nomic-embed-code', 1e9),
    model('coder:7b', 7e9),
    model('coder:0.5b', 5e8),
    model('coder-raw:2b', 2e9, { hasChatTemplate: false }),
    model('chat:3b', 3e9),
    model('coder:1.5b-base', 1.5e9),
    model('coder:1.5b', 1.5e9),
  ];

  it('is by usefulness for code here: opens, adapts, answers, not too large, Coder, size', () => {
    assert.deepEqual(
      byUsefulness(models).map(({ name }) => name),
      [
        'coder:1.5b',
        'coder:0.5b',
        'coder:1.5b-base',
        'chat:3b',
        'coder:7b',
        'coder-raw:2b',
        'coder:32b',
        'nomic-embed-code',
        'gemma:2b',
      ],
    );
  });

  it('has first what is taken unasked, which opens, adapts, answers and is not too large', () => {
    assert.equal(bestUnasked(models)?.name, 'coder:1.5b');
    const unsuitable = ['gemma:2b', 'coder:32b', 'nomic-embed-code', 'coder:7b', 'coder-raw:2b'];
    assert.equal(bestUnasked(models.filter(({ name }) => unsuitable.includes(name))), undefined);
    assert.equal(bestUnasked([]), undefined);
  });
});
