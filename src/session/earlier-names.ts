import { z } from 'zod';

const sessionLine = z.looseObject({ kind: z.literal('session'), replay: z.boolean() });
const environmentLine = z.looseObject({
  kind: z.literal('environment'),
  event: z.looseObject({ kind: z.literal('checkpoint'), checkpoint: z.string() }),
});

/** A line of a record with today's names for what earlier versions called otherwise; any other value as it is. */
export function withPresentNames(line: unknown): unknown {
  const session = sessionLine.safeParse(line);
  if (session.success) {
    const { replay, ...rest } = session.data;
    return { ...rest, recorded: replay };
  }
  const environment = environmentLine.safeParse(line);
  if (environment.success) {
    const { checkpoint, ...rest } = environment.data.event;
    return { ...environment.data, event: { ...rest, kind: 'snapshot', snapshot: checkpoint } };
  }
  return line;
}
