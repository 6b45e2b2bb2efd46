import { spawn } from 'node:child_process';

describe('a hanging suite', () => {
  it('never ends', function () {
    this.timeout(0);
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    return new Promise(() => undefined);
  });
});
