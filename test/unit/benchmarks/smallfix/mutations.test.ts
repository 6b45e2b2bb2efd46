import assert from 'node:assert/strict';
import { mutations } from '../../../../src/benchmarks/smallfix/mutations.ts';
import { mulberry32 } from '../../../../src/shared/random.ts';

describe('slips in the body of a function', () => {
  it('are one each, all different, and none is the body itself', () => {
    const body = 'return values.filter((value) => value > 3).map((value) => value * 2);';
    const found = mutations(mulberry32(1), body);
    assert.ok(found.length >= 5, `${found.length}`);
    assert.equal(new Set(found).size, found.length);
    assert.ok(!found.includes(body));
    assert.ok(found.some((text) => text.includes('value < 3')));
  });

  it('are left out where a loop may then never end', () => {
    const head = 'let sum = 0;\n';
    const endless = [
      `${head}while (n > 0) {\n  n -= 3;\n}\nreturn sum;`,
      `${head}for (let left = n; left > 0; left = Math.floor(left / 10)) sum += left;\nreturn sum;`,
      `${head}do {\n  n -= 1;\n} while (n > 0);\nreturn sum;`,
    ];
    for (const body of endless) assert.deepEqual(mutations(mulberry32(1), body), [], body);
    const counting = [
      `${head}for (let i = 0; i < n; i++) {\n  sum += i;\n}\nreturn sum;`,
      `${head}for (let i = n; i >= 1; i--) sum += i;\nreturn sum;`,
      `${head}for (let i = 0; i < n; i += 2) sum += i;\nreturn sum;`,
      `${head}for (const value of n) {\n  sum += value;\n}\nreturn sum;`,
    ];
    for (const body of counting) assert.ok(mutations(mulberry32(1), body).length > 0, body);
  });
});
