import type { Task } from '../../agent/task.ts';
import type { SmallFixTask } from './task.ts';

/** What the loop may see of a task: the request and the target, but not the tests. */
export function agentTask({ id, request, path, text }: Pick<SmallFixTask, 'id' | 'request' | 'path' | 'text'>): Task {
  return { id, request, targets: [{ path, text, language: 'js' }], neighbours: [] };
}
