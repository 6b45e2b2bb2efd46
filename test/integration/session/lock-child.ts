import { acquireLock, type Lock } from '../../../src/session/lock.ts';
import { openStorage } from '../../../src/session/storage.ts';

/** Takes and gives back the lock as its parent says. Usage: lock-child.ts FOLDER ROOT SESSION. */
const [folder = '', root = '', sessionId = ''] = process.argv.slice(2);
const storage = await openStorage(folder, root);
let lock: Lock | undefined;

process.on('message', async (command) => {
  if (command === 'exit') process.exit(0);
  if (command === 'release') {
    await lock?.release();
    process.send?.('released');
    return;
  }
  try {
    lock = await acquireLock(storage, { sessionId, program: 'test' });
    process.send?.('held');
  } catch (error) {
    process.send?.((error as { code?: string }).code ?? String(error));
  }
});
process.send?.('ready');
