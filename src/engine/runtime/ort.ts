import { runtimeUnavailable } from './errors.ts';
import { switchTelemetryOff } from './ort-telemetry.ts';

export type Ort = typeof import('onnxruntime-node');

/** Levels onnxruntime knows, from chatty to silent; `RETUNE_ORT_LOG` names one of them. */
const logLevels = ['verbose', 'info', 'warning', 'error', 'fatal'] as const;
export type OrtLogLevel = (typeof logLevels)[number];

let loading: Promise<Ort> | undefined;

/**
 * The only door to onnxruntime: its native library is loaded on the first call and shared by this thread.
 * It reports to no one, and stays silent on stdout and stderr unless `RETUNE_ORT_LOG` is set, because stdout may carry a protocol.
 * @throws RetuneError `runtime.unavailable` when this machine cannot load the native library.
 */
export function loadOrt(): Promise<Ort> {
  loading ??= importOrt();
  return loading;
}

async function importOrt(): Promise<Ort> {
  switchTelemetryOff();
  try {
    const ort = await import('onnxruntime-node');
    // The level is read once, when the first graph session is created.
    ort.env.logLevel = ortLogLevel();
    return ort;
  } catch (error) {
    throw runtimeUnavailable(error, { platform: process.platform, arch: process.arch, musl: isMusl() });
  }
}

/** The level asked for by `RETUNE_ORT_LOG`, else `fatal`. */
export function ortLogLevel(environment: NodeJS.ProcessEnv = process.env): OrtLogLevel {
  const asked = environment.RETUNE_ORT_LOG?.toLowerCase();
  return logLevels.find((level) => level === asked) ?? 'fatal';
}

/** The same level as a number, for the option `logSeverityLevel` of a graph session. */
export function ortLogSeverity(environment: NodeJS.ProcessEnv = process.env): 0 | 1 | 2 | 3 | 4 {
  return logLevels.indexOf(ortLogLevel(environment)) as 0 | 1 | 2 | 3 | 4;
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}
