/** The item at an index that wraps around after the last. */
export const cycled = <T>(list: readonly T[], index: number): T => list[index % list.length]!;
