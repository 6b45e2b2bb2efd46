import type { Generation } from '../../policy/generation.ts';
import { cancelled } from './cancellation.ts';
import type { DecodeState } from './decoder.ts';
import { batchRanksDiffer } from './errors.ts';
import { type CheckedRequest, checkRequest, type GenerationParts, type ResolvedRequest } from './request.ts';
import { Response } from './response.ts';
import { SamplingBuffers } from './sampler.ts';

/** One sequence of the batch: its place in the decode state, and its answer so far. */
interface Member {
  readonly sequence: number;
  readonly request: CheckedRequest;
  readonly response: Response;
  last: number;
  prefillMs: number;
  /** Wall time of all runs it took part in: they are shared, so the sum over a batch is more than the batch took. */
  decodeMs: number;
}

/**
 * Generates for B requests, each with its own adapter (all of one rank), sampling, seed, stops and limits: prompts one
 * after the other, then all answers together; those that end drop out. Given the same logits, each answer is the one
 * `generate` gives for that request alone. Results are in the order of the requests; cancelling ends all that are not
 * finished with `finish: 'cancelled'`.
 * @throws what {@link checkRequest} throws, before anything has run, `generation.batch-ranks-differ` and
 * `generation.logits-not-finite`.
 */
export async function generateBatch(
  parts: GenerationParts,
  requests: readonly ResolvedRequest[],
  signal: AbortSignal,
): Promise<Generation[]> {
  const checked = requests.map((request) => checkRequest(parts, request));
  const ranks = new Set(checked.flatMap(({ adapter }) => (adapter === undefined ? [] : [adapter.layout.rank])));
  if (ranks.size > 1) throw batchRanksDiffer([...ranks]);
  if (checked.length === 0) return [];

  const buffers = new SamplingBuffers(parts.decoder.vocabSize);
  const members = checked.map((request, sequence): Member => {
    const response = new Response(parts, request, buffers);
    return { sequence, request, response, last: 0, prefillMs: 0, decodeMs: 0 };
  });
  if (!signal.aborted) {
    const state = await parts.decoder.open(checked.map(({ adapter }) => adapter));
    try {
      for (const member of members) await prefill(state, member, parts.decoder.prefillChunk, signal);
      await decode(state, members, parts.decoder.vocabSize, signal);
    } finally {
      state.dispose();
    }
  }
  return members.map(({ response, prefillMs, decodeMs }) => {
    response.cancel();
    return response.generation({ reusedTokens: 0, prefillMs, decodeMs });
  });
}

/** Runs the prompt and chooses the first token. */
async function prefill(state: DecodeState, member: Member, chunkLength: number, signal: AbortSignal): Promise<void> {
  const { promptTokens } = member.request;
  for (let start = 0; start < promptTokens.length; start += chunkLength) {
    if (await cancelled(signal)) return;
    const before = performance.now();
    const logits = await state.run([member.sequence], [promptTokens.slice(start, start + chunkLength)]);
    member.prefillMs += performance.now() - before;
    if (start + chunkLength >= promptTokens.length) member.last = member.response.next(logits).id;
  }
}

async function decode(
  state: DecodeState,
  members: readonly Member[],
  vocabSize: number,
  signal: AbortSignal,
): Promise<void> {
  let active = members.filter(({ response }) => response.finish === undefined);
  while (active.length > 0 && !(await cancelled(signal))) {
    const start = performance.now();
    const logits = await state.run(
      active.map(({ sequence }) => sequence),
      active.map(({ last }) => [last]),
    );
    for (const [row, member] of active.entries()) {
      member.last = member.response.next(logits.subarray(row * vocabSize, (row + 1) * vocabSize)).id;
    }
    const ms = performance.now() - start;
    for (const member of active) member.decodeMs += ms;
    active = active.filter(({ response }) => response.finish === undefined);
  }
}
