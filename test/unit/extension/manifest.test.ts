import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { commands, contextKeys } from '../../../src/extension/contributions/commands.ts';
import { manifest } from '../../../src/extension/contributions/manifest.ts';
import { type SettingKey, settings } from '../../../src/extension/contributions/settings.ts';

const json = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')) as Record<string, unknown>;
const { fields, texts } = manifest();
const contributes = fields.contributes as {
  readonly commands: readonly { readonly command: string }[];
  readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
  readonly configuration: { readonly properties: Readonly<Record<string, Record<string, unknown>>> };
};

describe('the manifest', () => {
  it('in package.json is what the sources say (else: node tools/manifest.ts)', () => {
    const found = json('package.json');
    for (const [field, value] of Object.entries(fields)) assert.deepEqual(found[field], value, field);
  });

  it('has its texts in package.nls.json, and no others', () => {
    assert.deepEqual(json('package.nls.json'), texts);
    const used = new Set([...JSON.stringify(fields).matchAll(/%([\w.]+)%/g)].map(([, key]) => key));
    assert.deepEqual([...used].sort(), Object.keys(texts).sort());
  });

  it('asks for the version of VS Code that the types are of', () => {
    const { engines, devDependencies } = json('package.json') as Record<string, Record<string, string>>;
    assert.equal(engines?.vscode, devDependencies?.['@types/vscode']);
  });

  it('names no command and no context key that does not exist', () => {
    const known = new Set<string>(Object.values(commands).map(({ id }) => id));
    const keys = new Set<string>(Object.values(contextKeys));
    for (const item of Object.values(contributes.menus).flat()) {
      assert.ok(known.has(item.command), item.command);
      for (const [key] of (item.when ?? '').matchAll(/retune\.\w+/g)) assert.ok(keys.has(key), key);
    }
  });

  it('points at files that a package contains', () => {
    assert.ok(existsSync(new URL(`../../../${fields.icon}`, import.meta.url)));
    assert.equal(fields.main, './dist/extension.cjs');
  });

  it('gives no workspace a say in which program or model runs', () => {
    const named: readonly SettingKey[] = ['sidecar.command', 'model.directory'];
    for (const key of named) assert.equal(settings[key].scope, 'machine');
  });

  it('lists in Restricted Mode’s settings only settings that exist, with all that a program is started from', () => {
    const { untrustedWorkspaces } = fields.capabilities as {
      readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
    };
    const { restrictedConfigurations } = untrustedWorkspaces;
    for (const key of restrictedConfigurations) assert.ok(key in contributes.configuration.properties, key);
    for (const key of ['retune.test.command', 'retune.sidecar.command']) {
      assert.ok(restrictedConfigurations.includes(key), key);
    }
  });
});

describe('settings', () => {
  it('accept their own defaults, whose kind the schema names', () => {
    for (const [key, { default: preset, accepts, schema }] of Object.entries(settings)) {
      assert.ok(accepts(preset), key);
      const kind = Array.isArray(preset) ? 'array' : typeof preset === 'number' ? 'integer' : typeof preset;
      assert.equal(schema.type, kind, key);
    }
  });

  const refused: readonly (readonly [SettingKey, unknown])[] = [
    ['model.directory', 5],
    ['model.dtype', 'int2'],
    ['method', 'ROSA2'],
    ['maxTurns', 0],
    ['maxTurns', 2.5],
    ['maxTurns', 21],
    ['test.timeoutSeconds', '60'],
    ['askForComments', 'no'],
    ['sidecar.command', 'retune-sidecar'],
    ['sidecar.command', ['ssh', 5]],
  ];
  for (const [key, value] of refused) {
    it(`refuse ${JSON.stringify(value)} for ${key}`, () => assert.equal(settings[key].accepts(value), false));
  }
});
