import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** The file beside PEFT's two that says what PEFT has no place for. Absent in adapters made by others. */
export const metadataFile = 'retune.json';

const metadataSchema = z.object({
  format: z.literal(1),
  kind: z.enum(['session', 'workspace']),
  version: z.number().int().min(0),
  updates: z.number().int().min(0),
  seed: z.number().int().min(0),
  /** Roll-backs of the session it was saved in; see `SessionState`. */
  session: z
    .object({ rollbacksInARow: z.number().int().min(0), disabled: z.boolean(), klAnchors: z.number().min(0) })
    .optional(),
  /** When it was written, ISO 8601. Absent in what earlier versions wrote. */
  created: z.iso.datetime().optional(),
  /** The checkpoint: where it was, and a digest that tells whether another one is the same. */
  base: z.object({ path: z.string(), key: z.string() }),
  /** sha256 (hex) of each file. */
  sha256: z.record(z.string(), z.string()),
});

export type AdapterMetadata = z.infer<typeof metadataSchema>;

/** Undefined when the text is no valid metadata. */
export function parseMetadata(text: string): AdapterMetadata | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return metadataSchema.safeParse(json).data;
}

/** sha256 (hex) of a file, read in pieces. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
