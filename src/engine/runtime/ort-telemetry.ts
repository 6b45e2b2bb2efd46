import { isMainThread } from 'node:worker_threads';

const variable = 'ORT_DISABLE_TELEMETRY';

/**
 * Since 1.29 onnxruntime for Linux and macOS reports every session to its makers over the network, and keeps an identifier of
 * the machine on disk, unless this variable is set in the process before the library is loaded.
 * Other threads than the main one have only a copy of its variables, so the main thread must call this before it starts one.
 * Windows has no such variable: there onnxruntime writes to the system's own tracing and opens no connection.
 * @throws Error in another thread whose process has not called it
 */
export function switchTelemetryOff(): void {
  if (isMainThread) process.env[variable] = '1';
  else if (process.env[variable] !== '1') {
    throw new Error('The main thread has to switch the telemetry of onnxruntime off before it starts this thread.');
  }
}
