import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath } from './on-path.ts';

/**
 * A JavaScript program that runs between a tool and what the tool starts. It keeps the complete output in files, which
 * memory could not hold, and where nothing that a test prints can be mistaken for the tool's own output.
 *
 *   run FILE COMMAND…       runs a command with its stdout in FILE
 *   cargo DIRECTORY BINARY… runs a Rust test binary for cargo: lists its tests first, has it log each result to a file,
 *                           and leaves a JSON file about it in DIRECTORY; what the tests print on stdout stays there too
 *
 *   go DIRECTORY BINARY…    runs a Go test binary for go, printing as it prints, and leaves a JSON file in DIRECTORY that
 *                           says whether Go's harness came to its end
 *
 *   nextest DIRECTORY BINARY…  runs one Rust test for nextest, which takes exit code 0 for success; here the test must
 *                           also have been logged as passed
 *
 * It ends as its child does. A file is cut at 256 MiB.
 */
const script = String.raw`
const { spawn, spawnSync } = require('node:child_process');
const { createWriteStream, existsSync, readFileSync, writeFileSync, renameSync } = require('node:fs');
const { join } = require('node:path');

const maximumBytes = 256 * 1024 * 1024;
const [mode, place, command, ...rest] = process.argv.slice(2);
const base = join(place, 'binary-' + process.pid);
// A tool that is run here starts this program again; what that one starts must not become Node.
if (mode !== 'run') delete process.env.ELECTRON_RUN_AS_NODE;

/** Calls done(code, signal) when the child and its output have ended, then ends likewise, or with the code from done. */
function run(args, stdout, done) {
  const child = spawn(command, args, { stdio: ['ignore', stdout ? 'pipe' : 'inherit', 'inherit'], windowsHide: true });
  const kept = stdout ? keep(child.stdout, stdout) : Promise.resolve();
  child.on('error', (error) => {
    process.stderr.write(command + ': ' + error.message + '\n');
    process.exitCode = 127;
  });
  child.on('exit', async (code, signal) => {
    await kept;
    const instead = done(code, signal);
    if (signal === null) process.exitCode = instead ?? code;
    else process.kill(process.pid, signal);
  });
}

function keep(stream, file) {
  const out = createWriteStream(file);
  let size = 0;
  stream.on('data', (data) => {
    const room = maximumBytes - size;
    size += data.length;
    if (room > 0 && !out.write(data.subarray(0, room))) {
      stream.pause();
      out.once('drain', () => stream.resume());
    }
  });
  return new Promise((resolve) => stream.on('close', () => out.end(resolve)));
}

function leave(facts) {
  writeFileSync(base + '.part', JSON.stringify(facts));
  renameSync(base + '.part', base + '.json');
}

const modes = {
  run() {
    run(rest, place, () => {});
  },

  go() {
    const profile = base + '.profile';
    run([...rest, '-test.memprofile=' + profile], undefined, () => {
      leave({ directory: process.cwd(), finished: existsSync(profile) });
    });
  },

  cargo() {
    // rustdoc runs every documentation test in this way too, and reads what it prints.
    if (!/-[0-9a-f]{16}(?:\.exe)?$/.test(command)) return run(rest, undefined, () => {});
    const ask = (flags) =>
      spawnSync(command, [...rest, ...flags], { encoding: 'utf8', timeout: 20000, maxBuffer: maximumBytes, windowsHide: true });
    const list = ask(['--list', '--format=terse']);
    const lines = (list.stdout || '').split('\n').slice(0, -1);
    // A binary without Rust's harness prints something else, or does not end.
    const harness = list.status === 0 && lines.every((line) => /: (test|benchmark)$/.test(line));
    const tests = harness ? lines.filter((line) => line.endsWith(': test')).map((line) => line.slice(0, -6)) : null;
    const logs = harness && (ask(['--help']).stdout || '').includes('--logfile');
    run([...rest, ...(logs ? ['--logfile=' + base + '.log'] : [])], base + '.out', (code, signal) => {
      leave({ binary: command, tests, logs, code, signal });
    });
  },

  nextest() {
    const alone = rest.includes('--exact') && !rest.includes('--list');
    const help = alone ? spawnSync(command, ['--help'], { encoding: 'utf8', timeout: 20000, windowsHide: true }) : {};
    if (!(help.stdout || '').includes('--logfile')) return run(rest, undefined, () => {});
    const log = base + '.log';
    run([...rest, '--logfile=' + log], undefined, (code) => {
      if (code !== 0 || /^(ok|ignored)\b/.test(existsSync(log) ? readFileSync(log, 'utf8') : '')) return undefined;
      process.stderr.write('The test process ended with exit code 0 before its test did.\n');
      return 70;
    });
  },
};
modes[mode]();
`;

/** Writes the program. Its arguments follow the returned command; `environment` must be set for it. */
export async function captureCommand(scratch: string): Promise<readonly string[]> {
  const file = join(scratch, 'capture.cjs');
  await writeFile(file, script);
  return [process.execPath, file];
}

/** The command with its stdout in a file; unchanged when it is not installed, so that the error names it. */
export async function captured(scratch: string, file: string, command: readonly string[]): Promise<readonly string[]> {
  const [name = ''] = command;
  if (!(await onPath(name))) return command;
  return [...(await captureCommand(scratch)), 'run', file, ...command];
}

/** In the editor, the executable that runs us is Electron, which has to be told to act as Node. */
export const captureVariables: Readonly<Record<string, string>> = { ELECTRON_RUN_AS_NODE: '1' };
