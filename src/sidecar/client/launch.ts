import { fileURLToPath } from 'node:url';

export interface LaunchOptions {
  /** Replaces everything else: `["ssh", "gpu-box", "retune-sidecar"]`. */
  readonly command?: readonly string[];
  /** A plain Node executable, for hosts that are Electron. */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export interface Launch {
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
}

/** What to execute: the command given, else the sidecar that lies beside this code, with a plain Node where there is one. */
export function planLaunch(options: LaunchOptions): Launch {
  const env: NodeJS.ProcessEnv = { ...(options.env ?? process.env) };
  // Debuggers and test hosts inject flags that the sidecar must not inherit.
  delete env.NODE_OPTIONS;
  delete env.ELECTRON_RUN_AS_NODE;
  const [program, ...rest] = options.command ?? [];
  if (program !== undefined) return { command: [program, ...rest], env, cwd: options.cwd };
  // Electron can act as Node, but forbids memory outside V8's cage, which makes the engine copy every result.
  const electron = process.versions.electron !== undefined && options.node === undefined;
  if (electron) env.ELECTRON_RUN_AS_NODE = '1';
  return { command: [options.node ?? process.execPath, ...sidecarEntry()], env, cwd: options.cwd };
}

/**
 * How long the first answer may take, ms. A command of the developer's own may wait for a machine (`srun`), load an image
 * (`docker run`) or wake a computer up (`ssh`).
 */
export function handshakeMs({ command = [] }: Pick<LaunchOptions, 'command'>): number {
  return command.length > 0 ? 15 * 60_000 : 30_000;
}

function sidecarEntry(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [fileURLToPath(new URL('./sidecar.mjs', import.meta.url))];
  return ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('../server/main.ts', import.meta.url))];
}
