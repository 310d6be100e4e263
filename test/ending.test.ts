import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import pino from 'pino';
import { stopSignal } from '../src/ending.ts';
import { eventually } from './harness/eventually.ts';

describe('the end of the process', () => {
  let source: EventEmitter;
  let codes: number[];
  let lines: { readonly msg: string; readonly signal?: string }[];
  beforeEach(() => {
    [source, codes, lines] = [new EventEmitter(), [], []];
  });

  const listen = (patience = { minutes: 1 } as Temporal.DurationLike) =>
    stopSignal({
      source,
      exit: (code) => void codes.push(code),
      log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }),
      patience: Temporal.Duration.from(patience),
    });

  for (const signals of [
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM'],
  ]) {
    it(`begins at ${signals[0]}, and comes at once with a ${signals[1]} after it`, () => {
      const stop = listen();
      source.emit(signals[0] ?? '');
      assert.deepEqual([stop.aborted, codes, lines], [true, [], []]);
      source.emit(signals[1] ?? '');
      assert.deepEqual(codes, [1]);
      assert.deepEqual(
        lines.map(({ signal, msg }) => [signal, msg]),
        [[signals[1], 'told to stop once more: ends at once']],
      );
    });
  }

  it('comes by force where a stop takes too long, and says so', async () => {
    listen({ milliseconds: 20 });
    source.emit('SIGTERM');
    await eventually(() => assert.deepEqual(codes, [1]));
    assert.match(lines[0]?.msg ?? '', /^the grace period is over/);
  });
});
