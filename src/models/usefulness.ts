import type { FoundModel } from './found-model.ts';

/**
 * Beyond this many parameters a turn takes many minutes without a large GPU, so that a larger model is not taken unasked.
 */
const maxUnaskedParameters = 4e9;

/** Models for something else than answering, by their names. */
const otherUse = /embed|rerank|reward|guard|whisper|tts|ocr|draft/i;

/** The most useful for code first. */
export function byUsefulness(models: readonly FoundModel[]): readonly FoundModel[] {
  return [...models].sort((a, b) => compare(ranks(a), ranks(b)) || a.fullName.localeCompare(b.fullName));
}

/** The model to take when none is named; undefined when none of them opens, adapts and answers here. */
export function bestUnasked(models: readonly FoundModel[]): FoundModel | undefined {
  return byUsefulness(models).find(
    ({ adapts, name, hasChatTemplate, parameters = 0 }) =>
      adapts && !otherUse.test(name) && hasChatTemplate !== false && parameters <= maxUnaskedParameters,
  );
}

/** From the most to the least important; smaller is better. */
function ranks({ name, obstacle, adapts, hasChatTemplate, parameters = 0 }: FoundModel): readonly number[] {
  return [
    Number(obstacle !== undefined),
    Number(otherUse.test(name)),
    Number(!adapts),
    Number(hasChatTemplate === false),
    Number(parameters > maxUnaskedParameters),
    Number(!/code|coder/i.test(name)),
    Number(/(^|[-_.:])base($|[-_.:])/i.test(name)),
    -parameters,
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((rank, at) => rank - b[at]!).find((difference) => difference !== 0) ?? 0;
}
