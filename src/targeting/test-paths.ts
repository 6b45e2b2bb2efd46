/** Whether a path (with `/`) is a test or a test helper by the conventions of its language. */
export function isTestPath(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return testNames.some((pattern) => pattern.test(name)) || testFolders.test(path);
}

const testNames: readonly RegExp[] = [
  /[.\-_](?:test|tests|spec|e2e|cy)\.[^.]+$/i,
  /^(?:test|tests|spec)\.[^.]+$/i,
  /^test[_-][^/]*\.[^.]+$/i,
  /^conftest\.py$/,
  /(?:Test|Tests|TestCase|Spec|IT)\.(?:java|kt|cs|scala|groovy|php|swift)$/,
  /^Test[A-Z][^/]*\.(?:java|kt|cs)$/,
];
const testFolders = /(?:^|\/)(?:tests?|specs?|__tests__|__mocks__|testing|[^/]+\.(?:Unit)?Tests?)\//i;

/** Third-party or generated code, which Retune never chooses as a target. */
export function isForeignPath(path: string): boolean {
  return foreignFolders.test(path);
}

const foreignFolders =
  /(?:^|\/)(?:node_modules|bower_components|vendor|third_party|site-packages|dist-packages|\.venv|venv|\.tox|dist|build|out|target|bin|obj|coverage|__pycache__|\.git|\.yarn|\.pnpm-store|\.next|\.nuxt)\//i;

/** `stats` for stats.test.js, test_stats.py, stats_test.go, StatsTest.java. */
export function subjectOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
  return name
    .replace(/[.\-_](?:tests?|spec|e2e|cy|unit)$/i, '')
    .replace(/^tests?[_-]/i, '')
    .replace(/(?<=.)(?:TestCase|Tests?|Spec|IT)$/, '')
    .replace(/^Test(?=[A-Z])/, '');
}
