import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FixEvent } from '../../src/session/fix-events.ts';

const directory = path.resolve(import.meta.dirname, '../fixtures/transcripts');

/** A session as text that is the same in every run: what was asked, answered, written, tested, judged and learnt. */
export function transcript(events: readonly FixEvent[], folder: string): string {
  const text = events.map(show).filter((part) => part !== '');
  return `${text.join('\n')}\n`.replaceAll(folder, '<folder>').replace(/\b\d{8}-\d{6}-[0-9a-f]{4}\b/g, '<session>');
}

function show(event: FixEvent): string {
  switch (event.kind) {
    case 'token':
    case 'prefill':
      return '';
    case 'session':
      return `session: ${event.request} (${event.method}, at most ${event.maxTurns} turns, prompts ${event.promptVersion})`;
    case 'detected':
      return `detected: ${event.runner}; ${event.why}`;
    case 'baseline-run':
      return `baseline: run ${event.run}`;
    case 'baseline':
      return `baseline: ${verdictLine(event.verdict)}`;
    case 'target':
      return `target: ${event.files.map((file) => file.path).join(', ')}; ${event.why}`;
    case 'phase':
      return `turn ${event.turn}: ${event.phase}`;
    case 'turn':
      return [
        `prompt at temperature ${event.temperature}:`,
        ...event.messages.map(({ role, content }) => indent(`${role}: ${content}`)),
      ].join('\n');
    case 'generated':
      return `answer, ended by ${event.finish}:\n${indent(event.text)}`;
    case 'answer':
      return event.answer.kind === 'attempt'
        ? event.answer.attempt.files.map((file) => `attempt on ${file.path}:\n${indent(file.text)}`).join('\n')
        : `unparsable (${event.answer.problem}): ${event.answer.detail}`;
    case 'environment':
      return environmentLine(event.event);
    case 'verdict':
      return `verdict${event.sameAs === undefined ? '' : ` of turn ${event.sameAs}`}: ${verdictLine(event.verdict)}`;
    case 'comment':
      return event.comment === '' ? 'no comment' : `comment: ${event.comment}`;
    case 'words':
      return `words (${event.words.source}):\n${indent(event.words.instruction)}`;
    case 'weights':
      return `weights: ${event.weights.kind}${event.weights.kind === 'skipped' ? `; ${event.weights.why}` : ''}`;
    case 'finished':
      return `finished after ${event.turns} turns: ${JSON.stringify(event.outcome)}`;
    case 'nothing-to-fix':
      return 'nothing to fix';
    default:
      return `${event.kind}: ${JSON.stringify(event)}`;
  }
}

function environmentLine(event: Extract<FixEvent, { kind: 'environment' }>['event']): string {
  if (event.kind === 'tests') return `tests: ${event.scope}`;
  if (event.kind === 'tested') return `tested: ${event.scope}, ${event.passed} passed, ${event.failed} failed`;
  return `${event.kind}: ${event.files.join(', ')}`;
}

function verdictLine(verdict: Extract<FixEvent, { kind: 'verdict' }>['verdict']): string {
  const { reward, reason, detail, passed, failed, skipped, errored } = verdict;
  return `reward ${reward}, ${reason} (${passed} passed, ${failed} failed, ${skipped} skipped, ${errored} errored): ${detail}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}

/** Compares with the golden file; `RETUNE_UPDATE_TRANSCRIPTS=1` writes it instead. */
export function assertTranscript(name: string, actual: string): void {
  const file = path.join(directory, `${name}.txt`);
  if (process.env.RETUNE_UPDATE_TRANSCRIPTS === '1') {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.ok(
    existsSync(file),
    `there is no golden transcript ${name}; make it with RETUNE_UPDATE_TRANSCRIPTS=1 and read it`,
  );
  assert.equal(actual, readFileSync(file, 'utf8'), `the session differs from the transcript ${name}`);
}
