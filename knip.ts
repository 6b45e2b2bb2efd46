import type { KnipConfig } from 'knip';

/**
 * Dead files and exports. `knip` asks whether anything imports an export; `knip --production` whether anything but tests does.
 * An export that only its own file uses need not be one; in the second question that is answered by the first.
 */
export default {
  ignoreExportsUsedInFile: process.argv.includes('--production'),
  // The product's entries come from package.json and esbuild.mjs; these are what people, tools and the build start.
  entry: [
    'src/extension/contributions/manifest.ts!',
    // Imported by a pattern; a provider's row is its name.
    'src/engine/runtime/providers/*.ts!',
    'training/forgetting/main.ts!',
    'training/embedded/{train,publish,evaluate,show-examples}.ts!',
    'tools/*.ts',
    'tools/check/main.ts',
    'tools/setup/*.ts',
    'tools/earlier-state/*.ts',
    'tools/testing/child.ts',
    'tools/bench/{main,serve,host,ours,ours-update,generation}.ts',
    'tools/bench/peers/*.ts',
    'test/**/*.test.ts',
    'test/**/*{-child,-thread}.ts',
    'test/editor/host/index.ts',
  ],
  project: ['src/**/*.ts!', 'training/**/*.ts!', 'tools/**/*.ts', 'test/**/*.ts'],
  ignore: ['test/fixtures/**'],
  // The editor tests install it in a package of their own.
  ignoreDependencies: ['playwright-core'],
  ignoreBinaries: ['vm_stat', 'mkfifo'],
} satisfies KnipConfig;
