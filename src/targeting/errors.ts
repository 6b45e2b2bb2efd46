import { setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { systemSays } from '../shared/errors/thrown.ts';

const how = 'Name a file of the workspace folder, a line of it (PATH:LINE) or a symbol in it (PATH:SYMBOL).';
const another = [setOption('target')];

export function targetMissing(spec: string, folder: string, similar: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'target.missing',
    what: `There is no file for the target ${spec}.`,
    why: `Retune looked for it in ${folder} and in the current directory.`,
    remedy: similar.length > 0 ? `Did you mean ${similar.join(' or ')}?` : how,
    actions: similar.length > 0 ? similar.map((path) => setOption('target', path)) : another,
    data: { spec, folder, similar },
  });
}

export function targetRefused(spec: string, folder: string, problem: string, why: string): RetuneError {
  return new RetuneError({
    code: 'target.refused',
    what: `${spec} cannot be a target.`,
    why: `It is refused as a file of the workspace folder ${folder}: ${why}.`,
    remedy: 'Choose a file inside the workspace folder, or choose another folder.',
    actions: another,
    data: { spec, folder, problem },
  });
}

export function targetIsDirectory(path: string): RetuneError {
  return new RetuneError({
    code: 'target.directory',
    what: `${path} cannot be a target.`,
    why: 'It is not a regular file, and an attempt changes files that are named one by one.',
    remedy: 'Name each file.',
    actions: another,
    data: { path },
  });
}

export function targetBinary(path: string): RetuneError {
  return new RetuneError({
    code: 'target.binary',
    what: `${path} cannot be a target.`,
    why: 'It does not hold text: it has NUL or many other control characters (UTF-16 needs its byte-order mark).',
    remedy: 'Name the source file it was made from.',
    actions: another,
    data: { path },
  });
}

export function targetTooLarge(path: string, bytes: number, limit: number): RetuneError {
  return new RetuneError({
    code: 'target.too-large',
    what: `${path} cannot be a target.`,
    why: `It has ${bytes} bytes; the limit is ${limit}.`,
    remedy: 'Move the code in question into a file of its own.',
    data: { path, bytes, limit },
  });
}

export function targetUnreadable(path: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'target.unreadable',
    what: `${path} cannot be read.`,
    why: systemSays(cause),
    remedy: 'Check its permissions.',
    data: { path },
    cause,
  });
}

export function symbolMissing(path: string, symbol: string, nearest: readonly string[], parsed: boolean): RetuneError {
  const [name] = parsed ? nearest : [];
  return new RetuneError({
    code: 'target.symbol-missing',
    what: `${path} has no function or class named ${symbol}.`,
    why: !parsed
      ? 'Retune has no parser for this language here, so it cannot find names.'
      : nearest.length > 0
        ? `The nearest names are ${nearest.join(', ')}.`
        : 'It declares none at all.',
    remedy: name === undefined ? 'Name the whole file.' : `Check the spelling; ${name} comes nearest.`,
    actions: [setOption('target', name === undefined ? path : `${path}:${name}`)],
    data: { path, symbol, nearest },
  });
}

export function symbolAmbiguous(
  path: string,
  symbol: string,
  places: readonly { name: string; line: number }[],
): RetuneError {
  const list = places.map(({ name, line }) => `${name} (line ${line})`).join(', ');
  return new RetuneError({
    code: 'target.symbol-ambiguous',
    what: `${path} has several declarations named ${symbol}.`,
    why: `They are ${list}.`,
    remedy: 'Name one by its line or by its full name.',
    actions: places.map(({ line }) => setOption('target', `${path}:${line}`)),
    data: { path, symbol, places },
  });
}

export function lineBeyondEnd(path: string, line: number, lines: number): RetuneError {
  return new RetuneError({
    code: 'target.line-beyond-end',
    what: `${path} has no line ${line}.`,
    why: `Its lines are 1 to ${lines}.`,
    remedy: 'Name a line of the file as it is now.',
    actions: [setOption('target', `${path}:LINE`)],
    data: { path, line, lines },
  });
}

export function targetUnknown(why: string): RetuneError {
  return new RetuneError({
    code: 'target.unknown',
    what: 'Retune cannot tell which file to change.',
    why,
    remedy: how,
    actions: another,
  });
}

export function targetAmbiguous(candidates: readonly { readonly path: string; readonly why: string }[]): RetuneError {
  return new RetuneError({
    code: 'target.ambiguous',
    what: 'Several files may be the one to change.',
    why: `The failing tests point equally at ${candidates.map(({ path, why }) => `${path} (${why})`).join(' and ')}.`,
    remedy: 'Name the one to change.',
    actions: candidates.map(({ path }) => setOption('target', path)),
    data: { candidates },
  });
}
