const units: Readonly<Record<string, number>> = { m: 1e6, b: 1e9, t: 1e12 };

/** How many parameters a name or a label tells of: 1.5e9 of `qwen2.5-coder-1.5b-instruct`; undefined when it tells nothing. */
export function parametersIn(name: string): number | undefined {
  const [, experts = '1', amount, unit] =
    /(?:^|[^a-z0-9.])(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,3})?)([mbt])(?![a-z0-9])/i.exec(name) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Number(experts) * Number(amount) * units[unit.toLowerCase()]!;
}
