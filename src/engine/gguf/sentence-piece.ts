import type { JsonObject } from '../tokenizer/json-file.ts';

/**
 * SentencePiece vocabularies (Llama 2, Mistral up to 0.3) in the terms of tokenizer.json: a space is `▁`, bytes outside the
 * vocabulary are tokens such as `<0x0A>`, and pieces are merged in the order of their scores.
 */
export function sentencePieceDefinition(addPrefixSpace: boolean): JsonObject {
  const replace = (from: string, to: string) => ({ type: 'Replace', pattern: { String: from }, content: to });
  const prefix = addPrefixSpace ? [{ type: 'Prepend', prepend: '▁' }] : [];
  const strip = addPrefixSpace ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : [];
  return {
    normalizer: { type: 'Sequence', normalizers: [...prefix, replace(' ', '▁')] },
    pre_tokenizer: null,
    decoder: {
      type: 'Sequence',
      decoders: [replace('▁', ' '), { type: 'ByteFallback' }, { type: 'Fuse' }, ...strip],
    },
  };
}

interface Merge {
  readonly pair: readonly [string, string];
  readonly score: number;
}

/**
 * The pairs that make up the pieces, in the order in which SentencePiece joins them: the best score first.
 * @param ids of the pieces that may be joined and may arise
 * @param scores by id
 */
export function mergesByScore(
  ids: ReadonlyMap<string, number>,
  scores: readonly number[],
): (readonly [string, string])[] {
  const merges: Merge[] = [];
  for (const [piece, id] of ids) {
    const pairs = splits(piece).filter(([left, right]) => ids.has(left) && ids.has(right));
    pairs.sort((a, b) => ids.get(a[0])! - ids.get(b[0])! || ids.get(a[1])! - ids.get(b[1])!);
    merges.push(...pairs.map((pair) => ({ pair, score: scores[id] ?? 0 })));
  }
  merges.sort(
    (a, b) => b.score - a.score || b.pair[0].length - a.pair[0].length || b.pair[1].length - a.pair[1].length,
  );
  return merges.map(({ pair }) => pair);
}

function splits(piece: string): (readonly [string, string])[] {
  return Array.from({ length: piece.length - 1 }, (_, index) => [piece.slice(0, index + 1), piece.slice(index + 1)]);
}
