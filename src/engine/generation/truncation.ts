import { binCount, depthOf, type ExpBins, weightAt } from './exp-bins.ts';
import type { RankedBin } from './ranked-bin.ts';

/**
 * The tokens that stay: all above `bin`, and the first `ranks` of that bin. Tokens are ordered from the most to the least
 * probable, equals by ascending id; every truncation keeps a prefix of that order.
 */
export interface Cut {
  readonly bin: number;
  readonly ranks: number;
}

const keepAll: Cut = { bin: binCount, ranks: 0 };

export interface TruncationOptions {
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
}

/** top-k, then top-p on what is left, then min-p: the order and the meaning of transformers' logits warpers. */
export function truncate(bins: ExpBins, ranked: RankedBin, { topK, topP, minP }: TruncationOptions): Cut {
  let cut = keepAll;
  if (topK > 0) cut = cutTopK(bins, ranked, topK);
  if (topP < 1) cut = cutTopP(bins, ranked, topP, cut);
  if (minP > 0) cut = cutMinP(ranked, minP, cut);
  return cut;
}

/** Sum of the weights of the tokens that stay. */
export function massOf(bins: ExpBins, ranked: RankedBin, cut: Cut): number {
  let mass = 0;
  for (let bin = 0; bin < cut.bin; bin++) mass += bins.mass[bin]!;
  if (cut.ranks > 0) {
    ranked.load(cut.bin);
    for (let rank = 0; rank < cut.ranks; rank++) mass += weightAt(ranked.depth(ranked.id(rank)));
  }
  return mass;
}

/** Keeps the k best, and all that are equal to the last of them. */
function cutTopK(bins: ExpBins, ranked: RankedBin, k: number): Cut {
  let before = 0;
  let bin = 0;
  while (bin < binCount && before + bins.count[bin]! < k) before += bins.count[bin++]!;
  if (bin === binCount) return keepAll;
  const count = ranked.load(bin);
  let ranks = k - before;
  const last = ranked.depth(ranked.id(ranks - 1));
  while (ranks < count && ranked.depth(ranked.id(ranks)) === last) ranks++;
  return { bin, ranks };
}

/** Keeps a token while those before it have less than the fraction p of what the cut so far keeps. */
function cutTopP(bins: ExpBins, ranked: RankedBin, p: number, cut: Cut): Cut {
  const target = p * massOf(bins, ranked, cut);
  let before = 0;
  let bin = 0;
  while (bin < cut.bin && before + bins.mass[bin]! < target) before += bins.mass[bin++]!;
  if (bin === binCount) return cut;
  const available = bin === cut.bin ? cut.ranks : bins.count[bin]!;
  if (available > 0) ranked.load(bin);
  let ranks = 0;
  while (ranks < available && before < target) before += weightAt(ranked.depth(ranked.id(ranks++)));
  return { bin, ranks };
}

/** Keeps tokens with at least the fraction p of the best token's probability. */
function cutMinP(ranked: RankedBin, p: number, cut: Cut): Cut {
  const limit = depthOf(p);
  const bin = Math.floor(limit);
  if (bin > cut.bin || bin >= binCount) return cut;
  const available = bin === cut.bin ? cut.ranks : ranked.load(bin);
  if (available > 0) ranked.load(bin);
  let ranks = 0;
  while (ranks < available && ranked.depth(ranked.id(ranks)) <= limit) ranks++;
  return { bin, ranks };
}
