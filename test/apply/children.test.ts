import assert from 'node:assert/strict';
import { writeChild } from '../../src/apply/children.ts';
import type { ConfigMap, Secret } from '../../src/model/kube-object.ts';
import { certificateSecret, holds, nginxConfigMap } from '../../src/plan/children/secret.ts';
import { aGatewayResource, anUpstreamResource, serverRequest } from '../plan/given.ts';
import { aRun, Cluster, type Told } from '../reconcile/given.ts';

const resource = aGatewayResource();
const content = { chainPem: 'CHAIN', keyPem: 'KEY', trustPem: 'TRUST' };
const plain = certificateSecret(resource, serverRequest, content);
const withKeystore = certificateSecret(resource, serverRequest, { ...content, keystore: Uint8Array.of(1) });
const upstream = anUpstreamResource();
const configMap = nginxConfigMap(upstream, 'server {}\n', '{}\n');

/** As the API server has it, with what others put into it. */
const stored = <Child extends Secret | ConfigMap>(
  child: Child,
  data: Readonly<Record<string, string>> = {},
): Child => ({
  ...child,
  metadata: { ...child.metadata, resourceVersion: '7' },
  data: { ...child.data, ...data },
});

describe('a child that differs from what is desired', () => {
  let cluster: Cluster;
  const told: Told = { events: [], lines: [] };
  before(async () => {
    cluster = await Cluster.start();
  });
  beforeEach(() => cluster.reset());
  after(() => cluster.stop());

  const cases: readonly {
    readonly name: string;
    readonly seen: Secret | ConfigMap;
    readonly desired: Secret | ConfigMap;
    readonly want: Readonly<Record<string, string>> | undefined;
  }[] = [
    {
      name: 'loses the keystore that nobody asks for any more, in one write, and nothing that others put there',
      seen: stored(withKeystore, { 'theirs.jks': 'AAAA' }),
      desired: plain,
      want: { ...plain.data, 'theirs.jks': 'AAAA' },
    },
    {
      name: 'loses it together with the certificate that it was of',
      seen: stored(withKeystore, { 'tls.crt': 'b2xk' }),
      desired: plain,
      want: { ...plain.data },
    },
    {
      name: 'gets the keystore that is asked for',
      seen: stored(plain),
      desired: withKeystore,
      want: withKeystore.data,
    },
    { name: 'is not written where it has none', seen: stored(plain), desired: plain, want: undefined },
    {
      name: 'is not written where a ConfigMap has a key of that name, which is not ours',
      seen: stored(configMap, { 'keystore.p12': 'AAAA' }),
      desired: configMap,
      want: undefined,
    },
  ];
  for (const { name, seen, desired, want } of cases) {
    it(name, async () => {
      cluster.put(seen);
      assert.equal(holds(seen, desired), want === undefined);
      if (want !== undefined) await writeChild(seen, desired, resource, aRun(cluster, told));
      assert.equal(cluster.writes.length, want === undefined ? 0 : 1);
      assert.deepEqual(cluster.get(seen.kind, seen.metadata.name)?.['data'], want ?? seen.data);
    });
  }
});
