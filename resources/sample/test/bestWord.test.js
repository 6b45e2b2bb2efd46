import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestWord } from '../src/bestWord.js';

test("bestWord(['a'])", () => assert.equal(bestWord(['a']), 'a'));
test("bestWord(['dan', 'Dog', 'Ida', 'Jam', 'hat'])", () => assert.equal(bestWord(['dan', 'Dog', 'Ida', 'Jam', 'hat']), 'dan'));
test("bestWord(['hal', 'fig', 'fay', 'Goat', 'Eve'])", () => assert.equal(bestWord(['hal', 'fig', 'fay', 'Goat', 'Eve']), 'hal'));
test("bestWord(['bob', 'fay', 'Eve', 'hat', 'cat'])", () => assert.equal(bestWord(['bob', 'fay', 'Eve', 'hat', 'cat']), 'bob'));
test("bestWord(['Dog', 'Ann', 'egg', 'ink', 'moon'])", () => assert.equal(bestWord(['Dog', 'Ann', 'egg', 'ink', 'moon']), 'Dog'));
test("bestWord(['fay', 'fig', 'hat', 'jon', 'egg'])", () => assert.equal(bestWord(['fay', 'fig', 'hat', 'jon', 'egg']), 'fay'));
test("bestWord(['bob', 'dan', 'oak'])", () => assert.equal(bestWord(['bob', 'dan', 'oak']), 'bob'));
test("bestWord(['hat', 'hal', 'fig'])", () => assert.equal(bestWord(['hat', 'hal', 'fig']), 'hat'));
