import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import pino from 'pino';
import { freePort } from '../../deploy/local/processes/ports.ts';
import { type Pages, serve, text } from '../../src/http/serve.ts';
import { Failure } from '../../src/std/failure.ts';
import { eventually } from '../harness/eventually.ts';

describe('the pages that the operator serves', () => {
  let port: number;
  let server: { close(): void };
  let logged: string[];
  const secret = () => new TypeError('token s3cret');
  const pages: Pages = {
    '/page': (query) => text(200, `v=${query.get('v')}`),
    '/throws': () => {
      throw secret();
    },
    '/rejects': () => Promise.reject(secret()),
  };
  beforeEach(async () => {
    [port, logged] = [await freePort(), []];
    const log = pino({}, { write: (line: string) => void logged.push(line) });
    server = await serve({ host: '127.0.0.1', port }, pages, log);
  });
  afterEach(() => server.close());

  for (const { name, method = 'GET', path, want } of [
    { name: 'the page', path: '/page?v=1', want: [200, 'v=1\n'] },
    { name: 'its head', method: 'HEAD', path: '/page', want: [200, ''] },
    { name: 'nothing else', path: '/other', want: [404, 'Not found\n'] },
    { name: 'nothing from the prototype', path: '/constructor', want: [404, 'Not found\n'] },
    { name: 'nothing to write to', method: 'POST', path: '/page', want: [405, 'Only GET and HEAD are allowed\n'] },
  ]) {
    it(`are ${name} to ${method} ${path}`, async () => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      assert.deepEqual([answer.status, await answer.text()], want);
    });
  }

  for (const path of ['/throws', '/rejects']) {
    it(`are 500 where one ${path.slice(1)}, which is logged without what it said`, async () => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      assert.equal(answer.status, 500);
      assert.match(logged.join(''), new RegExp(`"path":"${path}","error":"TypeError",.*"msg":"page failed"`));
      for (const told of [await answer.text(), ...logged]) assert.doesNotMatch(told, /s3cret/);
      assert.equal((await fetch(`http://127.0.0.1:${port}/page`)).status, 200);
    });
  }

  it('are there for the next one however many connections somebody holds, of which the oldest is let go', async () => {
    const held: Socket[] = [];
    try {
      for (let count = 0; count < 64; count += 1) {
        const socket = connect(port, '127.0.0.1').on('error', () => {});
        held.push(socket);
        await once(socket, 'connect');
      }
      assert.equal((await fetch(`http://127.0.0.1:${port}/page`)).status, 200);
      await eventually(() => assert.ok(held[0]?.closed), Temporal.Duration.from({ seconds: 2 }));
      assert.equal(held.filter(({ closed }) => !closed).length, 63);
    } finally {
      for (const socket of held) socket.destroy();
    }
  });

  it('cannot be served twice at one address, which is said in a sentence', async () => {
    await assert.rejects(serve({ host: '127.0.0.1', port }, {}, pino({ level: 'silent' })), (error) => {
      assert.ok(error instanceof Failure && error.reason === 'AddressUnusable');
      assert.match(error.message, new RegExp(`^Cannot listen at 127.0.0.1:${port} \\(EADDRINUSE\\)`));
      return true;
    });
  });
});
