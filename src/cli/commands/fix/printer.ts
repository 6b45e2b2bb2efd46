import type { Answer } from '../../../agent/answer/answer.ts';
import type { LoopEvent } from '../../../agent/events.ts';
import type { Verdict } from '../../../agent/verdict.ts';
import type { Words } from '../../../agent/words/words.ts';
import type { DecisionEvent, FixEvent } from '../../../session/fix-events.ts';
import { counted } from '../../../shared/counted.ts';
import { count, number } from '../../format.ts';
import type { Output } from '../../output.ts';
import { terminalText } from '../../terminal-text.ts';
import { revertCommand } from '../../typed-command.ts';
import { diffText } from './diff-text.ts';
import { clipped, failureLines, mark, outcomeText, weightsText } from './event-texts.ts';

/** Maximum number of failures that are shown; the others are counted. */
const maxShown = 3;

const phases: Readonly<Record<Extract<LoopEvent, { kind: 'phase' }>['phase'], string>> = {
  prompting: 'preparing the prompt …',
  generating: 'the model is answering …',
  reading: 'reading the answer …',
  evaluating: 'running the tests …',
  asking: '',
  adapting: 'refining the words and updating the weights …',
};

type Handler<K extends FixEvent['kind']> = (event: Extract<FixEvent, { kind: K }>) => void;

/** Shows a session's events to a person, each as it happens. */
export class FixPrinter {
  readonly #output: Output;
  /** The text of a target file before the session. */
  readonly #original: (path: string) => string;
  readonly #stream: NodeJS.WriteStream;
  readonly #model: string | undefined;
  #folder = '';
  #maxTurns = 0;
  #characters = 0;
  #text = '';

  /** @param model the directory of a model that was named on the command line */
  constructor(
    output: Output,
    original: (path: string) => string,
    model?: string,
    stream: NodeJS.WriteStream = process.stdout,
  ) {
    this.#output = output;
    this.#original = original;
    this.#model = model;
    this.#stream = stream;
  }

  event(event: FixEvent): void {
    const handler = this.#handlers[event.kind] as ((event: FixEvent) => void) | undefined;
    handler?.(event);
  }

