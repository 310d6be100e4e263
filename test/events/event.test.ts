import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Happening, happeningKey, toEvent, toSeries } from '../../src/events/event.ts';

const at = Temporal.Instant.from('2026-11-26T03:04:05.6Z');
const regarding = {
  apiVersion: 'mtls-operator.dev/v1alpha1',
  kind: 'MtlsGateway',
  namespace: 'shop',
  name: 'test-com',
  uid: 'u-1',
};
const happening: Happening = {
  regarding,
  type: 'Normal',
  reason: 'Issued',
  action: 'Issue',
  note: 'Wrote ca (SecretMissing)',
};
const reporter = { identity: 'pod-1_0123' };

describe('an Event', () => {
  it('says in the form of events.k8s.io/v1 what happened, to what, when and who says so', () => {
    assert.deepEqual(toEvent(happening, reporter, at), {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: 'shop', name: 'test-com.4335429f3aee0250' },
      eventTime: '2026-11-26T03:04:05.600000Z',
      reportingController: 'mtls-operator.dev/mtls-operator',
      reportingInstance: 'pod-1_0123',
      regarding,
      type: 'Normal',
      reason: 'Issued',
      action: 'Issue',
      note: 'Wrote ca (SecretMissing)',
    });
  });

  for (const { name, other } of [
    { name: 'another note', other: { ...happening, note: 'Wrote server (RenewalDue)' } },
    { name: 'another reason', other: { ...happening, reason: 'Ready' } },
    { name: 'another object', other: { ...happening, regarding: { ...regarding, uid: 'u-2' } } },
  ]) {
    it(`is another one with ${name}`, () => {
      assert.notEqual(happeningKey(other), happeningKey(happening));
      assert.notEqual(toEvent(other, reporter, at).metadata.name, toEvent(happening, reporter, at).metadata.name);
    });
  }

  it('keeps to the lengths that the API server takes', () => {
    const long = {
      ...happening,
      regarding: { ...regarding, name: `${'a'.repeat(235)}.${'b'.repeat(17)}` },
    };
    const { metadata, reportingInstance } = toEvent(long, { identity: 'i'.repeat(200) }, at);
    assert.equal(String(reportingInstance).length, 128);
    assert.match(metadata.name, /^a{235}\.[0-9a-f]{16}$/);
  });

  const noteOf = (note: string) => String(toEvent({ ...happening, note }, reporter, at)['note']);

  for (const { name, note, want } of [
    { name: 'leaves a note of 1024 bytes as it is', note: 'é'.repeat(512), want: 'é'.repeat(512) },
    { name: 'cuts one of one byte a character', note: 'n'.repeat(1025), want: `${'n'.repeat(1021)}…` },
    { name: 'cuts one of two bytes a character', note: 'é'.repeat(513), want: `${'é'.repeat(510)}…` },
    { name: 'cuts one of three bytes a character', note: '证'.repeat(342), want: `${'证'.repeat(340)}…` },
    { name: 'cuts one of surrogate pairs', note: '🔒'.repeat(257), want: `${'🔒'.repeat(255)}…` },
  ]) {
    it(name, () => assert.equal(noteOf(note), want));
  }

  it('takes whole characters of any note, and as many as the API server takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 300, maxLength: 1500, size: 'max' }), (note) => {
        const told = noteOf(note);
        assert.ok(told.isWellFormed() && Buffer.byteLength(told) <= 1024);
        if (told === note) return;
        assert.ok(note.startsWith(told.slice(0, -1)) && Buffer.byteLength(told) > 1024 - 4, told);
      }),
      { numRuns: 50 },
    );
  });

  it('counts repeats in a series', () => {
    assert.deepEqual(toSeries(4, at), { series: { count: 4, lastObservedTime: '2026-11-26T03:04:05.600000Z' } });
  });
});
