/**
 * Takes standard output for the protocol alone and sends everything that JavaScript prints there to stderr instead.
 * Native code can still write to file descriptor 1; the client tolerates that between two messages.
 */
export function claimStdout(): { write(bytes: Buffer, done: (error?: Error | null) => void): void; end(): void } {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  // Without a listener a client that vanished would be an uncaught exception; `done` gets the same error.
  stdout.on('error', () => undefined);
  return { write: (bytes, done) => void write(bytes, done), end: () => void stdout.end() };
}
