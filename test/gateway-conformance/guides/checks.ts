/** What is looked at on the way through the guides, in the shape of the rows of the table. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Kubectl } from '../../../deploy/local/parts/kubectl.ts';
import { type Asked, shown } from '../report.ts';
import type { Clients } from './clients.ts';
import { namespace } from './environment.ts';

/** Reloads and data planes take their time; in ms. */
const patience = 60_000;

interface Check {
  readonly row: string;
  readonly ask: () => Promise<string>;
  readonly want: RegExp;
}

/** Asks until it is as wanted. */
async function check(section: string, { row, ask, want }: Check): Promise<Asked> {
  const deadline = performance.now() + patience;
  for (;;) {
    const seen = await ask().catch((error: Error) => shown(error.message));
    const ok = want.test(seen);
    if (ok || performance.now() >= deadline) return { section, row, ok, wanted: want.source, seen };
    await pause(100);
  }
}

export async function checkAll(section: string, checks: readonly Check[]): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const each of checks) asked.push(await check(section, each));
  return asked;
}

/** What the guides do with curl. */
export async function followGuides(clients: Clients, section: string): Promise<readonly Asked[]> {
  const [client, gateway] = [await clients.client(), await clients.gateway()];
  const statusAtGateway = async (pair?: typeof client.pair) => (await clients.askGateway(client.ca, pair)).what;
  return checkAll(section, [
    { row: 'client to gateway, with its certificate', ask: () => statusAtGateway(client.pair), want: /^200$/ },
    { row: 'the same without a certificate', ask: () => statusAtGateway(), want: /^read 116$/ },
    {
      row: 'straight to NGINX, with the certificate of the gateway',
      ask: () => clients.askNginx(gateway.ca, gateway.pair),
      want: /^200$/,
    },
    { row: 'straight to NGINX without a certificate', ask: () => clients.askNginx(gateway.ca), want: /^400$/ },
    { row: 'through the gateway to NGINX', ask: () => clients.askHello(), want: /^200 Hello API7!$/ },
  ]);
}

/** All leaves anew; while that goes on, no request may be lost. */
export async function renew(clients: Clients, kubectl: Kubectl): Promise<readonly Asked[]> {
  const section = 'a renewal';
  const { pair, ca } = await clients.client();
  const before = (await clients.askGateway(ca, pair)).shown;
  const lost: string[] = [];
  const annotation = `mtls-operator.dev/renew=${Date.now()}`;
  for (const kind of ['mtlsgateway', 'mtlsupstream']) {
    await kubectl(['annotate', kind, '--all', '-n', namespace, '--overwrite', annotation]);
  }
  const served = async () => {
    const [{ what, shown: served }, hello] = [await clients.askGateway(ca, pair), await clients.askHello()];
    lost.push(...[what, hello].filter((seen) => !seen.startsWith('200')));
    const client = (await clients.client()).pair.cert === pair.cert ? 'old' : 'new';
    return `${served === before ? 'old' : 'new'} server, ${client} client`;
  };
  const isServed = await check(section, { row: 'is served', ask: served, want: /^new server, new client$/ });
  const seen = lost.length === 0 ? 'none' : lost.join(', ');
  return [isServed, { section, row: 'loses no request', ok: lost.length === 0, wanted: 'none', seen }];
}

/** What the operator made at the gateway goes with its resources. */
export async function checkGone(clients: Clients, ca: string): Promise<readonly Asked[]> {
  return checkAll('a deletion', [
    {
      row: 'takes the name from the gateway',
      ask: async () => (await clients.askGateway(ca)).what,
      want: /^hs 80$/,
    },
    { row: 'takes the route from the gateway', ask: () => clients.askHello(), want: /^404 / },
  ]);
}
