import assert from 'node:assert/strict';
import type { Secret } from '../../src/model/kube-object.ts';
import {
  certificateSecret,
  holds,
  isControlledBy,
  isLabelled,
  nginxConfigMap,
  renewalMark,
} from '../../src/plan/children/secret.ts';
import { aGatewayResource, anUpstreamResource, caRequest, issued, serverRequest } from './given.ts';

const ca = await issued(caRequest);
const server = await issued(serverRequest, ca);
const owner = aGatewayResource();

const labelled = { ...owner, metadata: { ...owner.metadata, labels: { 'argocd.argoproj.io/instance': 'shop' } } };
const leafContent = { chainPem: server.chainPem, keyPem: server.keyPem, trustPem: ca.chainPem };
const secret = certificateSecret(labelled, serverRequest, leafContent);
/** Of test-com-server. */
const digestOfName = '44b7d977e8dfa52c';

const textOf = ({ data = {} }: Secret) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));

describe('the Secret of a certificate', () => {
  it('is a kubernetes.io/tls Secret with the trust anchor of the peer beside it', () => {
    assert.equal(secret.type, 'kubernetes.io/tls');
    assert.deepEqual(textOf(secret), { 'ca.crt': ca.chainPem, 'tls.crt': server.chainPem, 'tls.key': server.keyPem });
  });

  it('says what it is for, who manages it and who holds it, and takes no label over from its owner', () => {
    assert.deepEqual(secret.metadata, {
      name: 'test-com-server',
      namespace: 'shop',
      labels: { 'app.kubernetes.io/managed-by': 'mtls-operator', 'mtls-operator.dev/role': 'server' },
      annotations: { 'mtls-operator.dev/owner': `MtlsGateway/test-com uid-of-test-com ${digestOfName}` },
      finalizers: ['mtls-operator.dev/in-use'],
      ownerReferences: [
        {
          apiVersion: 'mtls-operator.dev/v1alpha1',
          kind: 'MtlsGateway',
          name: 'test-com',
          uid: 'uid-of-test-com',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
  });

  it('holds the key of its own certificate and no other', () => {
    assert.ok(!JSON.stringify(textOf(secret)).includes(ca.keyPem.split('\n')[1] ?? ''));
  });

  it('has a keystore beside them where there is one', () => {
    const keystore = Uint8Array.of(0x30, 0x00, 0xff);
    const { data } = certificateSecret(owner, serverRequest, { ...leafContent, keystore });
    assert.deepEqual(data, { ...secret.data, 'keystore.p12': 'MAD/' });
  });

  it('is the same for the same input', () => {
    assert.equal(JSON.stringify(certificateSecret(owner, serverRequest, leafContent)), JSON.stringify(secret));
  });
});

describe('the mark of a renewal that a person asked for', () => {
  const mark = 'mtls-operator.dev/renew';
  const asking = (value: string) => ({
    ...owner,
    metadata: { ...owner.metadata, annotations: { [mark]: value } },
  });
  const markOf = ({ metadata }: Secret) => metadata.annotations?.[mark];
  const markFor = (value: string, request = serverRequest) =>
    markOf(certificateSecret(asking(value), request, leafContent));

  it('is not there without the annotation', () => {
    assert.equal(renewalMark(owner), undefined);
    assert.equal(markOf(secret), undefined);
  });

  for (const { name, value } of [
    { name: 'a date', value: '2026-11-25' },
    { name: 'nothing', value: '' },
    { name: 'a very long text', value: 'x'.repeat(200_000) },
    { name: 'text of any script', value: '明日\n' },
  ]) {
    it(`is a short digest of the value, be it ${name}`, () => {
      const digest = renewalMark(asking(value));
      assert.match(digest ?? '', /^[0-9a-f]{16}$/);
      assert.equal(markFor(value), digest);
    });
  }

  it('is another for each value, and the same for the same', () => {
    const values = ['1', '2', '', ' ', 'a'];
    assert.equal(new Set(values.map((value) => renewalMark(asking(value)))).size, values.length);
    assert.equal(renewalMark(asking('1')), renewalMark(asking('1')));
  });

  it('is none of a CA, which is not renewed so', () => {
    assert.equal(markFor('1', caRequest), undefined);
  });

  it('has to be in the Secret for that to be as desired', () => {
    const desired = certificateSecret(asking('1'), serverRequest, leafContent);
    assert.ok(!holds(secret, desired));
    assert.ok(holds(desired, desired));
    assert.ok(holds(desired, secret), 'an annotation that was taken away issues nothing anew');
  });
});

describe('the ConfigMap of NGINX', () => {
  for (const { name, spec, want } of [
    { name: 'the name of the resource and -nginx', spec: {}, want: 'mtls-nginx-nginx' },
    { name: 'as the spec says', spec: { configMapName: 'edge-conf' }, want: 'edge-conf' },
  ]) {
    it(`is called ${name}`, () => {
      const nginx = { serverName: 'test.com', locations: [{ path: '/', return: { status: 200 } }], ...spec };
      const configMap = nginxConfigMap(anUpstreamResource({ nginx }), 'server {}\n', '{}\n');
      assert.equal(configMap.metadata.name, want);
      assert.equal(configMap.metadata.labels?.['mtls-operator.dev/role'], 'nginx');
      assert.deepEqual(configMap.data, { 'mtls.conf': 'server {}\n', 'release.json': '{}\n' });
    });
  }
});

describe('whether a child already says what is desired', () => {
  const metadata = (change: object) => ({ ...secret, metadata: { ...secret.metadata, ...change } });
  const data = (change: Readonly<Record<string, string>>) => ({ ...secret, data: { ...secret.data, ...change } });
  const { annotations, finalizers = [], labels } = secret.metadata;
  const deletionTimestamp = '2026-11-22T10:00:00Z';
  const { 'tls.key': _, ...withoutKey } = secret.data ?? {};
  for (const { name, seen, want } of [
    { name: 'itself', seen: secret, want: true },
    { name: 'with a key that somebody added', seen: data({ 'keystore.jks': 'AAAA' }), want: true },
    { name: 'with a keystore that nobody asks for any more', seen: data({ 'keystore.p12': 'AAAA' }), want: false },
    { name: 'with a label that somebody added', seen: metadata({ labels: { ...labels, team: 'edge' } }), want: true },
    {
      name: 'with an annotation that somebody added',
      seen: metadata({ annotations: { ...annotations, a: 'b' } }),
      want: true,
    },
    { name: 'without the annotation that names its owner', seen: metadata({ annotations: {} }), want: false },
    {
      name: 'with a finalizer of somebody else beside ours',
      seen: metadata({ finalizers: ['example.com/theirs', ...finalizers] }),
      want: true,
    },
    {
      name: 'with that of somebody else instead of ours',
      seen: metadata({ finalizers: ['example.com/theirs'] }),
      want: false,
    },
    { name: 'without a finalizer', seen: metadata({ finalizers: undefined }), want: false },
    {
      name: 'without one while it is deleted, when nobody can add any',
      seen: metadata({ finalizers: undefined, deletionTimestamp }),
      want: true,
    },
    { name: 'with a certificate that somebody replaced', seen: data({ 'tls.crt': 'AAAA' }), want: false },
    { name: 'with a trust anchor that somebody replaced', seen: data({ 'ca.crt': 'AAAA' }), want: false },
    { name: 'without its key', seen: { ...secret, data: withoutKey }, want: false },
    { name: 'without data', seen: { ...secret, data: undefined }, want: false },
    {
      name: 'with a label that somebody changed',
      seen: metadata({ labels: { ...labels, ...role('ca') } }),
      want: false,
    },
    { name: 'without labels', seen: metadata({ labels: undefined }), want: false },
  ]) {
    it(`${want ? 'does' : 'does not'} ${name}`, () => assert.equal(holds(seen as Secret, secret), want));
  }

  it('tells a lost label from lost data', () => {
    assert.ok(!isLabelled(metadata({ labels: {} }), secret));
    assert.ok(isLabelled(data({ 'tls.crt': 'AAAA' }), secret));
  });
});

describe('whether a child is ours', () => {
  const [reference] = secret.metadata.ownerReferences ?? [];
  assert.ok(reference);
  for (const { name, references, want } of [
    { name: 'controlled by this resource', references: [reference], want: true },
    {
      name: 'also owned by another',
      references: [{ ...reference, uid: 'x', controller: false }, reference],
      want: true,
    },
    { name: 'of an earlier resource of this name', references: [{ ...reference, uid: 'earlier' }], want: false },
    { name: 'owned but not controlled', references: [{ ...reference, controller: false }], want: false },
    { name: 'owned by nobody', references: [], want: false },
    {
      name: 'said to be owned by an object of another group, with the uid of this resource',
      references: [{ ...reference, apiVersion: 'v1' }],
      want: false,
    },
    { name: 'of the same uid and another kind', references: [{ ...reference, kind: 'ConfigMap' }], want: false },
    { name: 'of the same uid and another name', references: [{ ...reference, name: 'other' }], want: false },
    {
      name: 'of an older version of our group',
      references: [{ ...reference, apiVersion: 'mtls-operator.dev/v1alpha0' }],
      want: true,
    },
    { name: 'without owner references', references: undefined, want: false },
  ]) {
    it(`${want ? 'is' : 'is not'} one that is ${name}`, () => {
      const { ownerReferences: _, ...metadata } = secret.metadata;
      const seen = {
        ...secret,
        metadata: references === undefined ? metadata : { ...metadata, ownerReferences: references },
      };
      assert.equal(isControlledBy(seen, owner), want);
    });
  }
});

function role(value: string) {
  return { 'mtls-operator.dev/role': value };
}
