import { delimiter, isAbsolute } from 'node:path';

/** Keeps tools from asking questions, colouring their output, watching files, and looking for updates on the network. */
const quiet: Readonly<Record<string, string>> = {
  CI: '1',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
  TERM: 'dumb',
  GIT_TERMINAL_PROMPT: '0',
  NO_UPDATE_NOTIFIER: '1',
  // Python considers a cached module current when its source has the same size and the same modification second, so the
  // second of two quick attempts would be judged by the code of the first.
  PYTHONDONTWRITEBYTECODE: '1',
};

/**
 * Variables about the process that started us, which would change how another one behaves: we may be running inside a test,
 * a debugger, a Git hook or an editor.
 */
const foreign: readonly RegExp[] = [
  /^(NODE_TEST_CONTEXT|NODE_TEST_WORKER_ID|NODE_V8_COVERAGE|NODE_CHANNEL_FD|NODE_CHANNEL_SERIALIZATION_MODE)$/,
  /^(NODE_UNIQUE_ID|VITEST|VITEST_.*|JEST_WORKER_ID|PYTEST_CURRENT_TEST|PYTEST_XDIST_.*)$/,
  /^(FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE|COLORTERM|MOCHA_COLORS|PY_COLORS|CARGO_TERM_COLOR)$/,
  /^(GIT_DIR|GIT_WORK_TREE|GIT_INDEX_FILE|GIT_OBJECT_DIRECTORY|GIT_ALTERNATE_OBJECT_DIRECTORIES|GIT_COMMON_DIR)$/,
  /^(GIT_PREFIX|GIT_NAMESPACE|GIT_EXEC_PATH|GIT_EDITOR|GIT_ASKPASS|GIT_QUARANTINE_PATH|GIT_CONFIG_PARAMETERS)$/,
  /^(ELECTRON_RUN_AS_NODE|VSCODE_.*)$/,
];

/** Set by npm and similar tools for the script that they run, which may be us. */
const fromScript = /^(npm_.*|INIT_CWD|PROJECT_CWD|BERRY_BIN_FOLDER|PNPM_SCRIPT_SRC_DIR|NODE)$/i;

/**
 * The variables for a tool that runs by itself, without a terminal.
 * @param base our own variables; never changed
 * @param extra takes precedence
 */
export function toolVariables(
  base: NodeJS.ProcessEnv,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const startedByScript = base.npm_lifecycle_event !== undefined;
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    if (value === undefined || foreign.some((pattern) => pattern.test(name))) continue;
    if (startedByScript && fromScript.test(name)) continue;
    if (name === 'NODE_OPTIONS') {
      const options = withoutDebugger(value);
      if (options !== '') environment[name] = options;
    } else if (startedByScript && name.toUpperCase() === 'PATH') {
      environment[name] = withoutScriptFolders(value);
    } else {
      environment[name] = value;
    }
  }
  return { ...environment, ...quiet, ...extra };
}

/** Options that the developer set (loaders, memory) stay; those by which a debugger attaches to us do not. */
function withoutDebugger(options: string): string {
  return options
    .replace(/(^|\s)--inspect(-[a-z-]+)?(=\S+)?(?=\s|$)/g, '')
    .replace(/(^|\s)(--require|-r|--import)[ =]("[^"]*js-debug[^"]*"|\S*js-debug\S*)/g, '')
    .trim();
}

/** npm puts the executables of its package before all others, where they would hide those of the workspace. */
function withoutScriptFolders(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => !(isAbsolute(folder) && /[\\/](node_modules[\\/]\.bin|node-gyp-bin)[\\/]?$/.test(folder)))
    .join(delimiter);
}
