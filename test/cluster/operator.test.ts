import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { operatorNamespace } from '../../deploy/local/cluster/release.ts';
import { eventually } from '../harness/eventually.ts';
import { useCast } from '../harness/node/cast.ts';

/** From the loss of the leader until another one holds the Lease, in seconds. */
const limits = { clean: 3, hard: 20 };

interface Metadata {
  readonly name: string;
  readonly deletionTimestamp?: string;
}

/** Of a Lease. */
interface Held {
  readonly holderIdentity?: string;
  readonly acquireTime?: string;
}

/** Of the one container of the pod, as this machine numbers it. */
function processOf(pod: string): number {
  const found = globSync('/proc/[0-9]*/environ').find((file) => readEnvironment(file).includes(`HOSTNAME=${pod}`));
  assert.ok(found !== undefined, `no process of ${pod}`);
  return Number(found.split('/')[2]);
}

/** Empty for one that has ended meanwhile. */
function readEnvironment(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\0');
  } catch {
    return [];
  }
}

describe('the operator in pods', () => {
  const used = useCast();

  const podNames = async () => {
    const text = await used.cast.inOperator([
      'get',
      'pods',
      '-l',
      'app.kubernetes.io/name=mtls-operator',
      '-o',
      'json',
    ]);
    const { items } = JSON.parse(text) as { readonly items: readonly { readonly metadata: Metadata }[] };
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name);
  };
  const lease = async () =>
    (JSON.parse(await used.cast.inOperator(['get', 'lease', 'mtls-operator', '-o', 'json'])) as { readonly spec: Held })
      .spec;
  const leader = () =>
    eventually(async () => {
      const [{ holderIdentity: identity = '' }, names] = await Promise.all([lease(), podNames()]);
      const name = names.find((one) => identity.startsWith(one));
      assert.ok(name !== undefined, `${identity} of ${names}`);
      return name;
    });
  const bothReady = () => used.cast.inOperator(['rollout', 'status', 'deployment/mtls-operator', '--timeout=120s']);
  /** Seconds from the loss until another one took the Lease, by what it wrote there: the clock is that of this machine. */
  const untilAnotherLeads = async (lose: () => unknown) => {
    const { holderIdentity: lost } = await lease();
    await lose();
    const from = Temporal.Now.instant();
    const { acquireTime = '' } = await eventually(async () => {
      const now = await lease();
      assert.ok((now.holderIdentity ?? '') !== '' && now.holderIdentity !== lost, JSON.stringify(now));
      return now;
    });
    const took = Temporal.Instant.from(acquireTime).since(from).total('seconds');
    console.log(`      ${took.toFixed(1)} s until another one led`);
    return took;
  };

  afterEach(bothReady);

  it('has another leader when the pod of the leader is deleted', async function () {
    this.timeout(150_000);
    const pod = await leader();
    const took = await untilAnotherLeads(() => used.cast.inOperator(['delete', 'pod', pod, '--wait=false']));
    assert.ok(took < limits.clean, `${took} s`);
  });

  it('has another leader when the process of the leader is killed', async function () {
    this.timeout(150_000);
    const pid = processOf(await leader());
    const took = await untilAnotherLeads(() => process.kill(pid, 'SIGKILL'));
    assert.ok(took < limits.hard, `${took} s`);
  });

  it('lets one pod be evicted, and not both at once', async () => {
    const names = await podNames();
    const evict = (name: string) => {
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: operatorNamespace } };
      const path = `/api/v1/namespaces/${operatorNamespace}/pods/${name}/eviction`;
      return used.cast.inOperator(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction)).then(
        () => 'evicted',
        (error: Error) => error.message,
      );
    };
    const [first, second] = [await evict(names[0] ?? ''), await evict(names[1] ?? '')];
    assert.equal(first, 'evicted');
    assert.match(second, /disruption budget/);
  });
});
