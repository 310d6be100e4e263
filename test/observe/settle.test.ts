import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { mtlsUpstream, parseSpec, type Resource } from '../../src/api/kinds.ts';
import type { MtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import { lookAtDataPlane } from '../../src/observe/data-plane.ts';
import { ProbeBudget } from '../../src/observe/probe-budget.ts';
import { firstWrong, settle } from '../../src/observe/settle.ts';
import { httpChecks } from '../../src/plan/proof/http-checks.ts';
import { transient } from '../../src/std/failure.ts';
import { anUpstream } from '../harness/given.ts';
import { aRun, Cluster } from '../reconcile/given.ts';

const milliseconds = (count: number) => Temporal.Duration.from({ milliseconds: count });
const wait = (count: number) => new Promise((resolve) => setTimeout(resolve, count));
const items = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('looks at many things', () => {
  const budget = new ProbeBudget();

  it('are made side by side, eight at a time', async () => {
    let [under, most, made] = [0, 0, 0];
    const look = async () => {
      under += 1;
      most = Math.max(most, under);
      await wait(1);
      under -= 1;
      made += 1;
      return undefined;
    };
    assert.equal(await firstWrong(items(50), look, { budget }), undefined);
    assert.deepEqual([most, made], [8, 50]);
  });

  it('tell the first that is wrong by its place, whichever ends first, and end with it', async () => {
    const seen: number[] = [];
    const look = async (index: number) => {
      seen.push(index);
      await wait(index === 3 ? 20 : 1);
      return index >= 3 ? transient('NotEnforced', `${index}`) : undefined;
    };
    const wrong = await firstWrong(items(100), look, { budget });
    assert.equal(wrong?.message, '3');
    assert.ok(Math.max(...seen) < 20, `${seen}`);
  });

  for (const { name, reason, want } of [
    { name: 'an address without an answer', reason: 'DataPlaneUnreachable', want: 'ProofTooSlow' },
    { name: 'somebody who was let in', reason: 'NotEnforced', want: 'NotEnforced' },
  ]) {
    it(`say ${want} of ${name} when the time for probes has ended meanwhile`, async () => {
      const short = new ProbeBudget(milliseconds(5));
      const look = async () => {
        await wait(10);
        return transient(reason, 'found');
      };
      const wrong = await short.spend(() => firstWrong([1], look, { budget: short }));
      assert.equal(wrong?.reason, want);
    });
  }

  it('that settle go on with what was wrong before where the last one was cut off', async () => {
    const short = new ProbeBudget(milliseconds(150));
    let look = 0;
    const next = async () => {
      look += 1;
      if (look === 1) return transient('RouteNotServed', 'the first');
      await wait(100);
      return transient('ProofTooSlow', 'the second');
    };
    const run = { clock: { now: () => Temporal.Now.instant() }, budget: short, signal: new AbortController().signal };
    assert.equal((await settle(next, run))?.reason, 'RouteNotServed');
  });
});

describe('the proof of an MtlsUpstream whose application is slow', () => {
  let cluster: Cluster;
  let server: Server;
  /** By this test: what an earlier one has given up may still come in on a busy machine. */
  let asked = 0;
  let round = 0;
  before(async () => {
    cluster = await Cluster.start();
    server = createServer(({ url }, response) => {
      if (url?.startsWith(`/${round}/`)) asked += 1;
      setTimeout(() => response.end('Hello API7!'), 60);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await cluster.stop();
  });
  beforeEach(() => {
    asked = 0;
    round += 1;
  });

  function upstreamWith(paths: number): Resource<MtlsUpstreamSpec> {
    const routes = [{ name: 'all', paths: items(paths).map((index) => `/${round}/${index}`) }];
    const service = { name: 'up', upstream: { nodes: [{ host: '127.0.0.1', port: 1 }] }, routes };
    const { spec } = anUpstream({ port: 1, spec: { service } }) as { spec: object };
    const parsed = parseSpec<MtlsUpstreamSpec>(mtlsUpstream, spec);
    assert.ok(parsed.ok);
    const creationTimestamp = '2026-11-22T10:00:00Z';
    const metadata = { ...{ namespace: 'shop', name: 'up', uid: 'u1' }, resourceVersion: '1', creationTimestamp };
    return { kind: 'MtlsUpstream', metadata: { ...metadata, generation: 1 }, spec: parsed.value, status: {} };
  }

  /** Why it is not proven. */
  const prove = async (paths: number, budget: ProbeBudget) => {
    const { port } = server.address() as { port: number };
    const { spec } = upstreamWith(paths);
    const checks = httpChecks(spec, spec.service as never, [{ host: '127.0.0.1', port }]);
    const run = aRun(cluster, { events: [], lines: [] }, { budget });
    return (await lookAtDataPlane({ by: 'http', checks }, run)).wrong;
  };

  it('ends with the time for probes, with a sentence of its own', async () => {
    const wrong = await prove(64, new ProbeBudget(milliseconds(200)));
    assert.equal(wrong?.reason, 'ProofTooSlow');
    assert.equal(
      wrong?.message,
      'The probes of this resource took more than 10 s in total; the probes that finished in that time found nothing wrong',
    );
    assert.ok(asked > 0 && asked < 64, `${asked} requests`);
  });

  it('begins no probe when the time was spent before', async () => {
    const spent = new ProbeBudget(milliseconds(1));
    await spent.spend(() => wait(5));
    assert.equal((await prove(1, spent))?.reason, 'ProofTooSlow');
    assert.equal(asked, 0);
  });
});
