import assert from 'node:assert/strict';
import fc from 'fast-check';
import { longestLine, parseEvents } from '../../src/kube/watch-stream.ts';
import { configMaps } from '../../src/model/kube-object.ts';
import { Failure } from '../../src/std/failure.ts';
import { cpuMilliseconds } from '../harness/spend.ts';

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

/** One line for each event; a failure ends it and is its last line. */
async function read(text: string | Uint8Array, sizes: readonly number[] = []): Promise<readonly string[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const seen: string[] = [];
  try {
    for await (const event of parseEvents(inChunks(bytes, sizes), configMaps)) {
      seen.push(
        `${event.kind} ${event.version} ${event.kind === 'bookmark' ? '' : JSON.stringify(event.object['data'])}`,
      );
    }
  } catch (error) {
    assert.ok(error instanceof Failure);
    seen.push(`${error.class} ${error.reason}`);
  }
  return seen;
}

const event = (type: string, version: string, data?: object) =>
  `${JSON.stringify({ type, object: { metadata: { name: 'a', namespace: 'shop', resourceVersion: version }, data } })}\n`;
const error = (code: number, reason: string) =>
  `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code, reason, message: 'secret' } })}\n`;

describe('the events of a watch', () => {
  for (const { name, text, want } of [
    { name: 'an addition', text: event('ADDED', '7', { k: 'v' }), want: ['put 7 {"k":"v"}'] },
    { name: 'a change', text: event('MODIFIED', '8', {}), want: ['put 8 {}'] },
    { name: 'a deletion', text: event('DELETED', '9', {}), want: ['delete 9 {}'] },
    {
      name: 'a bookmark, which has no name',
      text: '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}\n',
      want: ['bookmark 9 '],
    },
    { name: 'nothing at all', text: '', want: [] },
    { name: 'no part of a line that is cut', text: event('ADDED', '7', {}).slice(0, -1), want: [] },
  ]) {
    it(`has ${name}`, async () => assert.deepEqual(await read(text), want));
  }

  for (const { name, text, want } of [
    { name: 'a line that is cut', text: event('ADDED', '8', {}).slice(0, -9), want: 'transient ApiServerUnreadable' },
    {
      name: 'a line without its line feed',
      text: event('ADDED', '8', {}).slice(0, -1),
      want: 'transient ApiServerUnreadable',
    },
    { name: 'a line that is no JSON', text: '<html>\n', want: 'transient ApiServerUnreadable' },
    { name: 'a line that is no event', text: 'null\n', want: 'transient ApiServerUnreadable' },
    { name: 'an event of an unknown type', text: event('RENAMED', '8'), want: 'transient ApiServerUnreadable' },
    { name: 'an object without a version', text: event('ADDED', ''), want: 'transient ApiServerUnreadable' },
    { name: 'a version that is too old', text: error(410, 'Expired'), want: 'transient Expired' },
    { name: 'another error', text: error(500, 'InternalError'), want: 'transient ApiServerUnavailable' },
    { name: 'an error that is final', text: error(400, 'BadRequest'), want: 'permanent Rejected' },
    { name: 'an error without a code', text: '{"type":"ERROR","object":{}}\n', want: 'transient ApiServerUnavailable' },
    {
      name: 'an error with a code that is no number',
      text: '{"type":"ERROR","object":{"code":"410"}}\n',
      want: 'transient ApiServerUnavailable',
    },
    { name: 'an error of nothing', text: '{"type":"ERROR"}\n', want: 'transient ApiServerUnavailable' },
  ]) {
    it(`end at ${name}`, async () => {
      assert.deepEqual(await read(event('ADDED', '7', {}) + text + event('ADDED', '9', {})), ['put 7 {}', want]);
    });
  }

  it('end at a byte that is no UTF-8', async () => {
    const bytes = new TextEncoder()
      .encode(event('ADDED', '7', { k: '~' }))
      .map((byte) => (byte === 0x7e ? 0xff : byte));
    assert.deepEqual(await read(bytes), ['transient ApiServerUnreadable']);
  });

  it('are the same however the bytes are cut, within a character too', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
        fc.array(fc.nat({ max: 20 }), { maxLength: 30 }),
        async (values, sizes) => {
          const text = values.map((value, n) => event('MODIFIED', `${n + 1}`, { value })).join('');
          const want = values.map((value, n) => `put ${n + 1} ${JSON.stringify({ value })}`);
          assert.deepEqual(await read(text, sizes), want);
        },
      ),
    ));

  it('end at a line that is longer than any object, before it is there as a whole', async () => {
    const part = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += part.length;
        yield part;
      }
    }
    await assert.rejects(parseEvents(endless(), configMaps).next(), { reason: 'ApiServerUnreadable' });
    assert.ok(sent <= longestLine + 2 * part.length, `${sent}`);
  });

  it('take time by the length of a line, not by its square', async () => {
    const cost = async (length: number) => {
      const line = new TextEncoder().encode(event('ADDED', '7', { k: 'v'.repeat(length) }));
      const sizes = Array.from({ length: Math.ceil(line.length / 1024) }, () => 1024);
      return await cpuMilliseconds(1, async () => {
        await parseEvents(inChunks(line, sizes), configMaps).next();
      });
    };
    await cost(250_000);
    const [short, long] = [await cost(500_000), await cost(4_000_000)];
    assert.ok(long < 24 * Math.max(short, 2), `${short} ms for 0.5 MB, ${long} ms for 4 MB`);
  });

  it('carry no managed fields, and the type that a list would leave out', async () => {
    const metadata = { name: 'a', namespace: 'shop', resourceVersion: '7', managedFields: [{ manager: 'x' }] };
    const line = new TextEncoder().encode(`${JSON.stringify({ type: 'ADDED', object: { metadata } })}\n`);
    const { value } = await parseEvents(inChunks(line, []), configMaps).next();
    assert.ok(value?.kind === 'put');
    assert.deepEqual(value.object, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'shop', resourceVersion: '7' },
    });
  });
});
