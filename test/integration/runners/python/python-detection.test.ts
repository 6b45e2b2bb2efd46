import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { detectTests } from '../../../../src/runners/detection/detect.ts';

const pytestTest = 'import pytest\n\ndef test_a():\n    pass\n';
const plainTest = 'def test_a():\n    assert True\n';
const unittestTest = 'import unittest\n\nclass TestA(unittest.TestCase):\n    pass\n';

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly target?: string;
  /** `RUNNER in DIRECTORY`; '' = nothing is found. */
  readonly expected: string;
  readonly why?: RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  'pytest.ini': { files: { 'pytest.ini': '[pytest]\n' }, expected: 'pytest in .', why: /pytest\.ini/ },
  'pyproject.toml with a section for pytest': {
    files: { 'pyproject.toml': '[project]\nname = "a"\n\n[tool.pytest.ini_options]\n' },
    expected: 'pytest in .',
    why: /pyproject\.toml/,
  },
  'pyproject.toml without one, and no tests': { files: { 'pyproject.toml': '[project]\nname = "a"\n' }, expected: '' },
  'tox.ini': { files: { 'tox.ini': '[tox]\n\n[pytest]\n' }, expected: 'pytest in .' },
  'setup.cfg': { files: { 'setup.cfg': '[tool:pytest]\n' }, expected: 'pytest in .' },
  'conftest.py': { files: { 'conftest.py': '' }, expected: 'pytest in .' },
  'a test that imports pytest': {
    files: { 'test_a.py': pytestTest },
    expected: 'pytest in .',
    why: /test_a\.py imports pytest/,
  },
  'a test of plain functions': { files: { 'test_a.py': plainTest }, expected: 'pytest in .' },
  'a test that imports unittest': { files: { 'test_a.py': unittestTest }, expected: 'unittest in .' },
  'both: pytest runs unittest too': {
    files: { 'test_a.py': unittestTest, 'test_b.py': pytestTest },
    expected: 'pytest in .',
  },
  'unittest, but pytest is configured': {
    files: { 'tests/test_a.py': unittestTest, 'setup.cfg': '[tool:pytest]\n' },
    target: 'tests/test_a.py',
    expected: 'pytest in .',
  },
  'tests in a directory of their own': {
    files: { 'a.py': '', 'tests/test_a.py': unittestTest },
    target: 'a.py',
    expected: 'unittest in .',
  },
  'a test file deep below tests runs from where imports start': {
    files: { 'a.py': '', 'tests/unit/test_a.py': pytestTest },
    target: 'tests/unit/test_a.py',
    expected: 'pytest in .',
  },
  'a configuration above a conftest.py': {
    files: { 'pytest.ini': '[pytest]\n', 'sub/conftest.py': '', 'sub/test_a.py': plainTest },
    target: 'sub/test_a.py',
    expected: 'pytest in .',
  },
  'a package is tested from the directory that contains it': {
    files: { 'pkg/__init__.py': '', 'pkg/test_a.py': unittestTest, 'test_b.py': unittestTest },
    target: 'pkg/test_a.py',
    expected: 'unittest in .',
  },
  'a project in a part of the workspace': {
    files: { 'services/a/pyproject.toml': '', 'services/a/tests/test_a.py': plainTest, 'services/a/a.py': '' },
    target: 'services/a/a.py',
    expected: 'pytest in services/a',
  },
  'Python without tests': { files: { 'a.py': 'import unittest\n' }, expected: '' },
};

describe('Python: detection', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'retune-python-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function lay(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  }

  for (const [name, { files, target, expected, why }] of Object.entries(cases)) {
    it(name, async () => {
      await lay(files);
      const request = detectTests(folder, target === undefined ? {} : { target });
      if (expected === '') return assert.rejects(request, { code: 'tests.not-found' });
      const { runner, cwd, why: said } = await request;
      assert.equal(`${runner.name} in ${cwd === folder ? '.' : cwd.slice(folder.length + 1)}`, expected);
      if (why !== undefined) assert.match(said, why);
    });
  }

  it("takes the workspace's virtual environment, if its Python can be run", async function () {
    if (process.platform === 'win32') this.skip();
    const python = join('.venv', 'bin', 'python');
    await lay({ 'sub/test_a.py': unittestTest, [python]: '' });
    const before = await detectTests(folder, { target: 'sub/test_a.py' });
    assert.ok(!before.executable[0]?.includes('.venv'));
    await chmod(join(folder, python), 0o755);
    const { executable, cwd } = await detectTests(folder, { target: 'sub/test_a.py' });
    assert.deepEqual(executable, [join(folder, python)]);
    assert.equal(cwd, join(folder, 'sub'));
  });
});
