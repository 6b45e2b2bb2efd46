import { messagesOf } from '../../../src/agent/prompts/fit.ts';
import { distinguishingTests } from '../../../src/benchmarks/smallfix/developer.ts';
import { drawnReading } from '../../../src/benchmarks/smallfix/draw.ts';
import { jsonOf } from '../../../src/benchmarks/smallfix/encoded.ts';
import { literal, type Problem, type ProblemReading } from '../../../src/benchmarks/smallfix/problem.ts';
import { pick, type Random } from '../../../src/shared/random.ts';
import { choose, outcomeOf } from './draw.ts';
import type { Example } from './example.ts';
import { mix } from './mix.ts';
import { trainingRequest } from './requests.ts';
import { answerOf, pathOf, type Situation, someBug, taskOf, visibleTests } from './situation.ts';

/** First turns: a request, with or without what the tests say. */
export function solveExample(problem: Problem, random: Random): Example {
  const weights = mix.solve;
  const reading = drawnReading(problem, random);
  const known = choose(random, weights.known);
  const target = known === 'nothing' ? choose(random, weights.target) : 'bug';
  const documented = choose(random, weights.doc) === 'with';
  const bug = someBug(problem, random);
  const worded = choose(random, weights.request);
  const request =
    (worded === 'complaint' && target === 'bug' ? complaint(problem, reading, bug, random) : undefined) ??
    trainingRequest(problem, random, { ...(worded !== 'open' && { reading }) });
  const doc = documented ? `/** ${pick(random, problem.asks.slice(0, -1))} */\n` : '';
  const situation: Situation = {
    problem,
    reading,
    path: pathOf(problem),
    text: doc + (target === 'stub' ? problem.stub : bug),
    request,
    tests: visibleTests(problem, reading, random),
  };
  const messages = messagesOf(taskOf(situation, known), [], 'block');
  return { kind: 'solve', messages, response: answerOf(doc + reading.source) };
}

/** `keep([1]) gives [1], but it should give [].`: an input that shows the fault and tells the reading. */
function complaint(problem: Problem, reading: ProblemReading, bug: string, random: Random): string | undefined {
  const outcome = outcomeOf(problem, bug);
  if (outcome.kind !== 'ran') return undefined;
  for (const test of distinguishingTests(problem, reading)) {
    const call = outcome.calls[problem.inputs.indexOf(test.args)];
    const actual = call !== undefined && 'value' in call ? jsonOf(call.value) : undefined;
    if (actual === undefined || JSON.stringify(actual) === JSON.stringify(test.expected)) continue;
    const wording = pick(random, [
      `${test.name} gives ${literal(actual)}, but it should give ${literal(test.expected)}.`,
      `${test.name} is ${literal(actual)} and should be ${literal(test.expected)}.`,
    ]);
    return random() < 0.5 ? wording : `${pick(random, problem.asks.slice(0, -1))} ${wording}`;
  }
  return undefined;
}
