import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import '../../extension/vscode.ts';
import { commandWords, optionWords } from '../../../../src/cli/actions.ts';
import { settings } from '../../../../src/extension/contributions/settings.ts';
import { commandNames, optionNames } from '../../../../src/shared/errors/actions.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';
import { samples } from './samples.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const modules = 'src/**/{errors,*-errors,cancelled,unforeseen}.ts';

/** Of the same modules: questions about errors, and their way over the wire. */
const notFactory = /^(is|throwIf|to|from)[A-Z]/;

interface Made {
  readonly name: string;
  readonly error: RetuneError;
}

/** Every error that any factory makes of its samples: of the first ones, then of every other one in turn. */
async function everyError(): Promise<readonly Made[]> {
  const made: Made[] = [];
  for await (const file of glob(modules, { cwd: root })) {
    // Errors of a compiler are something else.
    if (!readFileSync(path.join(root, file), 'utf8').includes('RetuneError')) continue;
    const exported = (await import(path.join(root, file))) as Record<string, unknown>;
    for (const [name, factory] of Object.entries(exported)) {
      if (typeof factory !== 'function' || notFactory.test(name)) continue;
      for (const args of argumentsOf(name, factory.toString())) {
        const error: unknown = factory(...args);
        if (error instanceof RetuneError) made.push({ name: `${file}: ${name}`, error });
      }
    }
  }
  return made;
}

function argumentsOf(name: string, source: string): readonly (readonly unknown[])[] {
  const parameters = source.slice(source.indexOf('(') + 1, source.indexOf(')')).match(/\w+(?=\s*(,|$|=))/g) ?? [];
  const choices = parameters.map((parameter) => {
    const found = samples[`${name}.${parameter}`] ?? samples[parameter];
    assert.ok(found, `samples.ts needs values for ${name}.${parameter}`);
    return found;
  });
  const first = choices.map(([value]) => value);
  return [first, ...choices.flatMap((values, index) => values.slice(1).map((value) => first.with(index, value)))];
}

/** What only one of the faces knows, and what a text for both therefore must not name. */
const ofOneFace: Readonly<Record<string, RegExp>> = {
  'a flag': /(?<![\w-])--[a-z]/,
  'a command of the terminal': /`retune(?! *-)/,
  'a variable': /\bRETUNE_[A-Z]/,
  'a setting': new RegExp(`\\bretune\\.(${Object.keys(settings).join('|').replaceAll('.', '\\.')})\\b`),
};

describe('the errors of all areas', () => {
  let all: readonly Made[];
  before(async () => {
    all = await everyError();
  });

  it('are made in these modules only, and each module was looked at', async () => {
    const looked = new Set(all.map(({ name }) => name.split(':')[0]));
    const making: string[] = [];
    for await (const file of glob('src/**/*.ts', { cwd: root })) {
      const makes = readFileSync(path.join(root, file), 'utf8').includes('new RetuneError(');
      if (makes && !file.endsWith('retune-error.ts')) making.push(file);
    }
    assert.deepEqual([...looked].sort(), making.sort());
    assert.ok(new Set(all.map(({ name }) => name)).size > 120);
  });

  it('say nothing that is right in only one face', () => {
    const found = all.flatMap(({ name, error: { what, why, remedy } }) =>
      Object.entries(ofOneFace)
        .filter(([, pattern]) => pattern.test(`${what}\n${why}\n${remedy}`))
        .map(([kind]) => `${name} names ${kind}: ${what} ${why} ${remedy}`),
    );
    assert.deepEqual(found, []);
  });

  it('and what else is told by code that both faces use', async () => {
    const flags = Object.values(optionWords).flatMap((words) => ('flag' in words ? [words.flag.slice(2)] : []));
    // In prose: what runs a test runner or Node has flags of its own, in lists.
    const prose = {
      ...ofOneFace,
      'a flag': new RegExp(`[a-z] --(${flags.join('|')})\\b`),
      'a variable': /[a-z] RETUNE_[A-Z]/,
    };
    const found: string[] = [];
    for await (const file of glob('src/**/*.ts', { cwd: root, exclude: ['src/cli/**', 'src/extension/**'] })) {
      const code = readFileSync(path.join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      for (const line of code.split('\n')) {
        for (const [kind, pattern] of Object.entries(prose))
          if (pattern.test(line)) found.push(`${file} names ${kind}: ${line.trim()}`);
      }
    }
    assert.deepEqual(found, []);
  });

  it('are whole sentences', () => {
    const found = all.flatMap(({ name, error: { what, why, remedy } }) =>
      [what, why, remedy]
        .filter((text) => !/[.!?]\s*$/.test(text) || /\.\.(?!\/)|undefined|\[object/.test(text))
        .map((text) => `${name}: ${text}`),
    );
    assert.deepEqual(found, []);
  });

  it('have codes of an area, and data of plain JSON', () => {
    for (const { name, error } of all) {
      assert.match(error.code, /^([a-z]+\.[a-z]+(-[a-z]+)*|cancelled|unforeseen)$/, name);
      assert.doesNotThrow(() => JSON.stringify(error.data), name);
    }
  });

  it('name actions that the faces have, and no action is named by none', () => {
    const options = new Set<string>();
    const commands = new Set<string>();
    for (const { error } of all) {
      for (const action of error.actions) {
        if (action.kind === 'option') options.add(action.option);
        else commands.add(action.command);
      }
    }
    assert.deepEqual([...options].sort(), [...optionNames].sort());
    assert.deepEqual([...commands].sort(), [...commandNames].sort());
    assert.deepEqual(Object.keys(optionWords).sort(), [...optionNames].sort());
    assert.deepEqual(Object.keys(commandWords).sort(), [...commandNames].sort());
  });
});
