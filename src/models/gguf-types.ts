/** The quantisation of most tensors, by llama.cpp's number of it (`general.file_type`). */
const fileTypes: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  19: 'IQ2_XXS',
  20: 'IQ2_XS',
  21: 'Q2_K_S',
  22: 'IQ3_XS',
  23: 'IQ3_XXS',
  24: 'IQ1_S',
  25: 'IQ4_NL',
  26: 'IQ3_S',
  27: 'IQ3_M',
  28: 'IQ2_S',
  29: 'IQ2_M',
  30: 'IQ4_XS',
  31: 'IQ1_M',
  32: 'BF16',
  36: 'TQ1_0',
  37: 'TQ2_0',
  38: 'MXFP4',
};

export function ggufTypeOf(fileType: number | string | undefined): string | undefined {
  return typeof fileType === 'number' ? fileTypes[fileType] : undefined;
}

/** Those that the engine does not read. */
export function isUnreadableType(type: string): boolean {
  return /^(IQ[123]|TQ)/.test(type);
}

/** About how many bits a weight takes, with its part of the scales; some tensors have other types. */
export function bitsPerWeight(type: string): number {
  const [, float, quantised] = /^(?:B?F(\d+)|[A-Z]+(\d))/.exec(type) ?? [];
  return float === undefined ? Number(quantised ?? 4) + 0.75 : Number(float);
}
