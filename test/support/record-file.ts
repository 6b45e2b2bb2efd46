import { writeFile } from 'node:fs/promises';

/** Writes a session's record that holds nothing but these answers, one per turn. */
export async function writeAnswers(file: string, answers: readonly string[]): Promise<void> {
  const session = {
    kind: 'session',
    t: 0,
    version: 1,
    id: '20260101-000000-0001',
    folder: '/sample',
    request: 'test',
    method: 'rosa2',
    maxTurns: 5,
    seed: 1,
    promptVersion: 1,
    started: '2026-01-01T00:00:00.000Z',
  };
  const generated = answers.map((text, index) => ({
    kind: 'generated',
    t: 0,
    turn: index + 1,
    text,
    promptTokens: [],
    responseTokens: [],
    finish: 'stop-token',
    seed: 0,
    milliseconds: 0,
  }));
  await writeFile(file, [session, ...generated].map((event) => `${JSON.stringify(event)}\n`).join(''));
}
