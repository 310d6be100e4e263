import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { issue } from '../../../src/issuing/issue.ts';
import { gatewayCertificates } from '../../../src/plan/certificates/requests.ts';
import type { Step } from '../../../src/plan/steps.ts';
import { permanent } from '../../../src/std/failure.ts';
import { ca as anyDepth, type Made, Openssl } from '../../pki/path/given.ts';
import { aGatewayResource } from '../given.ts';
import { neighbours, type Rehearsal } from '../rehearse.ts';
import { bring, brought, copyOf, isTrusted, signs, threeRoots, withBrought } from './brought-given.ts';
import {
  acknowledge,
  aGateway,
  annotate,
  anUpstream,
  certificates,
  generationsIn,
  isAccepted,
  retireWithout,
  rotateCa,
  secret,
  text,
} from './given.ts';
import { Client } from './parties.ts';

const openssl = new Openssl();
after(() => openssl.remove());
const { one, two, three } = threeRoots(openssl);

const state = ({ resource }: Rehearsal) => resource.status.rotation?.state;
const condition = ({ resource }: Rehearsal, wanted: string) =>
  resource.status.conditions?.find(({ type }) => type === wanted)?.message ?? '';
function acknowledgeAll(rehearsal: Rehearsal): void {
  for (const name of ['test-com-curl', 'test-com-app']) acknowledge(rehearsal, name);
}

