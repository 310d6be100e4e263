import assert from 'node:assert/strict';
import type { Owner } from '../../src/model/gateway-state.ts';
import { LiveInventory } from '../../src/model/inventory.ts';
import { idPrefix, openUntilLabel, ownerLabels } from '../../src/model/ownership.ts';
import { type DesiredObject, type ObservedObject, stringsOf } from '../../src/model/remote-object.ts';
import { openUntil, withOpenSessions } from '../../src/plan/gateway/open-sessions.ts';
import { unverifiedDenials, unverifiedMeanwhile } from '../../src/plan/gateway/unverified.ts';
import { permanent, transient } from '../../src/std/failure.ts';
import { aGateway } from '../harness/given.ts';
import { Rehearsal } from './rehearse.ts';

const now = Temporal.Instant.from('2026-11-30T10:00:00Z');
const owner: Owner = { cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u' };
const seconds = (instant: Temporal.Instant) => String(instant.epochMilliseconds / 1000);
const inAnHour = now.add({ hours: 1, minutes: 1 });
const alive = { [openUntilLabel]: seconds(now.add({ minutes: 5 })) };

const object = (claims: readonly string[], more: Partial<DesiredObject> = {}): DesiredObject => ({
  ...{ kind: 'snis', id: `${idPrefix(owner)}-sni`, body: { labels: ownerLabels(owner) }, writeOnly: [], claims },
  ...more,
});
const ours = (claims: readonly string[], more: Partial<ObservedObject> = {}): ObservedObject => ({
  ...{ kind: 'snis', id: `${idPrefix(owner)}-sni`, body: {}, labels: ownerLabels(owner), claims },
  ...more,
});
const theirs = (claims: readonly string[], more: Partial<ObservedObject> = {}): ObservedObject => ({
  ...{ kind: 'snis', id: `theirs-${claims.join()}`, body: {}, labels: {}, claims },
  ...more,
});
const isOpen = true;

describe('sessions that clients may have begun without a certificate', () => {
  const labelOf = (wanted: DesiredObject, seen: readonly ObservedObject[], from?: ObservedObject) => {
    const inventory = new LiveInventory(['snis'], seen);
    const adoptions = from === undefined ? [] : [{ object: wanted, from }];
    const [found] = withOpenSessions([wanted], { inventory, adoptions, owner }, now);
    return stringsOf(found?.body['labels'])[openUntilLabel];
  };
  const host = object(['a.test']);

  const rows: readonly {
    readonly name: string;
    readonly wanted?: DesiredObject;
    readonly seen: readonly ObservedObject[];
    readonly from?: ObservedObject;
    readonly want: string | undefined;
  }[] = [
    { name: 'at a host that nobody serves', seen: [], want: undefined },
    { name: 'at a host of others', seen: [theirs(['b.test'], { isOpen })], want: undefined },
    {
      name: 'at a host of an open object that is taken over',
      seen: [],
      from: theirs(['a.test'], { isOpen }),
      want: seconds(inAnHour),
    },
    { name: 'at a host of a closed object that is taken over', seen: [], from: theirs(['a.test']), want: undefined },
    {
      name: 'at a new host below an open wildcard of somebody else',
      seen: [theirs(['*.test'], { isOpen })],
      want: seconds(inAnHour),
    },
    { name: 'at a new host below a closed wildcard', seen: [theirs(['*.test'])], want: undefined },
    {
      name: 'at a new host two labels below an open wildcard',
      wanted: object(['b.a.test']),
      seen: [theirs(['*.test'], { isOpen })],
      want: undefined,
    },
    {
      name: 'at a new wildcard beside an open name',
      wanted: object(['*.test']),
      seen: [theirs(['a.test'], { isOpen })],
      want: undefined,
    },
    {
      name: 'at a new host below an open wildcard of another collection that is only looked at',
      seen: [theirs(['*.test'], { kind: 'ssls', rivals: 'snis', isOpen })],
      want: seconds(inAnHour),
    },
    {
      name: 'at a host of ours below an open wildcard that came later',
      seen: [ours(['a.test']), theirs(['*.test'], { isOpen })],
      want: undefined,
    },
    {
      name: 'at a host of ours that was open, by exempt paths or by hand',
      seen: [ours(['a.test'], { isOpen })],
      want: seconds(inAnHour),
    },
    {
      name: 'where the host stays open',
      wanted: object(['a.test'], { isOpen }),
      seen: [ours(['a.test'], { isOpen })],
      want: undefined,
    },
    {
      name: 'of before, which have yet to end',
      seen: [ours(['a.test'], { labels: { ...ownerLabels(owner), ...alive } })],
      want: alive[openUntilLabel],
    },
    {
      name: 'by a label on an object that is not ours',
      seen: [ours(['a.test'], { labels: alive })],
      want: undefined,
    },
  ];
  for (const { name, wanted = host, seen, from, want } of rows) {
    it(`are ${want === undefined ? 'none' : 'remembered'} ${name}`, () => {
      assert.equal(labelOf(wanted, seen, from), want);
    });
  }

  for (const { text, want } of [
    { text: seconds(now), want: now },
    { text: seconds(now.subtract({ seconds: 1 })), want: undefined },
    { text: seconds(now.add({ hours: 2 })), want: now.add({ hours: 2 }) },
    { text: seconds(now.add({ hours: 2, seconds: 1 })), want: undefined },
    { text: '', want: undefined },
    { text: '-1', want: undefined },
    { text: '9'.repeat(12), want: undefined },
    { text: 'tomorrow', want: undefined },
  ]) {
    it(`last by a label "${text}" ${want === undefined ? 'no more' : `until ${want}`}`, () => {
      assert.equal(openUntil({ [openUntilLabel]: text }, now)?.toString(), want?.toString());
    });
  }
});

describe('what is refused of sessions without a certificate', () => {
  const labels = { ...ownerLabels(owner), ...alive };
  const labelled = (claims: readonly string[], more: Partial<DesiredObject> = {}) =>
    object(claims, { body: { labels }, ...more });
  const until = now.add({ minutes: 5 }).toString();
  const denials = (desired: readonly DesiredObject[], ...seen: readonly ObservedObject[]) =>
    unverifiedDenials(desired, { inventory: new LiveInventory(['snis'], seen), owner }, now);

  it('is one entry for all hosts that end together, sorted, and none where nothing is to end', () => {
    assert.deepEqual(denials([object(['a.test'])]), []);
    assert.deepEqual(denials([labelled(['b.test']), labelled(['a.test'])]), [
      { by: 'unverified', hosts: ['a.test', 'b.test'], except: [], until },
    ]);
  });

  it('is at no host that somebody else has too', () => {
    assert.deepEqual(denials([labelled(['a.test'])], ours(['a.test']), theirs(['a.test'])), []);
  });

  it('is not at names of others below a wildcard', () => {
    const others = ['c.test', 'b.test', '*.a.test', 'x.b.test', 'c.example'].map((name) => theirs([name]));
    assert.deepEqual(denials([labelled(['*.test', 'a.test'])], ours(['*.test', 'a.test']), ...others), [
      { by: 'unverified', hosts: ['*.test', 'a.test'], except: ['b.test', 'c.test'], until },
    ]);
  });

  it('is not at a wildcard with more than 100 names of others below it', () => {
    const others = (count: number) => Array.from({ length: count }, (_, i) => theirs([`n${i}.test`]));
    assert.equal(denials([labelled(['*.test'])], ...others(100))[0]?.except.length, 100);
    assert.deepEqual(denials([labelled(['*.test'])], ...others(101)), []);
  });

  const meanwhile = (desired: readonly DesiredObject[], ...seen: readonly ObservedObject[]) =>
    unverifiedMeanwhile(desired, { inventory: new LiveInventory(['snis'], seen), owner }, now);
  const seen = ours(['a.test', 'b.test'], { labels });

  for (const { name, desired, want } of [
    { name: 'all of it, while its hosts stay', desired: [labelled(['a.test', 'b.test', 'c.test'])], want: undefined },
    {
      name: 'the hosts that stay, and none that comes, while one goes',
      desired: [labelled(['a.test', 'c.test'])],
      want: [{ by: 'unverified', hosts: ['a.test'], except: [], until }],
    },
    { name: 'nothing, while a path becomes exempt', desired: [object(['a.test', 'b.test'], { isOpen })], want: [] },
    { name: 'nothing, while its object goes', desired: [], want: [] },
  ]) {
    it(`is ${name}`, () => assert.deepEqual(meanwhile(desired, seen), want));
  }

  it('is all of it where the sessions of a host that goes have ended', () => {
    assert.equal(meanwhile([], ours(['a.test'], { labels: ownerLabels(owner) })), undefined);
  });
});

describe('a plan for a host that was open', () => {
  const { spec } = aGateway() as { readonly spec: object };
  let rehearsal: Rehearsal;
  const condition = (type: string) => rehearsal.resource.status.conditions?.find((one) => one.type === type);
  const denied = () => rehearsal.denied.flatMap((denial) => (denial.by === 'unverified' ? denial.hosts : []));
  const edit = (fields: object) => rehearsal.edit({ spec: { ...spec, ...fields } });
  const inOrder = (text: string, ...parts: readonly string[]) => {
    const places = parts.map((part) => text.indexOf(part));
    assert.ok(!places.includes(-1), text);
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
      text,
    );
  };

  beforeEach(() => {
    rehearsal = new Rehearsal('MtlsGateway', { ...spec, hosts: ['a.test'] });
    rehearsal.inventory.record({ ...theirs(['*.test'], { isOpen }), kind: 'ssls' });
  });

  it('refuses sessions without a certificate for an hour, and says so', async () => {
    const text = await rehearsal.run();
    inOrder(text, 'put ssls/', 'refuse sessions without a certificate at a.test', 'probe the data plane');
    const until = rehearsal.now.add({ hours: 1, minutes: 1 });
    assert.deepEqual(rehearsal.denied, [{ by: 'unverified', hosts: ['a.test'], except: [], until: until.toString() }]);
    assert.match(condition('Revoked')?.message ?? '', /\(what clients began without a certificate at 1 host\)/);
    assert.equal(condition('Ready')?.status, 'True');
    rehearsal.now = until;
    assert.match(await rehearsal.run(), /^(?!.*: refuse).*nothing to do/s);
    assert.deepEqual(denied(), ['a.test']);
    rehearsal.now = until.add({ seconds: 1 });
    await rehearsal.run();
    assert.deepEqual([rehearsal.denied, condition('Revoked')], [[], undefined]);
    assert.match(await rehearsal.run(), /nothing to do/);
  });

  it('looks anew before it refuses anybody below a wildcard, and while it does so has a reading of the last seconds', async () => {
    edit({ hosts: ['*.a.example'] });
    await rehearsal.run();
    const [ssl] = rehearsal.atGateway();
    rehearsal.inventory.record({ ...(ssl ?? assert.fail('no object')), isOpen, body: {} });
    inOrder(
      await rehearsal.run(),
      'not longer ago than PT0S',
      'put ssls/',
      'refuse sessions without a certificate at *.a',
    );
    assert.match(await rehearsal.run(), /^read the gateway\n\nread the gateway, not longer ago than PT10S\n/);
  });

  it('goes on where it was killed between the object and the rule', async () => {
    const killed = new Error('killed');
    let steps = 0;
    const run = () =>
      rehearsal.runUntilKilled(50, () => {
        steps += 1;
        if (rehearsal.atGateway().length > 0) throw killed;
      });
    await assert.rejects(run, killed);
    assert.deepEqual([steps > 0, denied()], [true, []]);
    await rehearsal.run();
    assert.deepEqual(denied(), ['a.test']);
  });

  it('keeps it while the object is written again', async () => {
    await rehearsal.run();
    const before = rehearsal.denied;
    rehearsal.now = rehearsal.now.add({ minutes: 10 });
    rehearsal.secrets.delete('test-com-server');
    assert.match(await rehearsal.run(), /put ssls\//);
    assert.deepEqual(rehearsal.denied, before);
  });

  it('has no rule for a host that is new', async () => {
    edit({ hosts: ['a.example'] });
    assert.doesNotMatch(await rehearsal.run(), /refuse|read which revoked/);
    assert.equal(condition('Revoked'), undefined);
  });

  it('closes what somebody opened by hand, and refuses the sessions of that time', async () => {
    edit({ hosts: ['a.example'] });
    await rehearsal.run();
    const [ssl] = rehearsal.atGateway();
    const { client: _, ...body } = ssl?.body ?? assert.fail('no object');
    rehearsal.inventory.record({ ...(ssl ?? assert.fail('no object')), body, isOpen });
    await rehearsal.run();
    assert.deepEqual(denied(), ['a.example']);
  });

  it('refuses the sessions of exempt paths that are none any more, and not before they are again', async () => {
    const exempt = { hosts: ['a.example'], clientVerification: { exemptPaths: ['/healthz'] } };
    edit(exempt);
    await rehearsal.run();
    assert.deepEqual(denied(), []);
    edit({ hosts: ['a.example'] });
    await rehearsal.run();
    assert.deepEqual(denied(), ['a.example']);
    edit(exempt);
    inOrder(await rehearsal.run(), 'refuse no session without a certificate any more', 'put ssls/');
    assert.deepEqual([denied(), condition('Revoked')], [[], undefined]);
  });

  it('refuses them no more before a host goes, and what is revoked all the while', async () => {
    edit({ hosts: ['a.test', 'b.test'], revoked: [{ serialNumber: '0abc', issuer: 'CN=CA' }] });
    await rehearsal.run();
    assert.deepEqual(denied(), ['a.test', 'b.test']);
    edit({ hosts: ['b.test'], revoked: [{ serialNumber: '0abc', issuer: 'CN=CA' }] });
    const seen: unknown[] = [];
    rehearsal.fails = (step) => {
      if (step.do === 'change') seen.push(denied(), rehearsal.deniedCertificates.length);
      return undefined;
    };
    inOrder(await rehearsal.run(), 'refuse sessions without a certificate at b.test', 'put ssls/');
    assert.deepEqual(seen, [['b.test'], 1]);
    assert.deepEqual(denied(), ['b.test']);
  });

  it('waits for the gateway before a host goes, and not for what a person has to put right', async () => {
    await rehearsal.run();
    edit({ hosts: ['b.test'] });
    const fail = (failure: ReturnType<typeof transient>) => {
      rehearsal.fails = (step) => (step.do === 'deny' && step.scope === 'unverified' ? failure : undefined);
    };
    fail(transient('GatewayUnavailable', 'It does not answer'));
    await rehearsal.run();
    assert.deepEqual([condition('GatewaySynced')?.reason, denied()], ['GatewayUnavailable', ['a.test']]);
    fail(permanent('RevocationBlocked', 'The rule x is in the way'));
    await rehearsal.run();
    assert.deepEqual([condition('GatewaySynced')?.reason, denied()], ['Synced', ['b.test']]);
  });

  it('is Ready where the gateway cannot refuse them, which the condition says', async () => {
    rehearsal.deniesNot = permanent('RevocationNotSupported', 'It does not take the rule');
    await rehearsal.run();
    const revoked = condition('Revoked');
    assert.deepEqual([revoked?.status, revoked?.reason], ['Unknown', 'RevocationNotSupported']);
    assert.match(revoked?.message ?? '', /^Clients without a certificate are rejected on new .* an hour\. It does not/);
    assert.equal(condition('Ready')?.status, 'True');
  });
});