  readonly #handlers: { readonly [K in FixEvent['kind']]?: Handler<K> } = {
    notice: ({ message, actions }) => this.#output.note(terminalText(message), actions),
    session: ({ maxTurns, folder, id }) => {
      this.#maxTurns = maxTurns;
      this.#folder = folder;
      this.#row('folder', `${folder}, session ${id}`);
    },
    detected: ({ command, why }) => {
      this.#row('tests', command);
      this.#detail(why);
    },
    'baseline-run': ({ run }) => this.#output.progress(`running the tests before any change (${run} of 2) …`),
    baseline: ({ verdict, flaky }) => {
      const unstable = flaky.length === 0 ? '' : `; flaky, and therefore ignored: ${flaky.join(', ')}`;
      this.#row('before', `${mark(verdict)} ${verdict.detail}${unstable}`);
      this.#failures(verdict);
    },
    target: ({ files, why }) => {
      const named = files.map(({ path, symbol }) => (symbol === undefined ? path : `${path}, ${symbol}`));
      this.#row('target', named.join('; '));
      this.#detail(why);
    },
    model: ({ parameters, learnt }) => {
      const knows = learnt ? ', with what it learnt in this workspace' : '';
      this.#row('model', `${parameters === undefined ? 'of unknown size' : `${count(parameters)} parameters`}${knows}`);
    },
    resumed: ({ turns }) => this.#row('resumed', `after ${counted(turns, 'turn')}`),
    phase: ({ phase }) => {
      this.#characters = 0;
      if (phases[phase] !== '') this.#output.progress(phases[phase]);
    },
    turn: ({ turn, dropped, temperature }) => {
      this.#output.progressEnd();
      this.#output.heading(`\nTurn ${turn} of ${this.#maxTurns}`);
      if (dropped.length > 0) this.#detail(`left out to fit the model's context: ${dropped.join(', ')}`);
      if (temperature > 1) this.#detail(`temperature raised to ${number(temperature)}, because an answer was repeated`);
    },
    prefill: ({ done, total }) => this.#output.progress(`reading the prompt ${Math.round((100 * done) / total)} %`),
    token: ({ text }) => {
      this.#characters += text.length;
      this.#output.progress(`the model is answering … ${this.#characters} characters`);
    },
    generated: ({ text }) => {
      this.#text = text;
    },
    answer: ({ answer }) => this.#answer(answer),
    environment: ({ event }) => {
      if (event.kind === 'tests') this.#output.progress(`${event.command} …`);
    },
    verdict: ({ verdict, sameAs }) => {
      // What is wrong with the answer was shown with it, and no test was run.
      if (verdict.reason === 'unparsable' && sameAs === undefined) return;
      const same = sameAs === undefined ? '' : `the same attempt as in turn ${sameAs}, hence the same verdict: `;
      this.#row('tests', `${mark(verdict)} ${same}${verdict.detail}`);
      if (sameAs === undefined) this.#failures(verdict);
    },
    comment: ({ comment }) => {
      if (comment !== '') this.#row('comment', comment);
    },
    words: ({ words }) => this.#words(words),
    weights: ({ weights, milliseconds }) => this.#row('weights', weightsText(weights, milliseconds)),
    finished: ({ outcome, turns }) => {
      this.#output.progressEnd();
      this.#output.heading(`\n${outcomeText(outcome, turns)}`);
    },
    'nothing-to-fix': () => {
      this.#output.progressEnd();
      this.#output.heading('\nNothing to fix: all tests pass already.');
      this.#output.text('Write a test that fails because of what is wrong, and Retune works until it passes.\n');
    },
  };

  decision(event: DecisionEvent): void {
    if (event.kind === 'undone') {
      this.#row(
        'undone',
        event.restored.length === 0 ? 'nothing was changed' : `${event.restored.join(', ')} as before`,
      );
      for (const { path, why } of event.kept) this.#detail(`${path}: ${why}`);
      return;
    }
    const { learnt } = event;
    this.#row('kept', 'the change stays');
    if (learnt?.version !== undefined) {
      const revert = revertCommand(this.#folder, this.#model);
      this.#detail(`learnt for this workspace, version ${learnt.version}; \`${revert}\` withdraws it`);
    } else if (learnt?.why !== undefined) this.#detail(learnt.why);
  }

  #answer(answer: Answer): void {
    this.#output.progressEnd();
    if (answer.kind === 'unparsable') {
      this.#row('answer', `cannot be used: ${answer.detail}`);
      for (const line of clipped(this.#text)) this.#detail(`│ ${line}`);
      return;
    }
    if (answer.kept !== undefined) this.#detail(`not in the answer, and kept: ${answer.kept.join(', ')}`);
    for (const { path, text } of answer.attempt.files) {
      const diff = diffText(path, this.#original(path), text, this.#stream);
      if (diff !== '') this.#output.text(`${diff.replace(/^/gm, '    ')}\n`);
    }
  }

  #failures({ tests }: Verdict): void {
    const failures = tests.filter(({ status }) => status === 'failed' || status === 'errored');
    for (const line of failures.slice(0, maxShown).flatMap(failureLines)) this.#detail(line);
    const more = failures.length - maxShown;
    if (more > 0) this.#detail(`and ${more} more`);
  }

  #words({ instruction, source, critique, calls }: Words): void {
    if (critique !== undefined) this.#row('cause', critique.rootCause);
    this.#row('instruction', instruction);
    const refused = calls.flatMap(({ refused }) => refused);
    if (source === 'fallback') {
      const why = refused.length === 0 ? '' : ` (${[...new Set(refused)].join('; ')})`;
      this.#detail(`from the template, because the model's own words could not be used${why}`);
    }
  }

  #row(name: string, value: string): void {
    this.#output.progressEnd();
    const [first = '', ...rest] = terminalText(value).split('\n');
    this.#output.table([[`  ${name.padEnd(11)}`, first]]);
    for (const line of rest) this.#detail(line);
  }

  #detail(text: string): void {
    this.#output.progressEnd();
    this.#output.text(`${' '.repeat(15)}${terminalText(text)}\n`);
  }
}
