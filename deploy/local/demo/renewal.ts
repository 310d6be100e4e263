import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { connect } from 'node:tls';
import { annotations } from '../../../src/api/group.ts';
import type { Kubectl } from '../parts/kubectl.ts';
import { type Checked, type Curl, perform } from './checks.ts';
import { namespace } from './demo.ts';
import type { GuideStep } from './guides.ts';

const within = 30_000;

interface Renewal {
  readonly kubectl: Kubectl;
  /** Of the guides. */
  readonly steps: readonly GuideStep[];
  /** Left out: that of this machine. */
  readonly curl?: Curl;
  /** Of 127.0.0.1, that leads to NGINX. */
  readonly nginxPort: number;
}

/**
 * Has every certificate of the MtlsUpstream issued anew while the guide's own commands go on, and counts those that did
 * not give what the guide says. The agent beside NGINX takes them up.
 */
export async function checkRenewal({ kubectl, steps, curl, nginxPort }: Renewal): Promise<Checked> {
  const before = await servedLeaf(nginxPort);
  const asking = startAsking(
    steps.filter(({ id }) => id === 'B9' || id === 'B15'),
    curl,
  );
  const started = performance.now();
  const renew = `${annotations.renew}=${crypto.randomUUID()}`;
  await kubectl(['annotate', 'mtlsupstream', 'mtls-nginx', '--namespace', namespace, '--overwrite', renew]);
  const taken = await untilOther(before, nginxPort, started);
  // Workers of before the reload may still have connections.
  await setTimeout(1000);
  const { asked, failed } = await asking.stop();
  const served = taken === undefined ? 'no new certificate' : `new certificate served after ${taken.toFixed(1)} s`;
  const step: GuideStep = {
    id: 'B8',
    what: 'the certificates renewed while B9 and B15 run in a loop',
    says: 'NGINX reloaded by hand; here 0 failed',
    ...{ curl: [], exitCode: 0, seen: [] },
  };
  return {
    step,
    verdict: { gave: `${served}; ${asked} requests, ${failed} failed`, passed: taken !== undefined && failed === 0 },
  };
}

interface Counted {
  readonly asked: number;
  readonly failed: number;
}

/** One after another, until it is stopped, and once more after that. */
function startAsking(steps: readonly GuideStep[], curl: Curl | undefined): { stop(): Promise<Counted> } {
  let isStopped = false;
  const ask = async () => {
    let [asked, failed] = [0, 0];
    for (let isLast = false; !isLast; ) {
      isLast = isStopped;
      for (const step of steps) {
        asked += 1;
        failed += (await perform(step, curl)).passed ? 0 : 1;
      }
    }
    return { asked, failed };
  };
  const asking = ask();
  return {
    stop: () => {
      isStopped = true;
      return asking;
    },
  };
}

/** Seconds since the start; undefined where that did not come in time. */
async function untilOther(before: string, port: number, started: number): Promise<number | undefined> {
  while (performance.now() - started < within) {
    if ((await servedLeaf(port)) !== before) return (performance.now() - started) / 1000;
  }
  return undefined;
}

/** What NGINX shows; it asks for no certificate before that. */
async function servedLeaf(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'test.com', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}
