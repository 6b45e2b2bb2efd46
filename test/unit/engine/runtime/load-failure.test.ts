import assert from 'node:assert/strict';
import { type RuntimeHost, runtimeUnavailable } from '../../../../src/engine/runtime/errors.ts';

const debian: RuntimeHost = { platform: 'linux', arch: 'x64', musl: false };

describe('an onnxruntime that cannot be loaded', () => {
  const cases: readonly [string, string, RuntimeHost, RegExp, RegExp][] = [
    [
      'an Intel Mac',
      "Cannot find module '../bin/x.node'",
      { platform: 'darwin', arch: 'x64', musl: false },
      /no build/,
      /remote/,
    ],
    ['Alpine', 'Error loading shared library ld-linux-x86-64.so.2', { ...debian, musl: true }, /musl/, /Debian/],
    [
      'a missing C++ runtime',
      'libstdc++.so.6: cannot open shared object file: No such file or directory',
      debian,
      /libstdc\+\+\.so\.6 is missing/,
      /apt-get install -y libstdc\+\+6/,
    ],
    [
      'an old C library',
      "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by libonnxruntime.so.1)",
      debian,
      /GLIBC_2\.34/,
      /Upgrade/,
    ],
    [
      'another missing library',
      'libonnxruntime.so.1: cannot open shared object file: No such file or directory',
      debian,
      /libonnxruntime\.so\.1 is missing/,
      /reinstall/,
    ],
    ['a missing package', "Cannot find package 'onnxruntime-node'", debian, /file of the package/, /npm ci/],
    ['anything else', 'disk on fire', debian, /disk on fire/, /Reinstall .* doctor/],
  ];
  for (const [name, message, host, why, remedy] of cases) {
    it(`says why and what to do: ${name}`, () => {
      const error = runtimeUnavailable(new Error(message), host);
      assert.equal(error.code, 'runtime.unavailable');
      assert.match(error.what, new RegExp(`${host.platform}-${host.arch}`));
      assert.match(error.why, why);
      assert.match(error.remedy, remedy);
    });
  }

  it('offers the doctor where the cause is unknown, and another machine where there is no build', () => {
    const actions = (message: string, host: RuntimeHost) => runtimeUnavailable(new Error(message), host).actions;
    assert.deepEqual(actions('disk on fire', debian), [{ kind: 'command', command: 'doctor' }]);
    const intelMac = { platform: 'darwin', arch: 'x64', musl: false };
    assert.deepEqual(actions('no such file', intelMac), [{ kind: 'option', option: 'sidecarCommand' }]);
  });
});
