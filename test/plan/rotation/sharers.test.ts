import assert from 'node:assert/strict';
import type { Resource } from '../../../src/api/kinds.ts';
import type { Status } from '../../../src/api/status.ts';
import type { KubeObject } from '../../../src/model/kube-object.ts';
import { isReleased } from '../../../src/plan/rotation/sharers.ts';
import { anUpstreamResource, withStatus } from '../given.ts';
import { neighbours, type Rehearsal } from '../rehearse.ts';
import { annotate, anUpstream, rotateCa } from './given.ts';

type Rotation = NonNullable<Status['rotation']>;

const wait = 'the MtlsUpstream mtls-nginx, which has its CA from the same Secret, to need the previous CA no more';

/** As far as a rotation comes beside another resource that has its CA from the same Secret. */
async function rotatedBeside(
  statusFor: (signing: string) => Status,
  metadata = {},
  names = ['mtls-nginx'],
): Promise<Rehearsal> {
  const rehearsal = anUpstream();
  await rehearsal.run();
  annotate(rehearsal, { [rotateCa]: '1' });
  const signing = () =>
    rehearsal.resource.status.rotation?.signing ??
    rehearsal.resource.status.certificates?.find(({ name }) => name === 'ca')?.sha256Fingerprint ??
    '';
  const sharer = (name: string): Resource<unknown> => {
    const resource = withStatus(anUpstreamResource(), statusFor(signing()));
    return { ...resource, metadata: { ...resource.metadata, name, ...metadata } };
  };
  const sharers = (name: string) => (name === 'mtls-nginx-ca' ? names.map(sharer) : []);
  await rehearsal.run({ neighbours: { ...neighbours, sharers } });
  await rehearsal.run({ neighbours: { ...neighbours, sharers } });
  return rehearsal;
}

const certificates = (sha256Fingerprint: string) => [
  { name: 'ca', secretName: 'a', serialNumber: '01', sha256Fingerprint, notBefore: '', notAfter: '' },
];
const rotation = (fields: Partial<Rotation>): Rotation => ({
  ...{ state: 'Drained', since: '2026-11-22T10:00:00Z', signing: '', other: '', waitsFor: [], evidence: [] },
  ...fields,
});

describe('a resource that has its CA from the same Secret', () => {
  const waiting = (waitsFor: string) => ({ status: { rotation: rotation({ signing: 'new', waitsFor: [waitsFor] }) } });
  const sharer = (fingerprint: string, name = 'a') => ({
    ...{ apiVersion: 'v1', kind: 'MtlsUpstream', metadata: { namespace: 'shop', name } },
    status: { certificates: certificates(fingerprint) },
  });
  const byName = (names: string) => `the MtlsUpstream ${names}, CA from the same Secret`;
  for (const [what, released, of] of [
    ['signs with the same CA now', true, { by: byName('a'), sharer: sharer('new') }],
    ['is the one that is named of several', true, { by: byName('a and 2 more'), sharer: sharer('new') }],
    ['still signs with another CA', false, { by: byName('a'), sharer: sharer('old') }],
    ['is not named', false, { by: byName('b and 2 more'), sharer: sharer('new') }],
    ['has a longer name', false, { by: byName('a'), sharer: sharer('new', 'a-b') }],
    ['has a shorter name', false, { by: byName('a-b'), sharer: sharer('new', 'a') }],
  ] as const) {
    it(`${released ? 'wakes' : 'does not wake'} a rotation that waits, where it ${what}`, () => {
      assert.equal(isReleased(waiting(of.by), of.sharer as KubeObject, true), released);
    });
  }

  it('wakes a rotation that waits for it once it has its CA from elsewhere, or is gone', () => {
    assert.equal(isReleased(waiting(byName('a')), sharer('old') as KubeObject, false), true);
  });
});

describe('the rotation of a CA that another resource has from the same Secret', () => {
  const held: readonly { readonly what: string; readonly status: (signing: string) => Status }[] = [
    { what: 'still signs with another CA', status: () => ({ certificates: certificates('ab') }) },
    {
      what: 'waits for a client of its own',
      status: (signing) => ({
        certificates: certificates(signing),
        rotation: rotation({ waitsFor: ['the client app, whose certificate of the other CA ends at 2027'] }),
      }),
    },
    {
      what: 'is not in order',
      status: (signing) => ({
        certificates: certificates(signing),
        rotation: rotation({ state: 'Switched', waitsFor: ['everything else of this resource to be in order'] }),
      }),
    },
  ];
  for (const { what, status } of held) {
    it(`retires no CA while that one ${what}, and names it`, async () => {
      const rehearsal = await rotatedBeside(status);
      const { state, waitsFor } = rehearsal.resource.status.rotation ?? {};
      assert.deepEqual([state, waitsFor], ['Drained', [wait]]);
      await rehearsal.run();
      assert.equal(rehearsal.resource.status.rotation, undefined);
    });
  }

  it('names one of several, and counts the others', async () => {
    const names = ['b', 'a', 'c'];
    const rehearsal = await rotatedBeside(() => ({ certificates: certificates('ab') }), {}, names);
    assert.deepEqual(rehearsal.resource.status.rotation?.waitsFor, [
      'the MtlsUpstream a and 2 more, which have their CA from the same Secret, to need the previous CA no more',
    ]);
  });

  const free: readonly {
    readonly what: string;
    readonly status: (signing: string) => Status;
    readonly metadata?: object;
  }[] = [
    { what: 'signs with the same CA', status: (signing) => ({ certificates: certificates(signing) }) },
    {
      what: 'waits for this one alone, and for their Secret',
      status: (signing) => ({
        certificates: certificates(signing),
        rotation: rotation({ waitsFor: [wait, 'ca.crt in the Secret a to name the other CA no more'] }),
      }),
    },
    {
      what: 'rejects the previous CA already',
      status: (signing) => ({
        certificates: certificates(signing),
        rotation: rotation({ state: 'Retired', waitsFor: ['everything else of this resource to be in order'] }),
      }),
    },
    { what: 'has no CA yet', status: () => ({}) },
    {
      what: 'is being deleted',
      status: () => ({ certificates: certificates('ab') }),
      metadata: { deletionTimestamp: '2026-11-22T10:00:00Z' },
    },
  ];
  for (const { what, status, metadata } of free) {
    it(`does not wait for one that ${what}`, async () => {
      const rehearsal = await rotatedBeside(status, metadata);
      assert.equal(rehearsal.resource.status.rotation, undefined);
    });
  }
});
