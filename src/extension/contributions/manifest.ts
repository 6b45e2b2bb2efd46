import { type CommandName, commands, contextKeys } from './commands.ts';
import { settings } from './settings.ts';

/**
 * The part of package.json that VS Code reads, and the texts it refers to. `node tools/manifest.ts` writes both from here,
 * and a unit test compares them, so that every id and every text has one source.
 */
export interface Manifest {
  readonly fields: Readonly<Record<string, unknown>>;
  /** package.nls.json */
  readonly texts: Readonly<Record<string, string>>;
}

const running = contextKeys.running;
const reviewing = contextKeys.reviewing;
/** A file on disk, in a window on this machine or on another one. */
const onDisk = 'resourceScheme =~ /^(file|vscode-remote)$/';
const inDiff = 'isInDiffEditor || activeEditor == multiDiffEditor';

/** When the palette offers a command; those that are not listed are always offered. */
const paletteWhen: Partial<Record<CommandName, string>> = {
  fix: `${onDisk} && !${running}`,
  stop: running,
  keep: reviewing,
  undo: reviewing,
  showChange: reviewing,
};

const untrusted =
  'Retune runs the tests of the workspace and changes its files, so it does nothing until the workspace is trusted.';
const virtual = 'Retune runs tests as processes, so it needs a folder on disk.';

/** Puts an English text under a key. @returns the reference to it for package.json */
type AddText = (key: string, english: string) => string;

export function manifest(): Manifest {
  const texts: Record<string, string> = {};
  const text: AddText = (key, english) => {
    texts[key] = english;
    return `%${key}%`;
  };
  const category = text('category', 'Retune');
  const fields = {
    main: './dist/extension.cjs',
    icon: 'media/icon.png',
    galleryBanner: { color: '#1b1b2f', theme: 'dark' },
    categories: ['AI', 'Testing', 'Machine Learning'],
    extensionKind: ['workspace'],
    activationEvents: [],
    capabilities: capabilities(text),
    contributes: { commands: commandEntries(category, text), menus: menus(), configuration: configuration(text) },
  };
  return { fields, texts };
}

function capabilities(text: AddText) {
  return {
    untrustedWorkspaces: {
      supported: 'limited',
      description: text('untrusted', untrusted),
      restrictedConfigurations: ['retune.test.command', 'retune.sidecar.command', 'retune.model.directory'],
    },
    virtualWorkspaces: { supported: false, description: text('virtual', virtual) },
  };
}

function commandEntries(category: string, text: AddText) {
  return entries(commands).map(([name, { id, title, icon }]) => ({
    command: id,
    title: text(`command.${name}`, title),
    category,
    icon,
    ...(name === 'fix' && { enablement: `!${running}` }),
  }));
}

function menus() {
  return {
    commandPalette: entries(commands).flatMap(([name, { id }]) => {
      const when = paletteWhen[name];
      return when === undefined ? [] : [{ command: id, when }];
    }),
    'editor/context': [
      { command: commands.fix.id, group: '1_modification@9', when: `${onDisk} && !editorReadonly && !${running}` },
    ],
    // Before VS Code's own buttons, which begin with 1 in a multi-file diff.
    'editor/title': [
      { command: commands.stop.id, group: 'navigation@-1', when: running },
      { command: commands.keep.id, group: 'navigation@-2', when: `${reviewing} && (${inDiff})` },
      { command: commands.undo.id, group: 'navigation@-1', when: `${reviewing} && (${inDiff})` },
    ],
  };
}

function configuration(text: AddText) {
  const title = text('settings', 'Retune');
  const properties = entries(settings).map(([key, spec], order) => [
    `retune.${key}`,
    {
      ...spec.schema,
      default: spec.default,
      scope: spec.scope,
      order,
      markdownDescription: text(`setting.${key}`, spec.description),
    },
  ]);
  return { title, properties: Object.fromEntries(properties) };
}

function entries<K extends string, V>(table: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(table) as [K, V][];
}
