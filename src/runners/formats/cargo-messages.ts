import { z } from 'zod';

/** What cargo reports with `--message-format=json`, as far as it concerns tests. */
export interface CargoMessages {
  /** Test executables by file name, with the source file each was made from (absolute). */
  readonly executables: ReadonlyMap<string, string>;
  /** Compiler errors: source file of the crate (absolute) and the text for people. */
  readonly errors: readonly { readonly source: string; readonly text: string }[];
  /** undefined when cargo did not get as far as building. */
  readonly built: boolean | undefined;
  /** Lines that are not messages: what rustdoc prints of documentation tests. */
  readonly rest: string;
}

const target = z.object({ src_path: z.string() });
const message = z.discriminatedUnion('reason', [
  z.object({
    reason: z.literal('compiler-artifact'),
    target,
    profile: z.object({ test: z.boolean() }),
    executable: z.string().nullable(),
  }),
  z.object({
    reason: z.literal('compiler-message'),
    target,
    message: z.object({ level: z.string(), rendered: z.string().nullable() }),
  }),
  z.object({ reason: z.literal('build-finished'), success: z.boolean() }),
]);

export function parseCargoMessages(text: string): CargoMessages {
  const executables = new Map<string, string>();
  const errors: { source: string; text: string }[] = [];
  const rest: string[] = [];
  let built: boolean | undefined;
  for (const line of text.split('\n')) {
    if (!line.startsWith('{"reason":')) {
      rest.push(line);
      continue;
    }
    const { data } = message.safeParse(parsed(line));
    if (data?.reason === 'build-finished') built = data.success;
    else if (data?.reason === 'compiler-artifact' && data.executable !== null && data.profile.test) {
      executables.set(fileName(data.executable), data.target.src_path);
    } else if (data?.reason === 'compiler-message' && data.message.level === 'error') {
      errors.push({ source: data.target.src_path, text: data.message.rendered ?? '' });
    }
  }
  return { executables, errors, built, rest: rest.join('\n') };
}

export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Cut short.
    return undefined;
  }
}
