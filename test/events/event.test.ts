import assert from 'node:assert/strict';
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
      note: 'n'.repeat(2000),
      regarding: { ...regarding, name: `${'a'.repeat(235)}.${'b'.repeat(17)}` },
    };
    const { metadata, note, reportingInstance } = toEvent(long, { identity: 'i'.repeat(200) }, at);
    assert.deepEqual([String(note).length, String(reportingInstance).length], [1024, 128]);
    assert.match(metadata.name, /^a{235}\.[0-9a-f]{16}$/);
  });

  it('counts repeats in a series', () => {
    assert.deepEqual(toSeries(4, at), { series: { count: 4, lastObservedTime: '2026-11-26T03:04:05.600000Z' } });
  });
});
