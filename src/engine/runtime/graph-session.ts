import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../../policy/provider.ts';
import { writeFileAtomically, writeFully } from '../../shared/atomic-file.ts';
import { explainWriteFailure } from '../checkpoint/prepare.ts';
import { readChunks, withFile } from '../checkpoint/safetensors.ts';
import type { PreparedWeights } from '../checkpoint/weights.ts';
import { zeroPointBytes, zeroPointFile } from '../graph/frozen-weights.ts';
import { type OnnxGraph, serialise } from '../graph/onnx-model.ts';
import { type GraphSessionUse, graphSessionOptions } from './graph-session-options.ts';
import { loadOrt } from './ort.ts';
import { loadProvider } from './provider.ts';

/**
 * Makes an onnxruntime session of a graph. A graph over prepared weights is written beside them first, because external data
 * must lie in the directory of its model file; its name is a digest of its content, so it is never stale, and written once
 * unless it was damaged since.
 * @throws RetuneError `checkpoint.cache-not-writable`, `checkpoint.disk-full`
 */
export async function createGraphSession(
  graph: OnnxGraph,
  weights: PreparedWeights | undefined,
  provider: ProviderName,
  use: GraphSessionUse,
  overrides: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  const ort = await loadOrt();
  const model = serialise(graph);
  const options = { ...graphSessionOptions(await loadProvider(provider), use), ...overrides };
  if (weights === undefined) return ort.InferenceSession.create(model.slice(), options);
  const digest = createHash('sha256').update(model).digest('hex').slice(0, 16);
  const path = join(weights.directory, `${graph.name}-${digest}.onnx`);
  await writeOnce(path, model);
  await ensureZeroPoints(weights);
  return ort.InferenceSession.create(path, options);
}

async function ensureZeroPoints(weights: PreparedWeights): Promise<void> {
  for (const [bits, bytes] of zeroPointBytes(weights)) {
    const { name, byte } = zeroPointFile[bits];
    await writeOnce(join(weights.directory, name), new Uint8Array(bytes).fill(byte));
  }
}

async function writeOnce(path: string, bytes: Uint8Array): Promise<void> {
  if (await holds(path, bytes)) return;
  try {
    await writeFileAtomically(path, (file) => writeFully(file, bytes, 0));
  } catch (error) {
    throw explainWriteFailure(error, dirname(path), bytes.byteLength);
  }
}

/** Whether a file has exactly these bytes; read in pieces, because zero points may be many megabytes. */
async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    return await withFile(path, async (file) => {
      if ((await file.stat()).size !== bytes.byteLength) return false;
      let done = 0;
      for await (const piece of readChunks(file, path, { offset: 0, bytes: bytes.byteLength })) {
        if (Buffer.compare(piece, bytes.subarray(done, done + piece.byteLength)) !== 0) return false;
        done += piece.byteLength;
      }
      return true;
    });
  } catch {
    // It is absent or cannot be read: writing it helps, or says why it cannot be.
    return false;
  }
}
