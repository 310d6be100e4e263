import assert from 'node:assert/strict';
import type { ObjectMeta } from '../../src/model/kube-object.ts';
import { childIndexOf, ownerOfChild } from '../../src/plan/children/owner.ts';
import { certificateSecret } from '../../src/plan/children/secret.ts';
import { aGatewayResource, serverRequest } from './given.ts';

const secret = certificateSecret(aGatewayResource(), serverRequest, { chainPem: '', keyPem: '', trustPem: '' });
const [reference] = secret.metadata.ownerReferences ?? [];
assert.ok(reference);
const owner = { kind: 'MtlsGateway', name: 'test-com', uid: 'uid-of-test-com' };
const digest = '0123456789abcdef';
const marked = (mark: string): Partial<ObjectMeta> => ({
  ownerReferences: [],
  annotations: { 'mtls-operator.dev/owner': mark },
});

describe('whose a child is', () => {
  for (const { name, metadata, want } of [
    { name: 'as it was made', metadata: {}, want: owner },
    { name: 'by its owner reference alone', metadata: { annotations: {} }, want: owner },
    {
      name: 'by our annotation, where the owner reference was taken off',
      metadata: { ownerReferences: [] },
      want: owner,
    },
    {
      name: 'by its owner reference, where the annotation says otherwise',
      metadata: { annotations: { 'mtls-operator.dev/owner': `MtlsUpstream/other uid ${digest}` } },
      want: owner,
    },
    {
      name: 'by our annotation, where somebody else controls it now',
      metadata: { ownerReferences: [{ ...reference, apiVersion: 'apps/v1', kind: 'Deployment', uid: 'x' }] },
      want: owner,
    },
    {
      name: 'of a resource with a long name',
      metadata: marked(`MtlsUpstream/${'a.'.repeat(94)}b 1-2 ${digest}`),
      want: { kind: 'MtlsUpstream', name: `${'a.'.repeat(94)}b`, uid: '1-2' },
    },
    { name: 'nowhere', metadata: { ownerReferences: [], annotations: {} }, want: undefined },
    { name: 'in an annotation that cannot be read', metadata: marked('MtlsGateway/test-com uid'), want: undefined },
    {
      name: 'in one with more than that',
      metadata: marked(`MtlsGateway/test-com uid ${digest} more`),
      want: undefined,
    },
  ]) {
    it(`is said ${name}`, () => {
      const child = { ...secret, metadata: { ...secret.metadata, ...metadata } };
      const found = ownerOfChild(child);
      assert.deepEqual(found && { kind: found.kind, name: found.name, uid: found.uid }, want);
      assert.deepEqual(childIndexOf(child), want ? [`${want.kind}/shop/${want.name}`] : []);
    });
  }
});