describe('a CA that is brought along with its key', () => {
  for (const make of [aGateway, anUpstream]) {
    const given = () => withBrought(make(), one);
    const { kind } = make().resource;

    it(`is kept in a Secret of ours, once, of an ${kind}`, async () => {
      const rehearsal = given();
      assert.match(await rehearsal.run(), new RegExp(`create Secret ${copyOf(rehearsal)}`));
      assert.deepEqual(generationsIn(rehearsal, copyOf(rehearsal)), []);
      assert.doesNotMatch(await rehearsal.run(), /create|update|issue|put/);
    });

    it(`is followed by what is put in its place, in the states of a generated one, of an ${kind}`, async () => {
      const rehearsal = given();
      await rehearsal.run();
      bring(rehearsal, two);
      const plans = await rehearsal.run();
      assert.match(plans, /prepare the CA that follows the one in Secret \S+ \(IssuerChanged\)/);
      assert.match(plans, /rotation of the CA is now Switched/);
      if (kind === 'MtlsGateway') {
        assert.equal(state(rehearsal), 'Drained');
        assert.deepEqual([isTrusted(rehearsal, one), isTrusted(rehearsal, two)], [true, true]);
        acknowledgeAll(rehearsal);
        await rehearsal.run();
      }
      assert.equal(state(rehearsal), undefined);
      assert.deepEqual([isTrusted(rehearsal, one), isTrusted(rehearsal, two)], [false, true]);
      assert.match(signs(rehearsal) ?? '', /Two/);
      assert.doesNotMatch(await rehearsal.run(), /create|update|issue|put/);
    });

    it(`that is renewed with its key signs at once, and what it has signed stays of it, of an ${kind}`, async () => {
      const rehearsal = given();
      await rehearsal.run();
      const renewed = openssl.root({ subject: '/CN=One', variant: 2, sameKeyAs: one });
      bring(rehearsal, renewed);
      const plans = await rehearsal.run();
      assert.match(plans, /rotation of the CA is now Renewed/);
      assert.doesNotMatch(plans, /IssuerChanged|prepare/);
      assert.equal(isTrusted(rehearsal, renewed), true);
      assert.equal(state(rehearsal), undefined);
    });

    it(`that is put back turns the rotation back, of an ${kind}`, async () => {
      const rehearsal = given();
      await rehearsal.run();
      // Nobody has said that he follows, or an NGINX does not.
      if (kind === 'MtlsUpstream') rehearsal.fails = (step) => stopsAt('Retired', step);
      bring(rehearsal, two);
      await rehearsal.run();
      assert.match(signs(rehearsal) ?? '', /Two/);
      bring(rehearsal, one);
      assert.match(await rehearsal.run(), /rotation of the CA is now Aborted/);
      assert.match(signs(rehearsal) ?? '', /One/);
      assert.equal(isTrusted(rehearsal, two), true);
    });
  }

  const stopsAt = (to: string, step: Step) =>
    step.do === 'rotate' && step.to === to ? permanent('Forbidden', 'the API server refuses it') : undefined;

  it('costs no client a request that loads what is in its Secret when it likes, or never', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    const [never, follower] = ['test-com-curl', 'test-com-app'].map((name) => new Client(name, { trustsOne: true }));
    assert.ok(never && follower);
    never.follow(rehearsal, false);
    follower.follow(rehearsal, false);
    bring(rehearsal, two);
    const check = () => {
      never.check(rehearsal);
      follower.check(rehearsal);
    };
    for (let round = 0; !(await rehearsal.runUntilKilled(1 + (round % 3), check)); round += 1) {
      assert.ok(round < 100, 'the rotation comes to an end');
      if (round % 2 === 1) follower.follow(rehearsal, true);
    }
    assert.equal(state(rehearsal), 'Drained');
    check();
  });

  it('waits in Drained for ca.crt to name the previous CA no more, and keeps its clients accepted', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    bring(rehearsal, two, two.pem + one.pem);
    await rehearsal.run();
    acknowledgeAll(rehearsal);
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Drained');
    assert.match(
      condition(rehearsal, 'Rotating'),
      /waits for ca.crt in the Secret corporate-ca to name the other CA no more/,
    );
    bring(rehearsal, two, two.pem);
    await rehearsal.run();
    assert.equal(state(rehearsal), undefined);
    assert.equal(isTrusted(rehearsal, one), false);
  });

  const words = [
    {
      order: 'pause',
      says: /follows the one that does once the annotation mtls-operator.dev\/rotate-ca no longer says pause/,
    },
    { order: 'abort', says: /once the annotation mtls-operator.dev\/rotate-ca no longer says abort/ },
  ];
  for (const { order, says } of words) {
    it(`does not follow while the annotation says ${order}, and the condition says so`, async () => {
      const rehearsal = withBrought(aGateway(), one);
      await rehearsal.run();
      annotate(rehearsal, { [rotateCa]: order });
      bring(rehearsal, two);
      assert.doesNotMatch(await rehearsal.run(), /prepare/);
      assert.match(condition(rehearsal, 'MaterialWarning'), says);
      assert.equal(isTrusted(rehearsal, two), false);
      annotate(rehearsal, { [rotateCa]: '' });
      assert.match(await rehearsal.run(), /prepare/);
    });
  }

  it('is turned back by abort once, and stays as long as that stands', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    bring(rehearsal, two);
    await rehearsal.run();
    annotate(rehearsal, { [rotateCa]: 'abort' });
    assert.match(await rehearsal.run(), /now Aborted/);
    assert.match(signs(rehearsal) ?? '', /One/);
    assert.doesNotMatch(await rehearsal.run(), /Aborted|prepare/);
    acknowledgeAll(rehearsal);
    await rehearsal.run();
    assert.deepEqual([state(rehearsal), isTrusted(rehearsal, two)], [undefined, false]);
    assert.doesNotMatch(await rehearsal.run(), /prepare/);
  });

  it('waits its turn while the CA of another resource at the gateway group is exchanged, and says so', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    bring(rehearsal, two);
    const busy = { ...neighbours, areOthersRotating: () => true };
    assert.doesNotMatch(await rehearsal.run({ neighbours: busy }), /prepare/);
    assert.match(condition(rehearsal, 'MaterialWarning'), /once the CA of another resource at the gateway group/);
    assert.match(await rehearsal.run(), /prepare/);
  });

  it('waits its turn no more once the last tenth of the CA that signs has begun', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    bring(rehearsal, two);
    const busy = { ...neighbours, areOthersRotating: () => true };
    // Both are valid for 30 days.
    rehearsal.now = one.certificate.notAfter.subtract({ hours: 24 * 3, minutes: 1 });
    assert.doesNotMatch(await rehearsal.run({ neighbours: busy }), /prepare/);
    rehearsal.now = one.certificate.notAfter.subtract({ hours: 24 * 3 }).add({ minutes: 1 });
    assert.match(await rehearsal.run({ neighbours: busy }), /prepare/);
  });

  it('that is the third waits for the end of the rotation that is under way, and follows then', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    bring(rehearsal, two);
    await rehearsal.run();
    bring(rehearsal, three);
    await rehearsal.run();
    assert.match(condition(rehearsal, 'MaterialWarning'), /once the rotation that is under way is over/);
    assert.match(signs(rehearsal) ?? '', /Two/);
    annotate(rehearsal, { [retireWithout]: 'curl, app: they were shut down' });
    await rehearsal.run();
    await rehearsal.run();
    assert.match(signs(rehearsal) ?? '', /Three/);
  });

  it('takes the place of the next one before that has signed', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    rehearsal.fails = (step) => stopsAt('Switched', step);
    bring(rehearsal, two);
    await rehearsal.run();
    rehearsal.fails = () => undefined;
    bring(rehearsal, three);
    await rehearsal.run();
    assert.match(signs(rehearsal) ?? '', /Three/);
    assert.equal(isTrusted(rehearsal, two), false);
  });

  it('that cannot be read leaves its rotation as it was last seen, with what was seen before', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    bring(rehearsal, two);
    await rehearsal.run();
    const before = rehearsal.resource.status.rotation;
    bring(rehearsal, { pem: 'edited', keyPem: 'edited' });
    await rehearsal.run();
    const waitsFor = ['everything else of this resource to be in order'];
    assert.deepEqual(rehearsal.resource.status.rotation, { ...before, waitsFor });
    bring(rehearsal, two);
    await rehearsal.run();
    assert.deepEqual(rehearsal.resource.status.rotation, before);
  });

  it('signs at once by the order now, whether it was given before or after, and the gateway is told whom to refuse', async () => {
    for (const isFirst of [true, false]) {
      const rehearsal = withBrought(aGateway(), one);
      await rehearsal.run();
      const leaf = text(rehearsal, 'test-com-curl', 'tls.crt');
      if (isFirst) {
        annotate(rehearsal, { [rotateCa]: 'now' });
        await rehearsal.run();
      }
      bring(rehearsal, two);
      if (!isFirst) annotate(rehearsal, { [rotateCa]: 'now' });
      assert.match(await rehearsal.run(), /rotation of the CA is now Replaced/);
      assert.match(signs(rehearsal) ?? '', /Two/);
      assert.equal(isAccepted(leaf, text(rehearsal, 'test-com-server', 'ca.crt'), rehearsal.now), false);
      assert.deepEqual(
        rehearsal.deniedCertificates.map(({ issuer, by }) => [issuer, by]),
        [['CN=One', 'issuer']],
      );
      assert.doesNotMatch(await rehearsal.run(), /create|issue|put/);
    }
  });

  it('that has ended stalls the resource, and is followed at once by another one', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    rehearsal.now = Temporal.Now.instant().add({ hours: 24 * 31 });
    await rehearsal.run();
    assert.match(condition(rehearsal, 'Ready'), /^spec.ca.secretRef, corporate-ca: /);
    const { ca } = gatewayCertificates(aGatewayResource());
    assert.ok('issue' in ca);
    const issuing = { clock: { now: () => rehearsal.now }, randomBytes };
    const { chainPem: pem, keyPem } = await issue(ca.issue, {}, issuing);
    bring(rehearsal, { pem, keyPem });
    assert.match(await rehearsal.run(), /rotation of the CA is now Replaced/);
    assert.equal(text(rehearsal, 'test-com-server', 'ca.crt'), pem);
  });

  it('whose kept Secret is gone or damaged is kept anew, as it is in its own Secret', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    rehearsal.secrets.delete('test-com-signing-ca');
    assert.match(await rehearsal.run(), /create Secret test-com-signing-ca/);
    const seen = secret(rehearsal, 'test-com-signing-ca');
    const data = { ...seen.data, 'tls.key': Buffer.from('edited').toString('base64') };
    rehearsal.secrets.set('test-com-signing-ca', { ...seen, data });
    const plans = await rehearsal.run();
    assert.match(plans, /now Renewed/);
    assert.doesNotMatch(plans, /issue/);
    assert.equal(text(rehearsal, 'test-com-signing-ca', 'tls.key'), one.keyPem);
  });

  const intermediate = () => openssl.issue(one, { subject: '/CN=Below', extensions: anyDepth });
  const takenAsTheyAre: readonly { readonly what: string; readonly made: () => Made; readonly when?: string }[] = [
    { what: 'below a root of others', made: intermediate },
    { what: 'of version 1', made: () => openssl.root({ subject: '/CN=Old', extensions: [] }) },
    { what: 'that is to be replaced at once', made: () => two, when: 'ReplaceAtOnce' },
  ];
  for (const { what, made, when } of takenAsTheyAre) {
    it(`${what} is taken as it is in its Secret, and no key is copied`, async () => {
      const rehearsal = withBrought(aGateway(), made(), when);
      bring(rehearsal, made(), one.pem + made().pem);
      await rehearsal.run();
      assert.equal(rehearsal.secrets.has('test-com-signing-ca'), false);
      bring(rehearsal, three);
      await rehearsal.run();
      assert.equal(state(rehearsal), undefined);
      const [leaf] = certificates(text(rehearsal, 'test-com-curl', 'tls.crt'));
      assert.match(leaf?.issuer.text ?? '', /Three/);
    });
  }

  it('is kept no more once the spec wants it replaced at once', async () => {
    const rehearsal = withBrought(aGateway(), one);
    await rehearsal.run();
    const ca = { secretRef: { name: brought }, whenReplaced: 'ReplaceAtOnce' };
    rehearsal.edit({ spec: { ...(rehearsal.resource.spec as object), ca } });
    await rehearsal.run();
    assert.equal(rehearsal.secrets.has('test-com-signing-ca'), false);
  });
});

describe('a CA that the spec names as trusted beside', () => {
  it('stays accepted after it was retired, and the rotation waits for the spec', async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    const before = text(rehearsal, 'test-com-ca', 'tls.crt');
    rehearsal.clientTrust = [before];
    annotate(rehearsal, { [rotateCa]: '1' });
    await rehearsal.run();
    acknowledgeAll(rehearsal);
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Drained');
    assert.match(condition(rehearsal, 'Rotating'), /waits for spec.clientTrust to name the other CA no more/);
    rehearsal.clientTrust = [];
    await rehearsal.run();
    assert.equal(state(rehearsal), undefined);
  });
});
