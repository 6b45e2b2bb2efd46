import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A real VS Code that needs no download but npm's: code-server's inner server, opened in Chromium.
 * Otherwise `missing` and `command` say what is absent and how to get it.
 */
export type EditorSetup =
  | {
      readonly ready: true;
      /** VS Code's server, to be run with Node 24. */
      readonly server: string;
      readonly chromium: string;
    }
  | { readonly ready: false; readonly missing: string; readonly command: string };

const root = path.resolve(import.meta.dirname, '..', '..');
/** The private package that pins code-server and playwright-core. */
export const editorPackage = path.join(root, 'test', 'editor');

const serverFile = path.join(editorPackage, 'node_modules/code-server/lib/vscode/out/server-main.js');
/** Without the server's own packages its native parts were not compiled. */
const nativeParts = path.join(
  editorPackage,
  'node_modules/code-server/lib/vscode/node_modules/@vscode/spdlog/build/Release/spdlog.node',
);
const playwrightFile = path.join(editorPackage, 'node_modules/playwright-core/package.json');

interface SystemPart {
  readonly name: string;
  /** Debian's package. */
  readonly debian: string;
  readonly present: (environment: NodeJS.ProcessEnv) => boolean;
  /** Only compiling code-server needs it. */
  readonly toBuild: boolean;
}

const systemParts: readonly SystemPart[] = [
  {
    name: 'Chromium',
    debian: 'chromium',
    present: (environment) => findChromium(environment) !== undefined,
    toBuild: false,
  },
  { name: 'a C++ compiler', debian: 'g++', present: () => runs('g++'), toBuild: true },
  { name: 'make', debian: 'make', present: () => runs('make'), toBuild: true },
  { name: 'Python', debian: 'python3', present: () => runs('python3'), toBuild: true },
  {
    name: 'the Kerberos headers',
    debian: 'libkrb5-dev',
    // macOS brings its own.
    present: () => process.platform === 'darwin' || existsSync('/usr/include/gssapi/gssapi.h'),
    toBuild: true,
  },
];

const chromiums = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const aptGet = '/usr/bin/apt-get';
/** Compiling takes about 75 s on two cores. */
const installLimitMs = 15 * 60_000;

/** Looks for everything; installs nothing. `RETUNE_CHROMIUM` names another browser. */
export function findEditor(environment: NodeJS.ProcessEnv = process.env): EditorSetup {
  const system = missingParts(environment);
  const installed = packagesInstalled();
  const chromium = findChromium(environment);
  if (chromium !== undefined && system.length === 0 && installed) return { ready: true, server: serverFile, chromium };
  const missing = [...system.map(({ name }) => name), ...(installed ? [] : ['the packages of test/editor'])].join(', ');
  return { ready: false, missing, command: commands(system, installed) };
}

/** Finds everything, installing first what is missing: npm packages always, the system's when root on a Debian-like system. */
export function setUpEditor(environment: NodeJS.ProcessEnv = process.env): EditorSetup {
  const before = missingParts(environment);
  if (before.length > 0 && canInstall()) {
    const packages = before.map(({ debian }) => debian).join(' ');
    say(`installing ${packages}`);
    execute('sh', ['-c', installSystem(packages)], { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, root);
  }
  if (!packagesInstalled() && missingParts(environment).length === 0) {
    say('installing code-server, which is compiled here (about 75 s, 620 MB)');
    // code-server's own scripts must run on the Node that its native parts are made for.
    const bin = path.join(root, 'node_modules', '.bin');
    const search = `${bin}${path.delimiter}${process.env.PATH ?? ''}`;
    execute('npm', ['ci'], { ...withoutNpm(process.env), PATH: search }, editorPackage);
  }
  return findEditor(environment);
}

function missingParts(environment: NodeJS.ProcessEnv): readonly SystemPart[] {
  const built = packagesInstalled();
  return systemParts.filter((part) => !(part.toBuild && built) && !part.present(environment));
}

/** Whether what is installed is what the lock file asks for. */
function packagesInstalled(): boolean {
  if (![serverFile, nativeParts, playwrightFile].every((file) => existsSync(file))) return false;
  const wanted = JSON.parse(readFileSync(path.join(editorPackage, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.entries(wanted.dependencies).every(([name, version]) => {
    const file = path.join(editorPackage, 'node_modules', name, 'package.json');
    return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version === version;
  });
}

function findChromium(environment: NodeJS.ProcessEnv): string | undefined {
  const asked = environment.RETUNE_CHROMIUM;
  return (asked === undefined ? chromiums : [asked]).find((file) => existsSync(file));
}

function commands(system: readonly SystemPart[], installed: boolean): string {
  const steps: string[] = [];
  const packages = system.map(({ debian }) => debian).join(' ');
  if (packages !== '' && existsSync(aptGet)) {
    steps.push(process.getuid?.() === 0 ? installSystem(packages) : `sudo sh -c '${installSystem(packages)}'`);
  } else if (packages !== '') {
    const names = system.map(({ name }) => name).join(', ');
    steps.push(`install ${names} with your system's package manager (RETUNE_CHROMIUM names a browser elsewhere)`);
  }
  if (!installed) steps.push('npm ci --prefix test/editor');
  return steps.join(' && ');
}

function installSystem(packages: string): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages}`;
}

function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync(aptGet);
}

function runs(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function execute(program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): void {
  const result = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
    cwd,
    timeout: installLimitMs,
  });
  if (result.status !== 0) say(`${program} ${args[0]} ended with exit code ${result.status}`);
}

/**
 * What npm tells the scripts that it runs describes the npm and the Node that started us: code-server reads the version of Node
 * from it, and would refuse. Settings, such as the registry, stay.
 */
function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^npm_(config_user_agent|execpath|node_execpath|lifecycle_.*|package_.*|command)$/i.test(name),
    ),
  );
}

function say(text: string): void {
  process.stdout.write(`editor suite: ${text}\n`);
}
