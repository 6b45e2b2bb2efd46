import { FrameReader, FrameWriter } from '../../../../src/sidecar/protocol/frames.ts';

/** A sidecar of another release that does not compare versions itself. */
const writer = new FrameWriter(process.stdout);
new FrameReader(process.stdin, () => undefined).listen((message) => {
  const { id } = message as unknown as { id: number };
  const result = { protocolVersion: 0, processId: process.pid, node: 'v0', platform: 'x', stateDirectory: '/none' };
  void writer.write({ jsonrpc: '2.0', id, result } as never);
});
