import { z } from 'zod';

const schema = z.object({
  name: z.string().optional().catch(undefined),
  bin: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .optional()
    .catch(undefined),
});

/**
 * The file of a command, relative to its package, from the text of the package's `package.json`.
 * @returns undefined when it has no such command, or names a file outside of the package
 */
export function parsePackageBin(text: string, command: string): string | undefined {
  const bin = parsed(text)?.bin;
  const file = typeof bin === 'string' ? bin : bin?.[command];
  if (typeof file !== 'string' || file.length > 500) return undefined;
  return /(?:^|[\\/])\.\.(?:[\\/]|$)|^[\\/]|^[A-Za-z]:|\0/.test(file) ? undefined : file;
}

function parsed(text: string): z.infer<typeof schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
