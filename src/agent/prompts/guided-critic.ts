import type { Message } from '../../policy/prompt.ts';
import { fencedData } from '../text/sanitise.ts';
import type { CriticParts } from './critic.ts';

/**
 * The critic of a model that knows none of our prompts. Its answer is generated field by field, each begun with the field's
 * name, so that nothing is left of the format for the model to miss.
 */
const system =
  'You review an attempt to correct code that failed its tests. You say what is wrong in it, and write no code.';

export function guidedCriticPrompt(parts: CriticParts): readonly Message[] {
  return [
    { role: 'system', content: system },
    {
      role: 'user',
      content: [...situation(parts), 'Name the wrong line, why it is wrong, and what to change.'].join('\n\n'),
    },
  ];
}

/** Without earlier critiques, which small models repeat instead of looking again. */
function situation(parts: CriticParts): readonly string[] {
  return [
    `The task:\n${fencedData(parts.request)}`,
    ...(parts.comment === '' ? [] : [`The developer says:\n${fencedData(parts.comment)}`]),
    `The attempt that failed:\n${fencedData(parts.attempt.text, parts.attempt.language)}`,
    ...(parts.evidence === '' ? [] : [parts.evidence]),
  ];
}
