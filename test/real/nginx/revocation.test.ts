import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { build } from '../../../src/nginx/build.ts';
import { render } from '../../../src/nginx/render.ts';
import { type CrlEntry, toSerial } from '../../../src/pki/crl/draft.ts';
import { limits } from '../../../src/pki/limits.ts';
import type { ClientPair } from '../../../src/ports/probe.ts';
import { sha256Hex } from '../../../src/std/digest.ts';
import { aSpec, purpose } from '../../nginx/specs.ts';
import { aCrlDraft, signedBy } from '../../pki/crl/given.ts';
import { aCa, aClientDraft, aKeyPair, type GivenCa, issueFrom, requireFacts } from '../../pki/given.ts';
import { ServedConfig } from './served-config.ts';
import { nginxVersions } from './versions.ts';

/** Whole seconds: a list holds no others. */
const now = Temporal.Now.instant().round({ smallestUnit: 'second', roundingMode: 'floor' });

for (const { version, ensure } of nginxVersions) {
  describe(`lists of revoked certificates in NGINX, ${version}`, () => {
    let served: ServedConfig;
    let ca: GivenCa;
    let client: Client;
    let stolen: Client;

    before(async function () {
      this.timeout(600_000);
      served = new ServedConfig(await ensure());
      ca = await aCa('ECDSA-P256', { at: now });
      client = await aClient(ca, 1);
      stolen = await aClient(ca, 2);
      await served.serve(aSpec());
    });
    after(() => served.close());

    /** Has NGINX load these lists, and trust these CAs for clients. */
    const load = async (crlPem: string, trust: readonly GivenCa[] = [ca]) => {
      served.write('tls/ca.crt', trust.map(({ certificatePem }) => certificatePem).join(''));
      served.write('tls/ca.crl', crlPem);
      const built = build({ ...aSpec(), listen: served.port }, { ...purpose, revoked: sha256Hex(crlPem) });
      assert.ok(built.ok);
      served.put(render(built.value.statements));
      assert.deepEqual(await served.nginx.load(), { state: 'reloaded' });
    };
    const listOf = (entries: ReadonlyMap<string, CrlEntry>, period: object = {}, by = ca) =>
      signedBy(by, aCrlDraft(by, { thisUpdate: now, nextUpdate: now.add({ hours: 24 }), entries, ...period }));
    const revoking = (...serials: readonly string[]) =>
      new Map(serials.map((serial) => [serial, { revokedAt: now, reason: 'keyCompromise' } as const]));
    const statusOf = async (pair: ClientPair) => {
      const result = await served.probe('/hello', pair);
      return result.kind === 'answered' ? result.status : result.kind;
    };

    it('reject who is on them and nobody else, and let in again who is taken off', async () => {
      await load(await listOf(revoking('7f')));
      assert.deepEqual([await statusOf(client), await statusOf(stolen)], [200, 200]);
      await load(await listOf(revoking('7f', stolen.serial)));
      assert.deepEqual([await statusOf(client), await statusOf(stolen)], [200, 400]);
      await load(await listOf(revoking('7f')));
      assert.deepEqual([await statusOf(client), await statusOf(stolen)], [200, 200]);
    });

    it('reject on connections that were there before, once those have ended, and resume no session', async () => {
      await load(await listOf(revoking('7f')));
      const { session } = await served.connect({ cert: stolen.chainPem, key: stolen.keyPem });
      const kept = await keep(served.port, stolen);
      assert.match(await ask(kept), /^HTTP\/1\.1 200 /);
      await load(await listOf(revoking('7f', stolen.serial)));
      // NGINX of before 1.27.4 closes it as idle; a later one may answer once more, and closes it then.
      const answer = await ask(kept);
      assert.ok(answer === '' || /^HTTP\/1\.1 200 .*Connection: close/s.test(answer), answer);
      assert.equal(await ask(kept), '', 'and nothing more');
      assert.equal(await statusOf(stolen), 400);
      const again = { cert: stolen.chainPem, key: stolen.keyPem, ...(session && { session }) };
      assert.equal((await served.connect(again)).reused, false);
    });

    it('are replaced without a request lost', async () => {
      await load(await listOf(revoking('7f')));
      const statuses: (number | string)[] = [];
      let isOver = false;
      const traffic = (async () => {
        while (!isOver) statuses.push(await statusOf(client));
      })();
      for (const number of [2n, 3n, 4n]) await load(await listOf(revoking('7f'), { number }));
      isOver = true;
      await traffic;
      assert.ok(statuses.length > 10, `${statuses.length} requests`);
      assert.deepEqual([...new Set(statuses)], [200]);
    });

    it('reject every client once they have ended', async () => {
      const period = { thisUpdate: now.subtract({ hours: 2 }), nextUpdate: now.subtract({ hours: 1 }) };
      await load(await listOf(new Map(), period));
      assert.deepEqual([await statusOf(client), await statusOf(stolen)], [400, 400]);
    });

    it('reject every client of a CA that has none, and one of each CA lets all in', async () => {
      const other = await aCa('ECDSA-P256', { at: now, generationSerial: 'ffeeddccbbaa9988' });
      const theirs = await aClient(other, 3);
      const own = await listOf(revoking(stolen.serial));
      await load(own, [ca, other]);
      assert.deepEqual([await statusOf(client), await statusOf(theirs)], [200, 400]);
      await load(own + (await listOf(new Map(), {}, other)), [ca, other]);
      assert.deepEqual([await statusOf(client), await statusOf(theirs), await statusOf(stolen)], [200, 200, 400]);
    });

    it(`may hold ${limits.crlEntries} certificates`, async function () {
      this.timeout(60_000);
      const many = Array.from({ length: limits.crlEntries - 1 }, (_, index) => `7${String(index).padStart(39, '0')}`);
      await load(await listOf(revoking(...many, stolen.serial)));
      assert.deepEqual([await statusOf(client), await statusOf(stolen)], [200, 400]);
    });
  });
}

interface Client extends ClientPair {
  readonly serial: string;
}

async function aClient(ca: GivenCa, seed: number): Promise<Client> {
  const key = await aKeyPair('ECDSA-P256');
  const serialNumber = Uint8Array.from({ length: 16 }, () => 0x40 + seed);
  const validity = { notBefore: ca.facts.notBefore, notAfter: now.add({ hours: 24 }) };
  const chainPem = await issueFrom(ca, { ...aClientDraft(ca, key, `CLIENT ${seed}`), ...validity, serialNumber });
  return { chainPem, keyPem: key.privateKeyPem, serial: toSerial(requireFacts(chainPem).serialNumber) ?? '' };
}

/** A connection that stays open. */
async function keep(port: number, { chainPem: cert, keyPem: key }: ClientPair): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'test.com', cert, key, rejectUnauthorized: false });
  socket.on('error', () => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** The answer to one more request; empty where the connection has ended. */
async function ask(socket: TLSSocket): Promise<string> {
  if (socket.destroyed || !socket.writable) return '';
  let text = '';
  const collect = (chunk: Buffer) => {
    text += chunk;
  };
  socket.on('data', collect);
  socket.write('GET /hello HTTP/1.1\r\nHost: test.com\r\n\r\n');
  const answered = new Promise<void>((resolve) => {
    socket.on('data', () => text.includes('Hello API7!') && resolve());
    socket.once('close', () => resolve());
    socket.once('end', () => resolve());
  });
  await answered;
  socket.off('data', collect);
  return text;
}
