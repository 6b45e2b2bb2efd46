import assert from 'node:assert/strict';
import { test } from 'node:test';
import { range } from '../src/range.js';

test('one number', () => assert.deepEqual(range(4, 4), [4]));
test('both ends are included', () => assert.deepEqual(range(1, 3), [1, 2, 3]));
test('counts down', () => assert.deepEqual(range(3, 1), [3, 2, 1]));
