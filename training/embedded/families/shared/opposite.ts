/** The opposite of a condition, as people write it. */
export function opposite(condition: string): string {
  if (/&&|\|\|/.test(condition)) return `!(${condition})`;
  const operators: Readonly<Record<string, string>> = {
    '===': '!==',
    '!==': '===',
    '>': '<=',
    '<': '>=',
    '>=': '<',
    '<=': '>',
  };
  const operator = condition.match(/ (===|!==|>=|<=|>|<) /)?.[1];
  if (operator !== undefined) return condition.replace(` ${operator} `, ` ${operators[operator]} `);
  return condition.startsWith('!') ? condition.slice(1) : `!${condition}`;
}
