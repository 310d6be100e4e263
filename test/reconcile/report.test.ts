import assert from 'node:assert/strict';
import type { Status } from '../../src/api/status.ts';
import { ownerOf } from '../../src/observe/context.ts';
import { neighboursOf } from '../../src/observe/neighbours.ts';
import type { Outage } from '../../src/plan/proof/outage.ts';
import { ResourceMemory } from '../../src/reconcile/memory.ts';
import { report } from '../../src/reconcile/report.ts';
import type { Run } from '../../src/reconcile/world.ts';
import { type Failure, transient } from '../../src/std/failure.ts';
import { anUpstreamResource, withStatus } from '../plan/given.ts';
import { aRun, Cluster, type Told } from './given.ts';

const made = Temporal.Instant.from(anUpstreamResource().metadata.creationTimestamp);
const unreachable = transient('NginxUnreachable', 'NGINX at 127.0.0.1:8443 could not be reached (ECONNREFUSED)');
const timedOut = transient('NginxUnreachable', 'NGINX at 127.0.0.1:8443 could not be reached (ETIMEDOUT)');
const broken = transient('GatewayError', 'The gateway default answered with status 500');
const textOf = ({ reason, message }: Failure) => ({ reason, message });
const warned = ({ reason, message }: Failure) => `Warning ${reason}: ${message}`;
const back = 'Normal Ready: Everything matches the spec again';

/** What a resource is found to be, so many seconds after it was made. */
type Seen = readonly [after: number, failure: Failure | undefined];

describe('what is told of failures', () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster.stop());

  const cases: readonly { readonly name: string; readonly seen: readonly Seen[]; readonly want: readonly string[] }[] =
    [
      {
        name: 'is nothing of an NGINX that comes up in time, but that all is well again',
        seen: [
          [1, unreachable],
          [20, unreachable],
          [40, undefined],
        ],
        want: [back],
      },
      {
        name: 'is once what lasts',
        seen: [
          [1, unreachable],
          [70, unreachable],
          [140, unreachable],
        ],
        want: [warned(unreachable)],
      },
      {
        name: 'is what it is when patience ends, not what it was',
        seen: [
          [1, unreachable],
          [30, timedOut],
          [70, timedOut],
        ],
        want: [warned(timedOut)],
      },
      { name: 'is at once what is no part of a start', seen: [[1, broken]], want: [warned(broken)] },
      {
        name: 'is at once what comes after the start',
        seen: [
          [1, undefined],
          [3600, unreachable],
        ],
        want: [warned(unreachable)],
      },
      {
        name: 'is not what was over in time, when something comes later',
        seen: [
          [1, unreachable],
          [10, undefined],
          [70, unreachable],
          [80, unreachable],
        ],
        want: [back, warned(unreachable)],
      },
    ];
  const statusOf = () => (cluster.get('MtlsUpstream', 'mtls-nginx') as unknown as { status: Status }).status;

  /** One look at the resource, at the status that the one before has written. */
  const look = async ([seconds, failure]: Seen, run: Run, generation = 1, outage?: Outage) => {
    const now = made.add({ seconds });
    const good = { status: 'True', reason: 'NginxReady', message: 'NGINX serves it' } as const;
    const outcome = failure === undefined ? good : { ...good, status: 'False' as const, ...textOf(failure) };
    const parts = [{ type: 'NginxReady', ...outcome }] as const;
    const findings = { parts, certificates: [], ...(failure && { failure }) };
    const stored = withStatus(anUpstreamResource(), statusOf());
    const resource = { ...stored, metadata: { ...stored.metadata, generation } };
    const observed = { resource, owner: ownerOf({ kind: resource.kind, ...resource.metadata }, 'c'), startedAt: now };
    const plan = { looks: [], steps: [], ends: [], findings };
    const neighbours = neighboursOf(resource, run);
    return report(plan, { ...observed, done: [], neighbours, outage }, { ...run, clock: { now: () => now } });
  };

  const aRunOf = (told: Told): Run => {
    cluster.reset();
    cluster.put({ apiVersion: 'mtls-operator.dev/v1alpha1', ...anUpstreamResource() });
    const resources = cluster.store<never, 'claim'>('MtlsUpstream');
    return aRun(cluster, told, { memory: new ResourceMemory(), resources });
  };
  const notesOf = ({ events }: Told) => events.map(({ type, reason, note }) => `${type} ${reason}: ${note}`);

  for (const { name, seen, want } of cases) {
    it(name, async () => {
      const told: Told = { events: [], lines: [] };
      const run = aRunOf(told);
      for (const one of seen) await look(one, run);
      assert.deepEqual(notesOf(told), want);
    });
  }

  describe('of a gateway that gives a settled resource no answer', () => {
    const silent = transient('GatewayUnreachable', 'The Admin API of the gateway default does not answer (ETIMEDOUT)');
    const outage = { admin: silent };
    let told: Told;
    let run: Run;
    let settledStatus: Status;
    beforeEach(async () => {
      told = { events: [], lines: [] };
      run = aRunOf(told);
      await look([1, undefined], run);
      settledStatus = statusOf();
    });
    const readyNow = () => statusOf().conditions?.find(({ type }) => type === 'Ready');

    it('is nothing at the first look, which is made again when the watch of the gateway would have told', async () => {
      const outcome = await look([100, silent], run);
      assert.deepEqual(statusOf(), settledStatus);
      assert.deepEqual(notesOf(told), []);
      assert.deepEqual(outcome, {
        kind: 'checkAgain',
        at: made.add({ seconds: 100 }).add(run.reachability.tellsWithin),
      });
    });

    it('is what the second look finds, where the watch has told of nothing', async () => {
      await look([100, silent], run);
      await look([150, silent], run);
      assert.equal(readyNow()?.reason, 'GatewayUnreachable');
      assert.deepEqual(notesOf(told), [warned(silent)]);
    });

    it('is nothing where an answer came between two looks without one', async () => {
      for (const one of [silent, undefined, silent]) await look([100, one], run);
      assert.equal(readyNow()?.status, 'True');
      assert.deepEqual(notesOf(told), []);
    });

    it('is told by the status at once, and by no Event, where the watch has told of it', async () => {
      await look([100, silent], run, 1, outage);
      assert.equal(readyNow()?.reason, 'GatewayUnreachable');
      assert.deepEqual(notesOf(told), []);
    });

    it('is told at once where the spec has changed', async () => {
      await look([100, silent], run, 2);
      assert.equal(readyNow()?.reason, 'GatewayUnreachable');
    });

    it('is told at once where it is another failure than no answer', async () => {
      await look([100, broken], run);
      assert.equal(readyNow()?.reason, 'GatewayError');
    });
  });
});
