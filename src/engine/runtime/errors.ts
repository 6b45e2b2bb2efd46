import { type Action, runCommand, setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { messageOf } from '../../shared/errors/thrown.ts';

/** Where the package has binaries (measured for onnxruntime-node 1.30; there is none for Intel Macs). */
const supported = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'];

export interface RuntimeHost {
  readonly platform: string;
  readonly arch: string;
  /** Linux without glibc, for example Alpine. */
  readonly musl: boolean;
}

/** onnxruntime's native library cannot be loaded in this process. */
export function runtimeUnavailable(cause: unknown, host: RuntimeHost): RetuneError {
  const { why, remedy, actions = [] } = explainLoadFailure(cause, host);
  return new RetuneError({
    code: 'runtime.unavailable',
    what: `The local model runtime (onnxruntime) cannot be loaded on ${host.platform}-${host.arch}.`,
    why,
    remedy,
    actions,
    data: { ...host, detail: firstLine(cause) },
    cause,
  });
}

interface Explanation {
  readonly why: string;
  readonly remedy: string;
  readonly actions?: readonly Action[];
}

function explainLoadFailure(cause: unknown, host: RuntimeHost): Explanation {
  if (!supported.includes(`${host.platform}-${host.arch}`)) {
    return {
      why: `It has no build for this system; there are builds for ${supported.join(', ')}.`,
      remedy: 'Run Retune on one of those systems, or a remote model process on one.',
      actions: [setOption('sidecarCommand')],
    };
  }
  if (host.musl) {
    return {
      why: 'It needs glibc, and this Linux uses musl (as Alpine does).',
      remedy: 'Run Retune on a system or in a container with glibc, for example Debian or Ubuntu.',
    };
  }
  const detail = firstLine(cause);
  const version = /version [`'"]?((?:GLIBC|GLIBCXX|CXXABI)_[\d.]+)/.exec(detail)?.[1];
  if (version !== undefined) {
    return {
      why: `The system's C or C++ library is too old: ${version} is missing (${detail}).`,
      remedy: 'Upgrade the operating system (Debian 12, Ubuntu 22.04 or newer are recent enough).',
    };
  }
  // dlopen names the library that it could not find before the colon.
  const library = /([\w.+-]+\.(?:so|dll|dylib)[\w.]*): cannot open shared object file/.exec(detail)?.[1];
  if (library?.startsWith('libstdc++')) {
    return {
      why: `The system library ${library} is missing.`,
      remedy:
        'Install the C++ runtime: `apt-get install -y libstdc++6` on Debian and Ubuntu, `dnf install libstdc++` on Fedora.',
    };
  }
  if (library !== undefined) {
    return {
      why: `The library ${library} is missing.`,
      remedy: `Install the system package that contains ${library}; if it belongs to onnxruntime, reinstall Retune.`,
    };
  }
  if (/Cannot find (module|package)|no such file|specified module could not be found/i.test(detail)) {
    return {
      why: `A file of the package onnxruntime-node is missing (${detail}).`,
      remedy:
        host.platform === 'win32'
          ? 'Reinstall Retune for this platform; if that does not help, install the Microsoft Visual C++ Redistributable 2022.'
          : 'Reinstall Retune for this platform (in a source tree: `npm ci`).',
    };
  }
  return {
    why: `Loading it failed: ${detail}.`,
    remedy: 'Reinstall Retune for this platform, then run the doctor.',
    actions: [runCommand('doctor')],
  };
}

/** A provider that was asked for by name cannot run here; there is no silent fallback. */
export function providerUnavailable(provider: string, why: string, remedy: string, cause?: unknown): RetuneError {
  return new RetuneError({
    code: 'runtime.provider-unavailable',
    what: `The provider "${provider}" cannot run here.`,
    why,
    remedy,
    actions: [setOption('provider', 'cpu'), setOption('provider', 'auto')],
    data: { provider },
    cause,
  });
}

interface MemoryNeed {
  readonly weights: number;
  readonly decode: number;
  readonly update: number;
  readonly available: number;
}

/** A phrase, and the action that it stands for, if there is one. */
export interface MemoryRemedy {
  readonly text: string;
  readonly action?: Action;
}

/** The model would not fit into the memory that is free now. @param remedies the most helpful first */
export function notEnoughMemory(
  need: MemoryNeed,
  purpose: 'generate' | 'adapt',
  remedies: readonly MemoryRemedy[],
): RetuneError {
  const total = need.weights + need.decode + (purpose === 'adapt' ? need.update : 0);
  const parts = [`weights ${gigabytes(need.weights)}`, `generation ${gigabytes(need.decode)}`];
  if (purpose === 'adapt') parts.push(`update ${gigabytes(need.update)}`);
  return new RetuneError({
    code: 'runtime.not-enough-memory',
    what: `The model needs about ${gigabytes(total)} to ${purpose}, and ${gigabytes(need.available)} is available.`,
    why: `Of that: ${parts.join(', ')}.`,
    remedy: `Try one of these: ${remedies.map(({ text }) => text).join('; ')}.`,
    actions: remedies.flatMap(({ action }) => action ?? []),
    data: { ...need, purpose },
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 1)} GB`;
}

function firstLine(cause: unknown): string {
  const message = messageOf(cause);
  return message.split('\n', 1)[0] ?? message;
}
