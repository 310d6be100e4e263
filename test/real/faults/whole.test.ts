import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../harness/eventually.ts';
import { FaultyProxy } from '../../harness/faulty-proxy.ts';
import { useWhole } from '../../harness/whole.ts';
import { partsOf } from '../kube/clients.ts';
import { createAuthority } from '../stand-in/authority.ts';
import { Round } from './round.ts';
import { newToken, writeKubeconfig } from './ways.ts';

/** Silence counts as death after these, so that no test has to wait for minutes. */
const timeouts = { callMilliseconds: 2_000, watchSilenceMilliseconds: 3_000 };

const status = (code: number, reason: string) => ({ kind: 'Status', status: 'Failure', code, reason });
const errorEvent = (code: number, reason: string) =>
  `${JSON.stringify({ type: 'ERROR', object: status(code, reason) })}\n`;

interface Fault {
  readonly name: string;
  readonly begin: (proxy: FaultyProxy) => void;
  /** How long it lasts; one without ends by itself. */
  readonly seconds?: number;
}

const faults: readonly Fault[] = [
  { name: 'watches that are reset in the middle of an event', begin: (proxy) => proxy.resetMidEvent() },
  { name: 'watches that are half open: nothing comes, and nothing ends', begin: (proxy) => proxy.goHalfOpen() },
  { name: 'an ERROR event 410', begin: (proxy) => proxy.sayInWatches(errorEvent(410, 'Expired')) },
  { name: 'a line of JSON that is cut', begin: (proxy) => proxy.sayInWatches('{"type":"ADDED","object":{"meta\n') },
  { name: 'events in single bytes, cut within characters too', begin: (proxy) => proxy.dripWatches() },
  {
    name: 'watches that are answered with 410',
    seconds: 2,
    begin: (proxy) => {
      proxy.rule = ({ watch }) => (watch ? { kind: 'answer', status: 410, body: status(410, 'Expired') } : undefined);
      proxy.resetWatches();
    },
  },
  {
    name: 'lists whose second page is answered with 410',
    seconds: 2,
    begin: (proxy) => {
      proxy.rule = ({ watch, url }) => {
        if (watch) return { kind: 'answer', status: 410, body: status(410, 'Expired') };
        if (url.includes('continue=')) return { kind: 'answer', status: 410, body: status(410, 'Expired') };
        return url.includes('limit=500') ? { kind: 'rewrite', url: url.replace('limit=500', 'limit=1') } : undefined;
      };
      proxy.resetWatches();
    },
  },
  {
    name: '429 with Retry-After to everything',
    seconds: 3,
    begin: (proxy) => {
      const body = status(429, 'TooManyRequests');
      proxy.rule = () => ({ kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body });
      proxy.resetWatches();
    },
  },
  {
    name: 'a minute of 500',
    seconds: 60,
    begin: (proxy) => {
      proxy.rule = () => ({ kind: 'answer', status: 500, body: status(500, 'InternalError') });
      proxy.resetWatches();
    },
  },
  {
    name: 'events that come again from the first one on',
    seconds: 2,
    begin: (proxy) => {
      proxy.rule = ({ watch, url }) =>
        watch ? { kind: 'rewrite', url: url.replace(/resourceVersion=\d+/, 'resourceVersion=1') } : undefined;
      proxy.resetWatches();
    },
  },
  {
    name: 'writes that are done and whose answers are lost',
    seconds: 3,
    begin: (proxy) => {
      proxy.rule = ({ method }) => (method === 'GET' ? undefined : { kind: 'loseAnswer' });
    },
  },
  {
    name: 'an API server that accepts and never answers',
    seconds: 5,
    begin: (proxy) => {
      proxy.rule = () => ({ kind: 'silence' });
      proxy.goHalfOpen();
    },
  },
  {
    name: 'an API server that is away, after which the past is no longer known',
    seconds: 3,
    begin: (proxy) => {
      proxy.rule = () => ({ kind: 'reset' });
      proxy.resetWatches();
    },
  },
  {
    name: 'a token that is refused',
    seconds: 3,
    begin: (proxy) => {
      proxy.rule = () => ({ kind: 'answer', status: 401, body: status(401, 'Unauthorized') });
      proxy.resetWatches();
    },
  },
];

