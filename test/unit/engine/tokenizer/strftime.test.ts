import assert from 'node:assert/strict';
import { strftime } from '../../../../src/engine/tokenizer/strftime.ts';
import { strftimeOracle } from '../../../integration/engine/tokenizer/fixtures.ts';

describe('strftime', () => {
  it("formats as Python's does", () => {
    for (const { date, format, text } of strftimeOracle())
      assert.equal(strftime(new Date(date), format), text, `${date} ${format}`);
  });

  it('leaves unknown directives alone', () => {
    assert.equal(strftime(new Date(0), '%Q %'), '%Q %');
  });
});
