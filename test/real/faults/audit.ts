import assert from 'node:assert/strict';
import { labels, managedByValue } from '../../../src/api/group.ts';
import { assertConform } from '../../harness/conditions.ts';
import { eventually } from '../../harness/eventually.ts';
import type { Resource, Whole } from '../../harness/whole.ts';
import { belongingsOf, type Member } from './population.ts';

interface Child {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
}

interface Items<Kind> {
  readonly items: readonly Kind[];
}

const resourcesOf = async (whole: Whole) =>
  (JSON.parse(await whole.here(['get', 'mgw,mup', '-o', 'json'])) as Items<Resource>).items;

const childrenOf = async (whole: Whole) => {
  const ours = `${labels.managedBy}=${managedByValue}`;
  return (JSON.parse(await whole.here(['get', 'secret,configmap', '-l', ours, '-o', 'json'])) as Items<Child>).items;
};

/** Everything that shall be is Ready and conforms, at its present generation, and nothing else is there. */
export async function assertConverged(whole: Whole, members: readonly Member[]): Promise<void> {
  const resources = await resourcesOf(whole);
  assert.deepEqual(resources.map(({ metadata }) => metadata.name).sort(), members.map(({ name }) => name).sort());
  for (const resource of resources) {
    const { metadata, status } = resource;
    const seen = `${metadata.name}: ${JSON.stringify(status?.conditions?.map((c) => [c.type, c.status, c.message]))}`;
    assert.equal(status?.observedGeneration, metadata.generation, seen);
    assert.equal(status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True', seen);
    assertConform(resource);
  }
  const objects = await whole.gatewayObjects();
  assert.equal(objects.length, sum(members, 'atGateway'), `at the gateway: ${objects.join(', ')}`);
}

/** The garbage collector takes what belonged to deleted resources, and it takes its time. */
export async function assertNoOrphan(whole: Whole, members: readonly Member[]): Promise<void> {
  await eventually(async () => {
    const children = await childrenOf(whole);
    const alive = new Set((await resourcesOf(whole)).map(({ metadata }) => metadata.uid));
    const orphans = children.filter(({ metadata }) => !metadata.ownerReferences?.some(({ uid }) => alive.has(uid)));
    assert.deepEqual(names(orphans), [], 'orphans');
    // What somebody has deleted and waits for the operator is yet to be made anew.
    const of = (kind: string) =>
      children.filter((child) => child.kind === kind && child.metadata.deletionTimestamp === undefined);
    assert.equal(of('Secret').length, sum(members, 'secrets'), names(of('Secret')).join(', '));
    assert.equal(of('ConfigMap').length, sum(members, 'configMaps'), names(of('ConfigMap')).join(', '));
  });
}

/** One reconcile more of each of them, which `reconcileAll` brings about, writes nothing. */
export async function assertSilent(whole: Whole, reconcileAll: () => Promise<void>): Promise<void> {
  const versions = async () => {
    const statuses = (await resourcesOf(whole)).map(({ metadata, status }) => [metadata.name, status]);
    return [statuses, (await childrenOf(whole)).map(({ metadata }) => [metadata.name, metadata.resourceVersion])];
  };
  const before = await versions();
  await whole.forget();
  await reconcileAll();
  assert.deepEqual(await versions(), before);
  assert.deepEqual(await whole.gatewayWrites(), []);
}

/** Wakes every one of them and waits until `logs` has it reconciled. */
export async function touchAll(whole: Whole, members: readonly Member[]): Promise<void> {
  const ends = ({ name }: Member) =>
    whole.logs.filter((line) => line.includes('"reconciled"') && line.includes(`${whole.namespace}/${name}"`)).length;
  const before = members.map(ends);
  await whole.here(['annotate', 'mgw,mup', '--all', `touched=${Temporal.Now.instant()}`, '--overwrite']);
  await eventually(() => {
    const waiting = members.filter((member, index) => ends(member) === before[index]);
    assert.deepEqual(waiting, [], 'not reconciled again');
  });
}

function sum(members: readonly Member[], what: keyof ReturnType<typeof belongingsOf>): number {
  return members.reduce((total, member) => total + belongingsOf(member)[what], 0);
}

function names(children: readonly Child[]): readonly string[] {
  return children.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}