describe('the whole operator has missed nothing 30 s after', function () {
  this.timeout(150_000);
  const given = useWhole({ operator: false });
  let proxy: FaultyProxy;
  let rounds = 0;

  before('start the operator behind the proxy', async () => {
    const { whole } = given;
    proxy = await FaultyProxy.start(partsOf(whole.cluster));
    await whole.startOperator(
      {},
      {},
      { source: { kind: 'file', path: await writeKubeconfig(whole, proxy) }, timeouts },
    );
  });
  afterEach('leave nothing to the next one', async () => {
    proxy.rule = () => undefined;
    proxy.holdAnswers = () => undefined;
    await given.whole.here(['delete', 'mgw', '--all', '--timeout=60s']);
  });
  after(() => proxy?.stop());

  const round = async () => {
    rounds += 1;
    const one = new Round(given.whole, `${rounds}`);
    await one.prepare();
    return one;
  };
  /** What the world no longer knows makes every watch begin with a list. */
  const end = () => {
    const asked = new Set<string>();
    proxy.rule = ({ watch, url }) => {
      const collection = url.split('?')[0] ?? '';
      if (!watch || asked.has(collection)) return undefined;
      asked.add(collection);
      return { kind: 'answer', status: 410, body: status(410, 'Expired') };
    };
  };

  for (const { name, begin, seconds = 0 } of faults) {
    it(name, async () => {
      const one = await round();
      begin(proxy);
      await one.changeTheWorld();
      await pause(seconds * 1000);
      if (name.includes('the past')) end();
      else proxy.rule = () => undefined;
      await one.assertConverged();
    });
  }

  it('a stop during the first list, and two starts', async () => {
    const { whole } = given;
    const one = await round();
    await whole.stopOperator();
    const held = Promise.withResolvers<void>();
    proxy.holdAnswers = ({ url }) => (url.includes('limit=500') ? held.promise : undefined);
    const way = { source: { kind: 'file', path: await writeKubeconfig(whole, proxy) }, timeouts } as const;
    await whole.startOperator({}, {}, way);
    await eventually(() => assert.ok(proxy.heldAnswers > 0));
    await one.changeTheWorld();
    await whole.stopOperator();
    proxy.holdAnswers = () => undefined;
    held.resolve();
    await whole.startOperator({}, {}, way);
    await one.assertConverged();
  });
});

describe('the whole operator has missed nothing 30 s after the rotation of', function () {
  this.timeout(90_000);
  const given = useWhole({ operator: false });
  let proxy: FaultyProxy;
  afterEach(async () => {
    await given.whole.here(['delete', 'mgw', '--all', '--timeout=60s']);
    await given.whole.stopOperator();
    await proxy.stop();
  });

  it("the API server's certificate, to one of another CA", async () => {
    const { whole } = given;
    const authority = (name: string) => createAuthority(whole.directory, name);
    const leaf = { commonName: 'apiserver', usage: 'serverAuth', dnsNames: ['api.example'] } as const;
    const [before, after] = [await authority('api-before'), await authority('api-after')];
    proxy = await FaultyProxy.start(partsOf(whole.cluster), await before.issue(leaf));
    const caFile = join(whole.directory, 'api-ca.crt');
    writeFileSync(caFile, before.certificate);
    const path = await writeKubeconfig(whole, proxy, {
      cluster: { 'certificate-authority': caFile, 'tls-server-name': 'api.example' },
    });
    await whole.startOperator({}, {}, { source: { kind: 'file', path }, timeouts });
    const one = new Round(whole, 'ca');
    await one.prepare();
    proxy.serve(await after.issue(leaf));
    await one.changeTheWorld();
    await pause(2_000);
    writeFileSync(caFile, after.certificate);
    await one.assertConverged();
  });

  it('its token, once the old one is refused', async () => {
    const { whole } = given;
    proxy = await FaultyProxy.start(partsOf(whole.cluster));
    const tokenFile = join(whole.directory, 'api-token');
    writeFileSync(tokenFile, await newToken(whole));
    const path = await writeKubeconfig(whole, proxy, { user: { tokenFile } });
    await whole.startOperator({}, {}, { source: { kind: 'file', path }, timeouts });
    const one = new Round(whole, 'token');
    await one.prepare();
    const [old, next] = [await newToken(whole), await newToken(whole)];
    writeFileSync(tokenFile, old);
    proxy.rule = ({ authorization }) =>
      authorization === `Bearer ${next}`
        ? undefined
        : { kind: 'answer', status: 401, body: status(401, 'Unauthorized') };
    proxy.resetWatches();
    await one.changeTheWorld();
    await pause(2_000);
    writeFileSync(tokenFile, next);
    await one.assertConverged();
  });
});
