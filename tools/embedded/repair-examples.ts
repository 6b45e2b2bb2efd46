import { messagesOf } from '../../src/agent/prompts/fit.ts';
import type { Task } from '../../src/agent/task.ts';
import type { PastTurn } from '../../src/agent/turn.ts';
import { evidenceOf } from '../../src/agent/words/evidence.ts';
import { fallbackInstruction } from '../../src/agent/words/fallback.ts';
import { plainFollowUp } from '../../src/agent/words/follow-up.ts';
import { type Problem, type ProblemReading, testsOf } from '../../src/replay/smallfix/problem.ts';
import { requestText } from '../../src/replay/smallfix/request.ts';
import { pick, type Random } from '../../src/shared/random.ts';
import { trainingComment } from './comments.ts';
import { choose } from './draw.ts';
import type { Example } from './example.ts';
import { mix } from './mix.ts';
import { perfectWords } from './perfect-words.ts';
import {
  answerOf,
  failedTurn,
  pathOf,
  type Situation,
  someBug,
  taskOf,
  visibleTests,
  type WrongSource,
  wrongSource,
} from './situation.ts';

type FollowUp = keyof typeof mix.repair.followUp;

/** Later turns: one or two attempts failed, and what followed says what is meant. undefined where the draw makes no sense. */
export function repairExample(problem: Problem, random: Random): Example | undefined {
  const weights = mix.repair;
  const followUp = choose(random, weights.followUp);
  const shown = followUp === 'evidence' || (followUp === 'fallback' && random() < 0.3);
  const level = shown ? 'workspace' : random() < 0.85 ? 'L0' : 'L1';
  const wanted = pick(random, problem.readings);
  const text = random() < 0.55 ? problem.stub : someBug(problem, random);
  const wrongs = wrongSources(problem, random, wanted, text);
  const precise = problem.readings.length === 1 || wrongs.every(({ fault }) => typeof fault !== 'object');
  const situation: Situation = {
    problem,
    reading: wanted,
    path: pathOf(problem),
    text,
    request: requestText(problem, random, precise && random() < 0.5 ? { reading: wanted } : {}),
    tests: shown ? visibleTests(problem, wanted, random) : testsOf(problem, wanted),
  };
  const task = taskOf(situation, shown ? pick(random, ['evidence', 'tests'] as const) : 'nothing');
  const past: PastTurn[] = [];
  for (const [index, wrong] of wrongs.entries()) {
    const turn = failedTurn(situation, task, index + 1, wrong.source, level);
    if (turn.verdict.reward === 1) return undefined;
    const next = wrongs[index + 1];
    // What followed an attempt that was not the last led to the next one, which failed too.
    const meant = next === undefined ? wanted : typeof next.fault === 'object' ? next.fault : wanted;
    const kind = next === undefined ? followUp : pick(random, ['instruction', 'uninformative'] as const);
    past.push({ ...turn, followUp: followUpText(kind, situation, task, wrong, turn, meant, random) });
  }
  const last = past.at(-1)!;
  const response = followUp === 'uninformative' ? untried(problem, wrongs, random) : wanted;
  if (response === undefined || last.answerText === answerOf(response.source)) return undefined;
  return { kind: 'repair', messages: messagesOf(task, past, 'block'), response: answerOf(response.source) };
}

function wrongSources(problem: Problem, random: Random, wanted: ProblemReading, text: string): readonly WrongSource[] {
  const weights = mix.repair;
  const first = wrongSource(problem, random, choose(random, weights.fault), [wanted], text);
  if (choose(random, weights.attempts) === 'one') return [first];
  const tried = typeof first.fault === 'object' ? [first.fault] : [];
  return [first, wrongSource(problem, random, choose(random, weights.fault), [wanted, ...tried], text)];
}

function untried(problem: Problem, wrongs: readonly WrongSource[], random: Random): ProblemReading | undefined {
  const left = problem.readings.filter((reading) => wrongs.every(({ fault }) => fault !== reading));
  return left.length === 0 ? undefined : pick(random, left);
}

function followUpText(
  kind: FollowUp,
  situation: Situation,
  task: Task,
  wrong: WrongSource,
  { verdict, answer }: PastTurn,
  wanted: ProblemReading,
  random: Random,
): string {
  const { problem } = situation;
  const comment = trainingComment(problem, wanted, random, choose(random, mix.repair.comment));
  const vague = trainingComment(problem, wanted, random, random() < 0.5 ? 'none' : 'vague');
  switch (kind) {
    case 'instruction': {
      const given = pick(random, ['', vague, comment]);
      const say = (says: readonly string[]): string => pick(random, says);
      return perfectWords({ situation, task, wrong, verdict, comment: given, wanted, guessed: false, say }).instruction;
    }
    case 'fallback':
      return fallbackInstruction({ verdict, answer, comment });
    case 'comment':
      return plainFollowUp(comment, evidenceOf(verdict));
    case 'evidence':
    case 'uninformative':
      return plainFollowUp(vague, evidenceOf(verdict));
  }
}
