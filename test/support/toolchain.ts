import { findToolchains, type ToolchainName } from '../../tools/setup/toolchains.ts';

let found: ReturnType<typeof findToolchains> | undefined;

/**
 * In a suite: skips its tests when the toolchain is missing, or fails them where everything has to run (`CI`). It sets
 * the PATH on which the toolchain is found, and puts the old one back.
 */
export function needsToolchain(name: ToolchainName): void {
  const path = process.env.PATH;

  before(function () {
    found ??= findToolchains();
    const missing = found.missing.find((toolchain) => toolchain.name === name);
    if (missing === undefined) {
      Object.assign(process.env, found.env);
      return;
    }
    const inCi = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false';
    if (inCi) throw new Error(`${name} is missing; to run these tests, type: ${missing.command}`);
    this.skip();
  });

  after(() => {
    process.env.PATH = path;
  });
}
