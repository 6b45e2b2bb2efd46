import { messagesOf } from '../../../src/agent/prompts/fit.ts';
import type { Task } from '../../../src/agent/task.ts';
import type { PastTurn } from '../../../src/agent/turn.ts';
import { evidenceOf } from '../../../src/agent/words/evidence.ts';
import { fallbackInstruction } from '../../../src/agent/words/fallback.ts';
import { plainFollowUp } from '../../../src/agent/words/follow-up.ts';
import type { Critique } from '../../../src/agent/words/words.ts';
import { type Problem, type ProblemReading, testsOf } from '../../../src/benchmarks/smallfix/problem.ts';
import { pick, type Random } from '../../../src/shared/random.ts';
import { choose, chooseCount } from './draw.ts';
import type { Example } from './example.ts';
import { mix } from './mix.ts';
import { asKept, perfectWords } from './perfect-words.ts';
import { type PlayedTurn, played, untried } from './played.ts';
import { trainingRequest } from './requests.ts';
import { answerOf, failedTurn, pathOf, type Situation, someBug, taskOf, visibleTests } from './situation.ts';

type FollowUp = 'instruction' | 'fallback' | 'comment';

/** Later turns: attempts failed, and the follow-up says what to do, or at least that something else should be tried. */
export function repairExample(problem: Problem, random: Random): Example | undefined {
  const weights = mix.repair;
  const style = choose(random, weights.style);
  const shown = style === 'evidence' || (style === 'words' && random() < 0.05);
  const level = shown ? 'workspace' : random() < 0.85 ? 'L0' : 'L1';
  const meant = pick(random, problem.readings);
  const text = random() < 0.55 ? problem.stub : someBug(problem, random);
  const stated = choose(random, weights.request) === 'precise';
  const turns = played(problem, random, {
    turns: style === 'evidence' ? 1 : chooseCount(random, weights.turns),
    meant,
    text,
    faults: weights.fault,
    comments: style === 'words' ? weights.refined : weights.plain,
    settled: shown || stated,
  });
  const situation: Situation = {
    problem,
    reading: meant,
    path: pathOf(problem),
    text,
    request: trainingRequest(problem, random, { ...(stated && { reading: meant }) }),
    tests: shown ? visibleTests(problem, meant, random) : testsOf(problem, meant),
  };
  const task = taskOf(situation, shown ? pick(random, ['evidence', 'tests'] as const) : 'nothing');
  const past: PastTurn[] = [];
  let previous: Critique | undefined;
  let kind: FollowUp = 'comment';
  for (const [index, playedTurn] of turns.entries()) {
    const turn = failedTurn(situation, task, index + 1, playedTurn.wrong.source, level);
    if (turn.verdict.reward === 1) return undefined;
    kind = style === 'words' ? choose(random, weights.followUp) : 'comment';
    const made = followUp(kind, situation, task, playedTurn, turn, previous, random);
    previous = made.critique;
    past.push({ ...turn, followUp: made.text });
  }
  const response = answerOf(wantedAfter(kind, problem, meant, turns, random).source);
  // What was tried in vain is not an answer.
  if (past.some(({ answerText }) => answerText === response)) return undefined;
  return { kind: 'repair', messages: messagesOf(task, past, 'block'), response };
}

/** What the history asks for, or else something that was not tried. */
function wantedAfter(
  last: FollowUp,
  problem: Problem,
  meant: ProblemReading,
  turns: readonly PlayedTurn[],
  random: Random,
): ProblemReading {
  const { asked, told } = turns.at(-1)!;
  const known: Readonly<Record<FollowUp, ProblemReading | undefined>> = {
    instruction: asked,
    fallback: told ? meant : asked === turns.at(-2)?.asked ? asked : undefined,
    comment: turns.some((turn) => turn.told) ? meant : undefined,
  };
  return known[last] ?? untried(problem, turns, random);
}

function followUp(
  kind: FollowUp,
  situation: Situation,
  task: Task,
  { wrong, comment, told, asked, sentence }: PlayedTurn,
  { verdict, answer }: PastTurn,
  previous: Critique | undefined,
  random: Random,
): { readonly text: string; readonly critique?: Critique } {
  if (kind === 'comment') return { text: plainFollowUp(comment, evidenceOf(verdict)) };
  const shift = random() < 0.5 ? 0 : 1;
  const say = (says: readonly string[]): string => says[(sentence + shift) % says.length]!;
  const words = perfectWords({ situation, task, wrong, verdict, comment, wanted: asked, guessed: !told, say });
  const { critique, instruction, repeats } = asKept(words, previous);
  return {
    text: kind === 'fallback' ? fallbackInstruction({ verdict, answer, comment }, repeats) : instruction,
    critique,
  };
}
