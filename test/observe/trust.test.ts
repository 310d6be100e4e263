import assert from 'node:assert/strict';
import { mtlsGateway, mtlsUpstream, parseSpec, type Resource } from '../../src/api/kinds.ts';
import type { MtlsGatewaySpec } from '../../src/api/mtls-gateway.ts';
import type { MtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import type { ConfigMap } from '../../src/model/kube-object.ts';
import { lookAtNginx } from '../../src/observe/nginx.ts';
import { limits } from '../../src/pki/limits.ts';
import { toCertificatePem } from '../../src/pki/x509/pem.ts';
import { requireLeaf, toTlsPair } from '../../src/plan/certificates/certificates.ts';
import { findUnsound } from '../../src/plan/gateway/push-check.ts';
import { clientFacingTls, mtlsGatewayPlan } from '../../src/plan/mtls-gateway.ts';
import { mtlsUpstreamPlan } from '../../src/plan/mtls-upstream.ts';
import type { NginxLook } from '../../src/plan/nginx/judge.ts';
import { inSlices } from '../../src/std/steps.ts';
import { anUpstream } from '../harness/given.ts';
import { cpuMilliseconds } from '../harness/spend.ts';
import { ca, Openssl } from '../pki/path/given.ts';
import { aRun, Cluster, certificatesOf, type Told } from '../reconcile/given.ts';

const sourcesAtMost = 16;
/** Beside a root, and beside the CA of the resource itself. */
const perBundle = limits.anchors - 2;

/** What a tenant may refer to: 16 bundles for each side. */
describe('trust bundles', function () {
  this.timeout(60_000);
  const openssl = new Openssl();
  let cluster: Cluster;
  let bundles: readonly string[] = [];
  const told: Told = { events: [], lines: [] };
  const reads: string[] = [];
  /** A moment in which what openssl makes now is valid. */
  const now = Temporal.Now.instant().add({ minutes: 5 });

  before(async () => {
    cluster = await Cluster.start();
    const root = openssl.root();
    const below = openssl.issue(root, { subject: '/CN=Below', extensions: ca });
    const others = variantsOf(
      below.certificate.der,
      below.certificate.subjectKeyId ?? '',
      2 * sourcesAtMost * perBundle,
    );
    bundles = Array.from({ length: 2 * sourcesAtMost }, (_, index) =>
      [root.pem, ...others.slice(index * perBundle, (index + 1) * perBundle)].join(''),
    );
  });
  after(async () => {
    openssl.remove();
    await cluster.stop();
  });
  beforeEach(() => {
    cluster.reset();
    reads.length = 0;
  });

  /** Certificates that differ in their key identifier; nobody verifies the signature of what is trusted as it is. */
  function variantsOf(der: Uint8Array, keyId: string, count: number): readonly string[] {
    const place = Buffer.from(der).indexOf(Buffer.from(keyId, 'hex'));
    assert.ok(place > 0);
    return Array.from({ length: count }, (_, index) => {
      const variant = Buffer.from(der);
      variant.writeUInt32BE(index, place);
      return toCertificatePem(variant);
    });
  }

  const run = () => {
    const read = async ({ name }: { readonly name: string }) => {
      reads.push(name);
      const metadata = { namespace: 'shop', name, resourceVersion: '1' };
      return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': bundles[Number(name)] } } as ConfigMap;
    };
    const references = { secrets: { read: async () => undefined }, configMaps: { read } };
    return aRun(cluster, told, { references, clock: { now: () => now } });
  };
  const sources = (names: readonly number[]) => names.map((name) => ({ configMapRef: { name: `${name}` } }));
  const resourceWith = (clientTrust: readonly number[], serverTrust: readonly number[]): Resource<MtlsGatewaySpec> => {
    const given = { hosts: ['test.com'], clientTrust: sources(clientTrust), serverTrust: sources(serverTrust) };
    const parsed = parseSpec<MtlsGatewaySpec>(mtlsGateway, given);
    assert.ok(parsed.ok);
    const metadata = {
      namespace: 'shop',
      name: 'web',
      uid: 'u1',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-22T10:00:00Z',
    };
    return { kind: 'MtlsGateway', metadata, spec: parsed.value, status: {} };
  };
  /** All that a reconcile does with them: reads, and looks once more before it sends them. */
  const work = async (resource: Resource<MtlsGatewaySpec>) => {
    const here = run();
    const state = clientFacingTls(resource, await certificatesOf(mtlsGatewayPlan, resource, here));
    assert.equal(await inSlices(findUnsound(state, now), here.signal), undefined);
  };
  /** CPU time, since a busy machine says little by the other. */
  const longestTurn = async (act: () => Promise<unknown>): Promise<number> => {
    let [longest, last, isOver] = [0, process.threadCpuUsage(), false];
    const turn = () => {
      const { user, system } = process.threadCpuUsage(last);
      longest = Math.max(longest, (user + system) / 1000);
      last = process.threadCpuUsage();
      if (!isOver) setImmediate(turn);
    };
    turn();
    try {
      await act();
    } finally {
      isOver = true;
    }
    return longest;
  };
  const first = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

  it('are refused, and read no further, where a resource has too many of them in all', async () => {
    const resource = resourceWith(first(sourcesAtMost), first(sourcesAtMost, sourcesAtMost));
    const spent = await cpuMilliseconds(500, () =>
      assert.rejects(work(resource), {
        reason: 'TooManyCertificates',
        message: `spec.clientTrust[1].configMapRef, 1: The trust bundles of this resource have more than ${limits.anchors} certificates in all`,
      }),
    );
    assert.deepEqual(reads.slice(0, 2), ['0', '1']);
    assert.ok(!reads.includes('2'));
    assert.ok(spent <= 500, `${spent} ms`);
  });

  it('count once where both sides trust the same', () => work(resourceWith([3], [3])));

  it('of the largest size let others have their turn, and cost little again', async () => {
    const resource = resourceWith([4], []);
    const longest = await longestTurn(() => work(resource));
    assert.ok(longest < 150, `${longest} ms`);
    const again = await cpuMilliseconds(100, () => work(resource));
    assert.ok(again <= 100, `${again} ms`);
  });

  it('of the largest size let others have their turn while 64 NGINX are looked at', async () => {
    const nodes = first(64).map(() => ({ host: '127.0.0.1', port: 1 }));
    const service = { name: 'up', upstream: { nodes }, routes: [{ name: 'all', paths: ['/'] }] };
    const { spec } = anUpstream({ port: 1, spec: { service, serverTrust: sources([4]) } }) as { spec: object };
    const parsed = parseSpec<MtlsUpstreamSpec>(mtlsUpstream, spec);
    assert.ok(parsed.ok);
    const resource = { ...resourceWith([], []), kind: 'MtlsUpstream', spec: parsed.value };
    const certificates = await certificatesOf(mtlsUpstreamPlan, resource, run());
    const question = {
      ...{
        nodes: nodes.map((node) => ({ ...node, weight: 1 })),
        serverName: 'up.test',
        guardedPath: '/',
        config: { resource: 'u1', config: 'any' },
      },
      trust: certificates.serverTrust.map(({ pem }) => pem),
      client: toTlsPair(requireLeaf(certificates, 'client')),
      leaf: requireLeaf(certificates, 'server').facts.sha256Fingerprint,
    };
    let seen: readonly NginxLook[] = [];
    const longest = await longestTurn(async () => {
      seen = await lookAtNginx(question, run());
    });
    assert.deepEqual(new Set(seen.map(({ finding }) => finding?.failure.reason)), new Set(['NginxUnreachable']));
    assert.equal(seen.length, 64);
    assert.ok(longest < 150, `${longest} ms`);
  });
});
