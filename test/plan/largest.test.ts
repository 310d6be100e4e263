import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { mtlsGateway, mtlsUpstream, parseSpec, type Resource } from '../../src/api/kinds.ts';
import type { MtlsGatewaySpec } from '../../src/api/mtls-gateway.ts';
import type { MtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import type { StructuralSchema } from '../../src/api/structural-schema.ts';
import { issue } from '../../src/issuing/issue.ts';
import { IndexedObjects } from '../../src/kube/indexed-objects.ts';
import type { GatewayState } from '../../src/model/gateway-state.ts';
import { LiveInventory } from '../../src/model/inventory.ts';
import type { KubeObject } from '../../src/model/kube-object.ts';
import { referencesOf } from '../../src/model/references.ts';
import type { ObservedObject } from '../../src/model/remote-object.ts';
import { build } from '../../src/nginx/build.ts';
import { render } from '../../src/nginx/render.ts';
import { toTlsPair } from '../../src/plan/certificates/certificates.ts';
import { type HeldCertificate, isFinding, readCertificate } from '../../src/plan/certificates/held.ts';
import { findIssueReason } from '../../src/plan/certificates/issue-reason.ts';
import type { CertificateRequests } from '../../src/plan/certificates/request.ts';
import { gatewayCertificates, upstreamCertificates } from '../../src/plan/certificates/requests.ts';
import { certificateSecret } from '../../src/plan/children/secret.ts';
import { gatewayChanges } from '../../src/plan/gateway/changes.ts';
import { claimTimes } from '../../src/plan/gateway/claim-times.ts';
import { type Claimant, claimedBy, claimIndexOf } from '../../src/plan/gateway/claims.ts';
import { lostClaims } from '../../src/plan/gateway/precedence.ts';
import { fieldsOf } from '../api/schema-walk.ts';
import { flavours } from '../gateway/flavours.ts';
import { type Largest, largestGateways, largestUpstreams } from '../harness/largest.ts';
import { cpuMilliseconds, keep } from '../harness/spend.ts';

const atMost = { cpuMilliseconds: 500, megabytes: 50 };
const now = Temporal.Instant.from('2026-11-29T10:00:00Z');
const many = <Item>(count: number, make: (index: number) => Item) => Array.from({ length: count }, (_, i) => make(i));
const run = { clock: { now: () => now }, randomBytes };

function stored(kind: string, name: string, spec: object): KubeObject {
  const second = Number(name.replace(/\D/g, '') || 0);
  const metadata = {
    ...{ namespace: 'shop', name, uid: `uid-of-${name}`, resourceVersion: '1', generation: 1 },
    creationTimestamp: Temporal.Instant.fromEpochMilliseconds(second * 1000).toString(),
  };
  return { apiVersion: 'mtls-operator.dev/v1alpha1', kind, metadata, spec };
}

function asResource<Spec>(object: KubeObject, spec: Spec): Resource<Spec> {
  return { kind: object.kind, metadata: object.metadata as Resource<Spec>['metadata'], spec, status: {} };
}

async function issueAll({ ca, leaves }: CertificateRequests, resource: Resource<unknown>) {
  assert.ok('issue' in ca);
  const issuer = await issue(ca.issue, {}, run);
  const held = new Map<string, HeldCertificate>();
  for (const request of leaves) {
    const issued = await issue(request, { issuer }, run);
    held.set(request.name, issued);
    const secret = certificateSecret(resource, request, { ...issued, trustPem: issuer.chainPem });
    const read = readCertificate(secret, true);
    assert.ok(!isFinding(read));
    assert.equal(findIssueReason(read, { request, issuer, now, renewalAsked: false }), undefined);
  }
  return { issuer, held };
}

function pushAll(state: GatewayState, { kind, metadata: { namespace, name, uid } }: Resource<unknown>) {
  const owner = { cluster: 'here', kind, namespace, name, uid };
  for (const { kinds, compile } of flavours) {
    const desired = compile(state, owner);
    const observed = desired.map(({ body, ...object }) => ({ ...object, body, labels: body['labels'] as never }));
    assert.deepEqual(gatewayChanges(new LiveInventory(kinds, observed), desired, owner), []);
  }
}

const anchorOf = ({ chainPem, facts }: HeldCertificate) => ({
  pem: chainPem,
  sha256Fingerprint: facts.sha256Fingerprint,
});
const pairOf = (held: ReadonlyMap<string, HeldCertificate>, name: string) => {
  const found = held.get(name);
  assert.ok(found);
  return toTlsPair(found);
};

async function thinkOfGateway(object: KubeObject): Promise<void> {
  const parsed = parseSpec<MtlsGatewaySpec>(mtlsGateway, object['spec']);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const resource = asResource(object, parsed.value);
  const { issuer, held } = await issueAll(gatewayCertificates(resource), resource);
  const { hosts, clientVerification: verification } = parsed.value;
  const server = pairOf(held, 'server');
  pushAll({ kind: 'client-facing', hosts, server, clientTrust: [anchorOf(issuer)], verification }, resource);
}

async function thinkOfUpstream(object: KubeObject): Promise<void> {
  const parsed = parseSpec<MtlsUpstreamSpec>(mtlsUpstream, object['spec']);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const resource = asResource(object, parsed.value);
  const { issuer, held } = await issueAll(upstreamCertificates(resource), resource);
  const built = build(resource.spec.nginx, { verifyDepth: 0, ...resource.metadata });
  assert.ok(built.ok);
  assert.ok(render(built.value.statements).length > 0);
  const { upstream, ...service } = resource.spec.service;
  const state = { kind: 'upstream', serverName: 'n0.test', serverTrust: [anchorOf(issuer)] } as const;
  const client = pairOf(held, 'client');
  pushAll({ ...state, client, service: { ...service, nodes: upstream.nodes, retries: upstream.retries } }, resource);
}

/** With the times of its claims, as the operator keeps them. */
function withTimes(object: KubeObject): KubeObject {
  const claims = claimTimes(asResource(object, object['spec']), { now: now.toString(), after: () => [] });
  return { ...object, status: { claims } };
}

/** All that the resource asks for is at the gateway. */
function heldFor(claimant: Claimant): readonly ObservedObject[] {
  const { hosts, routes = [] } = claimedBy(claimant);
  const object = { kind: 'k', id: claimant.metadata.name, body: {}, labels: {} };
  const requests = routes.map((route) => ({
    ...object,
    requests: { ...route, hosts: hosts.filter((host) => host !== '') },
  }));
  return [{ ...object, claims: hosts }, ...requests];
}

/** One claim of all of those. */
function smallest(spec: object): object {
  const { hosts, service } = spec as {
    hosts?: readonly string[];
    service?: { hosts: readonly string[]; routes: readonly { paths: readonly string[] }[] };
  };
  if (service === undefined) return { hosts: hosts?.slice(0, 1) };
  const [route] = service.routes;
  return { service: { hosts: service.hosts.slice(0, 1), routes: [{ ...route, paths: route?.paths.slice(0, 1) }] } };
}

describe('the largest specs', () => {
  /** Durations cannot be as long as their field; what is referred to is bounded where it is read. */
  const exempt = /\.duration$|\.renewBefore$|Ref\b|Trust\b/;
  for (const { spec } of customResourceDefinitions) {
    const { kind } = spec.names;
    it(`of ${kind} have every list and string at its full length`, () => {
      const specs = Object.values(kind === 'MtlsGateway' ? largestGateways : largestUpstreams).map((make) => make('a'));
      const found = new Map<string, number>();
      for (const one of specs) measure(one, 'spec', found);
      const schema = spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec'];
      const short = fieldsOf(schema as StructuralSchema, 'spec').flatMap(
        ({ path, schema: { maxItems, maxLength } }) => {
          const most = maxItems ?? maxLength;
          return most === undefined || exempt.test(path) || (found.get(path) ?? 0) >= most
            ? []
            : [`${path}: ${found.get(path)} of ${most}`];
        },
      );
      assert.deepEqual(short, []);
    });
  }
});

/** The length of the longest string and list by the path of its field. */
function measure(value: unknown, path: string, found: Map<string, number>): void {
  const note = (length: number) => found.set(path, Math.max(found.get(path) ?? 0, length));
  if (typeof value === 'string') note([...value].length);
  else if (Array.isArray(value)) {
    note(value.length);
    for (const item of value) measure(item, `${path}[]`, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) measure(field, `${path}.${name}`, found);
  }
}

const suites = [
  { kind: mtlsGateway.kind, largest: largestGateways, think: thinkOfGateway },
  { kind: mtlsUpstream.kind, largest: largestUpstreams, think: thinkOfUpstream },
];

for (const { kind, largest, think } of suites) {
  describe(`the largest ${kind}`, function () {
    // What counts is the time of the CPU, of which a busy machine gives little.
    this.timeout(60_000);
    before('read the code that is measured', () =>
      think(stored(kind, 'first', (Object.values(largest)[0] as Largest)('first'))),
    );

    for (const [which, make] of Object.entries(largest)) {
      describe(`with ${which}`, () => {
        const spec = make('one');
        const peers = many(100, (i) => withTimes(stored(kind, `peer-${i}`, spec)));

        it('is thought through in half a second', async () => {
          const spent = await cpuMilliseconds(atMost.cpuMilliseconds, () => think(stored(kind, 'one', spec)));
          assert.ok(spent <= atMost.cpuMilliseconds, `${spent} ms`);
        });

        for (const { who, own } of [
          { who: 'is compared', own: peers[99] as KubeObject },
          { who: 'lets a small one be compared', own: stored(kind, 'small-200', smallest(spec)) },
        ]) {
          it(`${who} in half a second with 100 that want the same and are served`, async () => {
            const objects = indexed(peers);
            const spent = await cpuMilliseconds(atMost.cpuMilliseconds, () => {
              const found = new Set(claimIndexOf(own).flatMap((key) => objects.byIndex('claim', key)));
              const winners = new Set(lostClaims(own, found, heldFor).map(({ to }) => to.metadata.name));
              assert.deepEqual([found.size, ...winners], [100, 'peer-0']);
            });
            assert.ok(spent <= atMost.cpuMilliseconds, `${spent} ms`);
          });
        }

        it('is found within 50 MB among 100 that want something else each', () => {
          const others = many(100, (i) => stored(kind, `other-${i}`, { ...spec, gatewayRef: { name: `g${i}` } }));
          const { made, megabytes } = keep(() => indexed(others));
          assert.equal(made.list().length, 100);
          assert.ok(megabytes <= atMost.megabytes, `${megabytes} MB`);
        });
      });
    }
  });
}

function indexed(objects: readonly KubeObject[]): IndexedObjects {
  const store = new IndexedObjects({ claim: claimIndexOf, reference: referencesOf });
  for (const object of objects) store.set(object);
  return store;
}
