import { join } from 'node:path';
import type { SimpleGit } from 'simple-git';

/** Overrides settings of the repository or the user that would change bytes, write elsewhere, or run programs. */
const neutral = (scratch: string): string[] => [
  `core.hooksPath=${join(scratch, 'no-hooks')}`,
  'core.logAllRefUpdates=false',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  // A split index would put a second file into the repository.
  'core.splitIndex=false',
  'core.sparseCheckout=false',
  'index.sparse=false',
  'gc.auto=0',
  'i18n.commitEncoding=UTF-8',
];

const identity = { name: 'Retune', email: 'retune@localhost' };

const own = {
  GIT_AUTHOR_NAME: identity.name,
  GIT_AUTHOR_EMAIL: identity.email,
  GIT_COMMITTER_NAME: identity.name,
  GIT_COMMITTER_EMAIL: identity.email,
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // A replaced object would be read back as something else; a missing one must not be fetched.
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
};

/** The variables that git needs. Others, above all `GIT_…`, could lead it to another repository or index. */
const inherited =
  /^(?:PATH|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|XDG_CONFIG_HOME|SYSTEMROOT|WINDIR|TEMP|TMP|TMPDIR|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|LD_LIBRARY_PATH|SUDO_UID)$/i;

/** Maximum silence of one command, in ms: a repository on a dead network drive must not hold up a session. */
const timeoutMs = 5000;

/** Runs git in one directory with our own index, without hooks, reflogs and filters. */
export class Git {
  readonly #program: string;
  readonly #top: string;
  readonly #scratch: string;
  readonly #index: string;

  /**
   * @param scratch an existing directory outside the repository, also the working directory of the process, because Windows
   * would look for helper programs there
   * @param index name of a temporary index in it
   */
  constructor(program: string, top: string, scratch: string, index: string) {
    this.#program = program;
    this.#top = top;
    this.#scratch = scratch;
    this.#index = join(scratch, index);
  }

  /** @throws GitError with git's own message, when it fails or is silent for too long */
  async run(args: readonly string[], input?: string): Promise<string> {
    return await (await this.#simple(this.#scratch, input)).raw(['-C', this.#top, ...args]);
  }

  /** The bytes of an object, unchanged. */
  async blob(id: string): Promise<Uint8Array> {
    const content: unknown = await (await this.#simple(this.#top)).binaryCatFile(['blob', id]);
    return content instanceof Uint8Array ? content : new Uint8Array();
  }

  async #simple(directory: string, input?: string): Promise<SimpleGit> {
    // Loaded on demand: most starts need no git, and none should wait for it.
    const { simpleGit } = await import('simple-git');
    return simpleGit({
      baseDir: directory,
      binary: this.#program,
      config: neutral(this.#scratch),
      trimmed: true,
      timeout: { block: timeoutMs },
      completion: { onClose: true, onExit: false },
      allowEnvironment: [...Object.keys(own), 'GIT_INDEX_FILE'],
      input: () => input,
      // Each of these is set above, either to switch something off or to a path that we found.
      unsafe: {
        allowUnsafeHooksPath: true,
        allowUnsafeFsMonitor: true,
        allowUnsafeConfigPaths: true,
        allowUnsafeCustomBinary: true,
      },
    }).env(this.#environment());
  }

  #environment(): Record<string, string> {
    const kept = Object.entries(process.env).flatMap(([name, value]) =>
      inherited.test(name) && value !== undefined ? [[name, value] as const] : [],
    );
    return { ...Object.fromEntries(kept), ...own, LC_ALL: 'C', GIT_INDEX_FILE: this.#index };
  }
}
