/** File extensions of what the tests of a JavaScript package test. */
export const javascriptLanguages: readonly string[] = [
  ...['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx', '.vue', '.svelte'],
];

/** Files that decide what the tests of a JavaScript package mean, whatever the runner; relative to the package. */
export const javascriptProtects: readonly string[] = [
  '**/*.{test,spec}.{js,cjs,mjs,jsx,ts,cts,mts,tsx}',
  '**/*-{test,spec}.{js,cjs,mjs,ts}',
  '**/*_test.{js,cjs,mjs,ts}',
  '**/{test,tests,__tests__,__mocks__,__snapshots__,__fixtures__}/**',
  '**/*.snap',
  '**/*.snapshot',
  'package.json',
  '{package-lock,npm-shrinkwrap}.json',
  '{pnpm-lock,pnpm-workspace}.yaml',
  'yarn.lock',
  '{bun.lock,bun.lockb}',
  '.npmrc',
  'tsconfig*.json',
  '{babel.config,.babelrc,.swcrc}*',
  '{.c8rc,.nycrc,nyc.config}*',
];
