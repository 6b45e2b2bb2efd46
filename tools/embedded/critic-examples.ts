import { critiqueAndRewritePrompt } from '../../src/agent/prompts/critic.ts';
import type { PastTurn } from '../../src/agent/turn.ts';
import { formatCritique, normalCritique } from '../../src/agent/words/critique.ts';
import { allowances, criticParts, firstShortAllowance } from '../../src/agent/words/situation.ts';
import type { WordsInput } from '../../src/agent/words/words.ts';
import { type Problem, type ProblemReading, testsOf } from '../../src/replay/smallfix/problem.ts';
import { requestText } from '../../src/replay/smallfix/request.ts';
import { pick, type Random } from '../../src/shared/random.ts';
import { trainingComment } from './comments.ts';
import { choose, otherReading } from './draw.ts';
import type { Example } from './example.ts';
import { mix } from './mix.ts';
import { perfectWords } from './perfect-words.ts';
import {
  failedTurn,
  pathOf,
  type Situation,
  someBug,
  taskOf,
  visibleTests,
  type WrongSource,
  wrongSource,
} from './situation.ts';

/** UTF-16 code units of a prompt for which the context leaves room for a critique; about 3.4 to a token. */
const longestPrompt = 1450;

export interface CriticExample extends Example {
  /** What the prompt was made of, for tests. */
  readonly input: WordsInput;
}

/** Critique and instruction in one answer. undefined where the draw makes no sense. */
export function criticExample(problem: Problem, random: Random): CriticExample | undefined {
  const weights = mix.critique;
  const meant = pick(random, problem.readings);
  const text = random() < 0.55 ? problem.stub : someBug(problem, random);
  const earlier =
    choose(random, weights.earlier) === 'one' ? wrongSource(problem, random, 'reading', [meant], text) : undefined;
  const before = typeof earlier?.fault === 'object' ? [earlier.fault] : [];
  const wrong = wrongSource(problem, random, choose(random, weights.fault), [meant, ...before], text);
  const level = choose(random, weights.evidence);
  const precision = choose(random, weights.comment);
  const told =
    precision === 'hints' || precision === 'precise' || level === 'workspace' || typeof wrong.fault !== 'object';
  // Nobody says what is meant: the most plausible of what has not been tried.
  const tried = typeof wrong.fault === 'object' ? [wrong.fault, ...before] : before;
  const wanted = told ? meant : (otherReading(problem, random, tried) ?? meant);
  const shown = level === 'workspace';
  const settled = typeof wrong.fault !== 'object' && random() < 0.5;
  const situation: Situation = {
    problem,
    reading: meant,
    path: pathOf(problem),
    text,
    request: requestText(problem, random, settled ? { reading: meant } : {}),
    tests: shown ? visibleTests(problem, meant, random) : testsOf(problem, meant),
  };
  const task = taskOf(situation, 'nothing');
  const comment = trainingComment(problem, meant, random, precision);
  const history = earlier === undefined ? [] : [earlierTurn(situation, earlier, wrong, meant, random)];
  if (history.includes(undefined)) return undefined;
  const turn = failedTurn(situation, task, history.length + 1, wrong.source, level);
  const { verdict, answer, answerText } = turn;
  if (verdict.reward === 1) return undefined;
  const guessed = !told;
  const past = history as readonly WordsInput['earlier'][number][];
  const input: WordsInput = { task, turn: turn.turn, answerText, answer, verdict, comment, earlier: past };
  const messages = promptOf(input, random);
  const visible = messages.at(-1)!.content;
  const words = perfectWords({ situation, task, wrong, verdict, comment, wanted, guessed, visible });
  if (past.at(-1)?.instruction === words.instruction) return undefined;
  const response = formatCritique(normalCritique(words.critique), words.instruction);
  return { kind: 'critique', messages, response, input };
}

/** The first turn of two: its critic asked for what the second attempt then was. */
function earlierTurn(
  situation: Situation,
  wrong: WrongSource,
  next: WrongSource,
  meant: ProblemReading,
  random: Random,
): WordsInput['earlier'][number] | undefined {
  const task = taskOf(situation, 'nothing');
  const first: PastTurn = failedTurn(situation, task, 1, wrong.source, 'L0');
  if (first.verdict.reward === 1) return undefined;
  const wanted = typeof next.fault === 'object' ? next.fault : meant;
  const comment = random() < 0.5 ? '' : trainingComment(situation.problem, wanted, random, 'vague');
  const made = perfectWords({ situation, task, wrong, verdict: first.verdict, comment, wanted, guessed: true });
  return { turn: 1, critique: normalCritique(made.critique), instruction: made.instruction };
}

/** With as much of the situation as the context has room for, as the critic is asked. */
function promptOf(input: WordsInput, random: Random): Example['messages'] {
  const short = choose(random, mix.critique.prompt) === 'short';
  const levels = allowances.slice(short ? firstShortAllowance : 0);
  for (const allowance of levels) {
    const messages = critiqueAndRewritePrompt(criticParts(input, allowance), { short });
    if (messages.reduce((sum, { content }) => sum + content.length, 0) <= longestPrompt) return messages;
  }
  return critiqueAndRewritePrompt(criticParts(input, allowances.at(-1)!), { short });
}
