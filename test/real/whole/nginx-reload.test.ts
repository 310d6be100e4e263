import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../../../deploy/local/processes/child.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { httpProbe } from '../../../src/probe/http-probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

const deadline = Temporal.Duration.from({ seconds: 5 });

describe('an NGINX that has yet to load what was written for it', () => {
  const given = useWhole();
  let node: Child;
  let port: number;

  before('start NGINX, and make an MtlsUpstream', async () => {
    const { whole } = given;
    port = await freePort();
    node = await whole.startNginx();
    await whole.apply(anUpstream({ port }));
    await whole.ready('mup', 'mtls-nginx');
  });

  /** The kubelet's part stops, as one that has yet to look; NGINX goes on with what it has. */
  const freeze = () => process.kill(node.pid, 'SIGSTOP');
  const thaw = () => process.kill(node.pid, 'SIGCONT');

  /** When a reconcile of the resource ended, in milliseconds since the epoch. */
  const looks = () =>
    given.whole.logs
      .map((line) => JSON.parse(line) as { readonly time: number; readonly key?: string; readonly outcome?: string })
      .filter(({ key, outcome }) => key === `${given.whole.namespace}/mtls-nginx` && outcome !== undefined)
      .map(({ time }) => time);

  const caOf = async () => (await given.whole.secret('mtls-nginx-server'))['ca.crt'];

  it('is looked at several times in seconds after a new CA; requests fail only from its load to the switch', async () => {
    const { whole } = given;
    const before = await caOf();
    const traffic = startTraffic(whole.standIn.httpPort);
    try {
      freeze();
      await whole.here(['delete', 'secret', 'mtls-nginx-ca']);
      await eventually(async () => assert.notEqual(await caOf(), before));
      await whole.until('mup', 'mtls-nginx', 'NginxReady', 'False', 'NginxCertificateWrong');
      const start = Date.now();
      await pause(3000);
      const seen = looks().filter((time) => time > start);
      assert.ok(seen.length >= 3, `${seen.length} looks in 3 s`);
      assert.deepEqual(traffic.failed, [], 'NGINX and the gateway go on with what they have');
      thaw();
      await whole.ready('mup', 'mtls-nginx');
      traffic.failed.length = 0;
      const { length } = traffic.answered;
      await eventually(() => assert.ok(traffic.answered.length > length + 10));
    } finally {
      thaw();
      await traffic.stop();
    }
    assert.deepEqual(traffic.failed, []);
  });
});

/** One request after another until it is stopped. */
function startTraffic(port: number) {
  const answered: string[] = [];
  const failed: string[] = [];
  const running = new AbortController();
  const ask = async () => {
    const result = await httpProbe({ address: { host: '127.0.0.1', port }, path: '/hello', deadline });
    const passed = result.kind === 'answered' && result.status === 200;
    (passed ? answered : failed).push(JSON.stringify(result));
  };
  const loop = (async () => {
    while (!running.signal.aborted) {
      await ask();
      await pause(10);
    }
  })();
  const stop = () => {
    running.abort();
    return loop;
  };
  return { answered, failed, stop };
}
