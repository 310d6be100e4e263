import assert from 'node:assert/strict';
import { httpProbe } from '../../src/probe/http-probe.ts';
import { helloWorld, Servers, saying } from './servers.ts';

const servers = new Servers();
const deadline = Temporal.Duration.from({ milliseconds: 300 });

afterEach(() => servers.close());

describe('a probe without TLS', () => {
  for (const { name, answer, want } of [
    { name: 'an answer', answer: saying(helloWorld), want: { kind: 'answered', status: 200, body: 'hello' } },
    { name: 'silence', answer: () => {}, want: { kind: 'unreachable', code: 'ETIMEDOUT' } },
    { name: 'an end', answer: saying(''), want: { kind: 'unreachable', code: 'ECONNRESET' } },
    { name: 'other words', answer: saying('SSH-2.0\r\n'), want: { kind: 'unreachable', code: 'HPE_INVALID_CONSTANT' } },
  ]) {
    it(`tells of ${name}`, async () => {
      const address = await servers.plain(answer);
      assert.deepEqual(await httpProbe({ address, path: '/', deadline }), want);
    });
  }

  it('tells of a port where nobody listens', async () => {
    const address = await servers.plain(() => {});
    servers.close();
    assert.deepEqual(await httpProbe({ address, path: '/', deadline }), { kind: 'unreachable', code: 'ECONNREFUSED' });
  });

  it('sends the host that it is given', async () => {
    const seen: string[] = [];
    const address = await servers.plain((socket) => {
      socket.once('data', (data) => {
        seen.push(...data.toString().split('\r\n').slice(0, 2));
        socket.end(helloWorld);
      });
    });
    await httpProbe({ address, path: '/ip', host: 'test.com', deadline });
    assert.deepEqual(seen, ['GET /ip HTTP/1.1', 'host: test.com']);
  });

  it("rejects with the caller's reason when it is aborted", async () => {
    const reason = new Error('the caller has gone');
    const address = await servers.plain(() => {});
    await assert.rejects(httpProbe({ address, path: '/', deadline }, AbortSignal.abort(reason)), reason);
  });
});
