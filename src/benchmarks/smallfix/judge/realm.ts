import vm from 'node:vm';

/**
 * Compiled inside the realm, so that no object of ours is ever within reach of the code under test: only strings cross the
 * boundary. It keeps what it needs in constants and freezes the built-ins before that code runs, so that neither a changed
 * prototype nor a proxy or getter in a result reaches it; a result is read once, here, under the realm's time limit.
 * Calls `subject` with every list of arguments; answers JSON: `{"value": Encoded}` or `{"error": [name, message]}` for each.
 */
const harness = `(() => {
  'use strict';
  const { parse, stringify } = JSON;
  const { keys, getPrototypeOf, getOwnPropertyDescriptor, hasOwn, is } = Object;
  const { isArray } = Array;
  const objectPrototype = Object.prototype;
  const arrayPrototype = Array.prototype;
  const { apply } = Reflect;
  const sort = (list) => {
    for (let i = 1; i < list.length; i++)
      for (let j = i; j > 0 && list[j] < list[j - 1]; j--) {
        const item = list[j];
        list[j] = list[j - 1];
        list[j - 1] = item;
      }
    return list;
  };
  const special = (name) => ({ __proto__: null, $: name });
  const encode = (value, depth, budget) => {
    if (value === undefined) return special('undefined');
    if (value === null || typeof value === 'boolean') return value;
    if (--budget.left < 0) return special('other');
    if (typeof value === 'string') {
      budget.left -= value.length / 64;
      return budget.left < 0 ? special('other') : value;
    }
    if (typeof value === 'number') {
      if (value !== value) return special('NaN');
      if (value === 1 / 0) return special('Infinity');
      if (value === -1 / 0) return special('-Infinity');
      return is(value, -0) ? special('-0') : value;
    }
    if (typeof value !== 'object' || depth > 20) return special('other');
    if (isArray(value)) {
      const length = value.length;
      if (getPrototypeOf(value) !== arrayPrototype || length > 10000) return special('other');
      if (keys(value).length > length) return special('other');
      const list = [];
      for (let i = 0; i < length; i++) {
        list[i] = hasOwn(value, i) ? encode(value[i], depth + 1, budget) : special('hole');
      }
      return list;
    }
    if (getPrototypeOf(value) !== objectPrototype) return special('other');
    const names = sort(keys(value));
    const entries = [];
    for (let i = 0; i < names.length; i++) entries[i] = [names[i], encode(value[names[i]], depth + 1, budget)];
    return { __proto__: null, o: entries };
  };
  const text = (value) => (typeof value === 'string' ? value : '');
  const describe = (thrown) => {
    try {
      if (typeof thrown !== 'object' || thrown === null) return ['Error', 'something that is no error was thrown'];
      return [text(thrown.name) || 'Error', text(thrown.message)];
    } catch {
      return ['Error', ''];
    }
  };
  const run = (subject, lists) => {
    const calls = parse(lists);
    const outcomes = [];
    for (let i = 0; i < calls.length; i++) {
      try {
        const value = apply(subject, undefined, calls[i]);
        outcomes[i] = { __proto__: null, value: encode(value, 0, { __proto__: null, left: 20000 }) };
      } catch (thrown) {
        outcomes[i] = { __proto__: null, error: describe(thrown) };
      }
    }
    return stringify(outcomes);
  };
  const { defineProperty, freeze, getOwnPropertyNames } = Object;
  const world = globalThis;
  for (const name of ['WebAssembly', 'Atomics', 'SharedArrayBuffer', 'ShadowRealm', 'console']) delete world[name];
  for (const name of getOwnPropertyNames(world)) {
    const { value, configurable } = getOwnPropertyDescriptor(world, name);
    if (name === 'globalThis' || value === world) continue;
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
      const prototype = typeof value === 'function' ? value.prototype : undefined;
      if ((typeof prototype === 'object' || typeof prototype === 'function') && prototype !== null) freeze(prototype);
      freeze(value);
    }
    if (configurable) defineProperty(world, name, { writable: false, configurable: false });
  }
  defineProperty(world, '__run', { value: freeze(run), writable: false, configurable: false, enumerable: false });
})();`;

const setUp = new vm.Script(harness, { filename: 'realm.js' });

/** A realm of its own: nothing of Node, no code from strings, and the function `__run` (see above). */
export function newRealm(): vm.Context {
  const realm = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  });
  setUp.runInContext(realm);
  return realm;
}

/** A module's text as a script: functions stay, what makes it a module goes. */
export function asScript(source: string): string {
  return `'use strict';${source
    .replace(
      /^[ \t]*export[ \t]+default[ \t]+(?=(?:async[ \t]+)?function\b[ \t]*\*?[ \t]*[\w$]|class[ \t]+[\w$])/gm,
      '',
    )
    .replace(/^[ \t]*export[ \t]+(?=(?:async[ \t]+)?function\b|const\b|let\b|var\b|class\b)/gm, '')
    .replace(/^[ \t]*export[ \t]*\{[^{}]*\}[ \t]*;?/gm, '')}`;
}
