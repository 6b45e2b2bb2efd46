import type { DirectoryView, RunnerName } from '../runner.ts';

interface Runner {
  /** File extensions of what it tests. */
  readonly languages: readonly string[];
  /** Names of files that say that it is used, most telling first. */
  readonly manifests: readonly RegExp[];
  /** For people. */
  readonly looksFor: string;
}

const script = ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx', '.vue', '.svelte'];
const python = ['.py', '.pyi'];
const jvm = ['.java', '.kt', '.scala', '.groovy'];
const net = ['.cs', '.fs', '.vb'];

const node = (config: RegExp): Runner => ({
  languages: script,
  manifests: [config, /^package\.json$/],
  looksFor: 'package.json (a test script, vitest, jest, mocha, node:test)',
});
const cargo: Runner = { languages: ['.rs'], manifests: [/^Cargo\.toml$/], looksFor: 'Cargo.toml' };

/** What each runner is known by. That it is really used is for its adapter to say. */
const table: Readonly<Record<RunnerName, Runner>> = {
  vitest: node(/^(vitest|vite)\.config\.[cm]?[jt]s$/),
  jest: node(/^jest\.config\.([cm]?[jt]s|json)$/),
  mocha: node(/^\.mocharc\.(json|jsonc|ya?ml|[cm]?js)$/),
  'node-test': node(/^package\.json$/),
  'npm-script': node(/^package\.json$/),
  pytest: {
    languages: python,
    manifests: [
      /^pytest\.ini$/,
      /^\.pytest\.ini$/,
      /^pyproject\.toml$/,
      /^tox\.ini$/,
      /^setup\.cfg$/,
      /^conftest\.py$/,
    ],
    looksFor: 'pytest.ini, pyproject.toml, tox.ini, setup.cfg, conftest.py or test*.py',
  },
  unittest: { languages: python, manifests: [/^pyproject\.toml$/, /^setup\.(py|cfg)$/], looksFor: '' },
  'go-test': { languages: ['.go'], manifests: [/^go\.mod$/], looksFor: 'go.mod' },
  'cargo-test': cargo,
  'cargo-nextest': cargo,
  'dotnet-test': {
    languages: net,
    manifests: [/\.slnx?$/, /\.(cs|fs|vb)proj$/],
    looksFor: 'a .NET solution or test project (*.sln, *.csproj)',
  },
  maven: { languages: jvm, manifests: [/^pom\.xml$/], looksFor: 'pom.xml' },
  gradle: { languages: jvm, manifests: [/^(build|settings)\.gradle(\.kts)?$/], looksFor: 'build.gradle' },
  command: { languages: [], manifests: [], looksFor: '' },
};

/** For the message that nothing was found. */
export const lookedFor: readonly string[] = [
  ...new Set(Object.values(table).flatMap(({ looksFor }) => (looksFor === '' ? [] : [looksFor]))),
];

/** @param extension with its dot, as `extname` gives it */
export function tests(runner: RunnerName, extension: string): boolean {
  return table[runner].languages.includes(extension.toLowerCase());
}

/** The file of a directory that speaks for a runner; '' when only its test files do. */
export function manifestOf(runner: RunnerName, { names }: DirectoryView): string {
  for (const pattern of table[runner].manifests) {
    for (const name of names) if (pattern.test(name)) return name;
  }
  return '';
}

/** Whether a file name alone makes a directory worth a look. */
export function isManifest(name: string): boolean {
  return Object.values(table).some(({ manifests }) => manifests.some((pattern) => pattern.test(name)));
}
