import type { PolicyInfo } from '../policy/policy.ts';
import { promptVersion } from './prompts/version.ts';

/**
 * Whether what a model writes is generated under a format, so that it can be read: it continues what we begin. A model that
 * thinks first must be free to; one that was trained on our prompts keeps to them by itself.
 */
export function isGuided({ capabilities, thinks, trainedPrompts }: PolicyInfo): boolean {
  return capabilities.continues && thinks !== true && trainedPrompts !== promptVersion;
}
