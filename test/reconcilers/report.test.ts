import assert from 'node:assert/strict';
import type { Status } from '../../src/api/status.ts';
import { Looks } from '../../src/reconcilers/looks.ts';
import { Progress } from '../../src/reconcilers/progress.ts';
import { report } from '../../src/reconcilers/report.ts';
import { type Failure, transient } from '../../src/std/failure.ts';
import { anUpstreamResource, withStatus } from '../plan/given.ts';
import { aRun, Cluster, type Told } from './given.ts';

const made = Temporal.Instant.from(anUpstreamResource().metadata.creationTimestamp);
const unreachable = transient('NginxUnreachable', 'NGINX at 127.0.0.1:8443 could not be reached (ECONNREFUSED)');
const timedOut = transient('NginxUnreachable', 'NGINX at 127.0.0.1:8443 could not be reached (ETIMEDOUT)');
const broken = transient('GatewayError', 'The gateway default answered with status 500');
const warned = ({ reason, message }: Failure) => `Warning ${reason}: ${message}`;
const back = 'Normal Ready: All is as the spec asks again';

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
  for (const { name, seen, want } of cases) {
    it(name, async () => {
      cluster.reset();
      const told: Told = { events: [], lines: [] };
      const looks = new Looks();
      cluster.put({ apiVersion: 'mtls-operator.dev/v1alpha1', ...anUpstreamResource() });
      for (const [seconds, failure] of seen) {
        const now = made.add({ seconds });
        const progress = new Progress(['NginxReady'], now);
        await progress.walk(async () => {
          if (failure !== undefined) throw failure;
        });
        const { status } = cluster.get('MtlsUpstream', 'mtls-nginx') as unknown as { status: Status };
        const resources = cluster.store<never, 'claim'>('MtlsUpstream');
        const run = aRun(cluster, told, { looks, resources, clock: { now: () => now } });
        await report(withStatus(anUpstreamResource(), status), progress, run);
      }
      assert.deepEqual(
        told.events.map(({ type, reason, note }) => `${type} ${reason}: ${note}`),
        want,
      );
    });
  }
});
