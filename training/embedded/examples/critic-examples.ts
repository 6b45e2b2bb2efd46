import { critiqueAndRewritePrompt } from '../../../src/agent/prompts/critic.ts';
import { formatCritique, normalCritique } from '../../../src/agent/words/critique.ts';
import { refusals } from '../../../src/agent/words/guards.ts';
import { allowances, criticParts, firstShortAllowance } from '../../../src/agent/words/situation.ts';
import type { WordsInput } from '../../../src/agent/words/words.ts';
import { type Problem, testsOf } from '../../../src/benchmarks/smallfix/problem.ts';
import { pick, type Random } from '../../../src/shared/random.ts';
import { choose, chooseCount } from './draw.ts';
import type { Example } from './example.ts';
import { mix } from './mix.ts';
import { asKept, perfectWords } from './perfect-words.ts';
import { played } from './played.ts';
import { trainingRequest } from './requests.ts';
import { failedTurn, pathOf, type Situation, someBug, taskOf, visibleTests } from './situation.ts';

/** Maximum UTF-16 code units of a prompt that leaves room for a critique in the context, at about 5 per token. */
const longestPrompt = 2000;

export interface CriticExample extends Example {
  /** What the prompt was made from, for tests. */
  readonly input: WordsInput;
}

/** Critique and instruction in one answer; undefined when the draw makes no sense. */
export function criticExample(problem: Problem, random: Random): CriticExample | undefined {
  const weights = mix.critique;
  const meant = pick(random, problem.readings);
  const text = random() < 0.55 ? problem.stub : someBug(problem, random);
  const level = choose(random, weights.evidence);
  const shown = level === 'workspace';
  const stated = choose(random, weights.request) === 'precise';
  const situation: Situation = {
    problem,
    reading: meant,
    path: pathOf(problem),
    text,
    request: trainingRequest(problem, random, { ...(stated && { reading: meant }) }),
    tests: shown ? visibleTests(problem, meant, random) : testsOf(problem, meant),
  };
  const task = taskOf(situation, 'nothing');
  const turns = played(problem, random, {
    turns: chooseCount(random, weights.turns),
    meant,
    text,
    faults: weights.fault,
    comments: weights.comment,
    settled: shown || stated,
  });
  const earlier: WordsInput['earlier'][number][] = [];
  for (const [index, { wrong, comment, told, asked, sentence }] of turns.entries()) {
    const attempt = failedTurn(situation, task, index + 1, wrong.source, level);
    const { turn, answerText, answer, verdict } = attempt;
    if (verdict.reward === 1) return undefined;
    const say = (says: readonly string[]): string => says[sentence % says.length]!;
    const need = { situation, task, wrong, verdict, comment, wanted: asked, guessed: !told, say };
    if (index + 1 < turns.length) {
      const { critique, instruction } = asKept(perfectWords(need), earlier.at(-1)?.critique);
      earlier.push({ turn, critique, instruction });
      continue;
    }
    const input: WordsInput = { task, turn, answerText, answer, verdict, comment, earlier };
    const messages = promptOf(input, random);
    const words = perfectWords({ ...need, visible: messages.at(-1)!.content });
    // The guards would refuse this.
    if (refusals(words.instruction, { literals: [], previous: earlier.at(-1)?.instruction }).length > 0)
      return undefined;
    const response = formatCritique(normalCritique(words.critique), words.instruction);
    return { kind: 'critique', messages, response, input };
  }
  return undefined;
}

/** With as much of the situation as there is room for in the context, as in the product. */
function promptOf(input: WordsInput, random: Random): Example['messages'] {
  const short = choose(random, mix.critique.prompt) === 'short';
  const levels = allowances.slice(short ? firstShortAllowance : 0);
  for (const allowance of levels) {
    const messages = critiqueAndRewritePrompt(criticParts(input, allowance), { short });
    if (messages.reduce((sum, { content }) => sum + content.length, 0) <= longestPrompt) return messages;
  }
  return critiqueAndRewritePrompt(criticParts(input, allowances.at(-1)!), { short });
}
