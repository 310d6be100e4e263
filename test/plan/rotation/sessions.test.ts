import assert from 'node:assert/strict';
import { toRfc2253 } from '../../../src/pki/names/rfc2253.ts';
import { permanent, transient } from '../../../src/std/failure.ts';
import type { Rehearsal } from '../rehearse.ts';
import { aGateway, annotate, anUpstream, certificates, retireWithout, rotateCa, secret, text } from './given.ts';

const place = 'test-com-ca';
const key = 'withdrawn-issuers.json';
const without = { [retireWithout]: 'curl, app: shut down' };

const subjectOf = (rehearsal: Rehearsal) => {
  const [ca] = certificates(text(rehearsal, place, 'tls.crt'));
  return toRfc2253((ca ?? assert.fail('no CA')).subject.der);
};
const condition = ({ resource }: Rehearsal, type: string) =>
  resource.status.conditions?.find((one) => one.type === type);
const denied = ({ deniedCertificates: all }: Rehearsal) => all.map(({ issuer, by, until }) => ({ issuer, by, until }));

async function begun() {
  const rehearsal = aGateway();
  await rehearsal.run();
  return { rehearsal, before: subjectOf(rehearsal) };
}

/** Up to the end of a rotation, or to the state that keeps it. */
async function rotated(word = '1') {
  const { rehearsal, before } = await begun();
  annotate(rehearsal, { [rotateCa]: word, ...without });
  const plans = await rehearsal.run();
  return { rehearsal, before, plans };
}

describe('sessions of clients of a CA that was withdrawn', () => {
  for (const { what, word } of [
    { what: 'retired by a rotation', word: '1' },
    { what: 'replaced at once', word: 'now' },
  ]) {
    it(`are refused by its issuer for an hour after it was seen that the gateway rejects them, where it was ${what}`, async () => {
      const { rehearsal, before } = await rotated(word);
      const until = rehearsal.now.add({ hours: 1 });
      assert.deepEqual(denied(rehearsal), [{ issuer: before, by: 'issuer', until: until.toString() }]);
      assert.deepEqual(rehearsal.resource.status.refused, [
        { name: `issuer/${before}`, since: rehearsal.now.toString() },
      ]);
      assert.match(condition(rehearsal, 'Revoked')?.message ?? '', /what is revoked \(all of 1 withdrawn CA\)/);
      assert.equal(condition(rehearsal, 'Ready')?.status, 'True');
      assert.match(await rehearsal.run(), /^(?!.*(update|refuse all)).*nothing to do/s);
      rehearsal.now = until;
      await rehearsal.run();
      assert.equal(rehearsal.denied.length, 1);
      rehearsal.now = until.add({ seconds: 1 });
      await rehearsal.run();
      assert.deepEqual([rehearsal.denied, condition(rehearsal, 'Revoked')], [[], undefined]);
      assert.equal(secret(rehearsal, place).data?.[key], undefined);
    });
  }

  it('are refused before the CA counts as retired, and after the gateway has stopped to trust it', async () => {
    const { plans } = await rotated();
    const retired = plans.slice(plans.indexOf('rotation of the CA is now Retired'));
    const order = ['put ssls/', 'refuse all of', 'probe the data plane', 'rotation of the CA is now Refused'];
    const places = order.map((one) => retired.indexOf(one));
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
      retired,
    );
    assert.ok(!places.includes(-1), retired);
  });

  /** The notes of the rotation to its end, and which checks of it offered a session. */
  async function ended(rehearsal: Rehearsal, areSessionsRefused?: true) {
    const offered: boolean[] = [];
    const notes: string[] = [];
    rehearsal.dataPlane = (question) => {
      if (question.by !== 'https') assert.fail('it is asked by TLS');
      const other = question.checks.filter(({ shows }) => shows === 'other');
      offered.push(...other.map(({ resumes = false }) => resumes));
      return areSessionsRefused === undefined ? {} : { areSessionsRefused };
    };
    rehearsal.fails = (step) => {
      if (step.do === 'rotate') notes.push(step.note);
      return undefined;
    };
    annotate(rehearsal, { [rotateCa]: '1', ...without });
    await rehearsal.run();
    return { offered, last: notes.at(-1) };
  }

  it('are offered for the proof that the CA is trusted no more, which the note says, and not while it is', async () => {
    const { rehearsal } = await begun();
    const { offered, last } = await ended(rehearsal, true);
    assert.deepEqual([offered.at(-1), offered.slice(0, -1).includes(true)], [true, false]);
    assert.match(
      last ?? '',
      /^The rotation of the CA is over: .* rejected everywhere, also by TLS sessions from before$/,
    );
  });

  it('are not spoken of where none was left to offer', async () => {
    const { rehearsal } = await begun();
    const { last } = await ended(rehearsal);
    assert.match(last ?? '', /^The rotation of the CA is over: .* rejected everywhere$/);
  });

  it('are not offered where the gateway cannot refuse them', async () => {
    const { rehearsal } = await begun();
    rehearsal.deniesNot = permanent('RevocationNotSupported', 'It does not take the rule');
    const { offered } = await ended(rehearsal);
    assert.ok(offered.length > 0 && !offered.includes(true));
  });

  it('are refused for as long as nobody has seen that the gateway rejects them', async () => {
    const { rehearsal, before } = await begun();
    annotate(rehearsal, { [rotateCa]: 'now' });
    rehearsal.dataPlane = () => ({ wrong: transient('NotEnforced', 'The gateway accepted it') });
    await rehearsal.run();
    rehearsal.now = rehearsal.now.add({ hours: 5 });
    await rehearsal.run();
    assert.deepEqual(denied(rehearsal), [{ issuer: before, by: 'issuer', until: undefined }]);
    rehearsal.dataPlane = () => ({});
    await rehearsal.run();
    assert.equal(rehearsal.denied[0]?.until, rehearsal.now.add({ hours: 1 }).toString());
  });

  it('of several CAs within an hour are all refused, each until its own end', async () => {
    const { rehearsal, before } = await rotated();
    const second = subjectOf(rehearsal);
    rehearsal.now = rehearsal.now.add({ minutes: 30 });
    annotate(rehearsal, { [rotateCa]: 'now' });
    await rehearsal.run();
    assert.deepEqual(rehearsal.deniedCertificates.map(({ issuer }) => issuer).sort(), [before, second].sort());
    rehearsal.now = rehearsal.now.add({ minutes: 31 });
    await rehearsal.run();
    assert.deepEqual(
      rehearsal.deniedCertificates.map(({ issuer }) => issuer),
      [second],
    );
  });

  it('of more than 32 CAs within an hour are refused as far as those of the last 32', async () => {
    const { rehearsal } = await begun();
    const subjects: string[] = [];
    for (let count = 0; count < 34; count += 1) {
      subjects.push(subjectOf(rehearsal));
      annotate(rehearsal, { [rotateCa]: `now ${count}` });
      await rehearsal.run();
    }
    assert.deepEqual(rehearsal.deniedCertificates.map(({ issuer }) => issuer).sort(), subjects.slice(-32).sort());
  });

  it('are not refused where the CA is trusted again', async () => {
    const { rehearsal, before } = await rotated();
    const seen = secret(rehearsal, place);
    const now = subjectOf(rehearsal);
    const text = JSON.stringify([{ name: now }, { name: before }]);
    rehearsal.secrets.set(place, { ...seen, data: { ...seen.data, [key]: Buffer.from(text).toString('base64') } });
    await rehearsal.run();
    assert.deepEqual(
      rehearsal.deniedCertificates.map(({ issuer }) => issuer),
      [before],
    );
  });

  for (const text of ['no JSON', '{}', '[1]', '[null]', '[{"name":"CN=a","until":"soon"}]', '[{"until":7}]']) {
    it(`hinder nothing where somebody has written ${text} in place of their issuers`, async () => {
      const { rehearsal } = await rotated();
      const seen = secret(rehearsal, place);
      rehearsal.secrets.set(place, { ...seen, data: { ...seen.data, [key]: Buffer.from(text).toString('base64') } });
      await rehearsal.run();
      assert.equal(condition(rehearsal, 'Ready')?.status, 'True');
      assert.match(await rehearsal.run(), /^(?!.*(update|refuse all)).*nothing to do/s);
    });
  }

  it('do not keep a rotation from its end where the gateway cannot refuse them, which the condition says', async () => {
    const { rehearsal } = await begun();
    rehearsal.deniesNot = permanent('RevocationNotSupported', 'It does not take the rule');
    annotate(rehearsal, { [rotateCa]: '1', ...without });
    await rehearsal.run();
    const revoked = condition(rehearsal, 'Revoked');
    assert.deepEqual([revoked?.status, revoked?.reason], ['Unknown', 'RevocationNotSupported']);
    assert.match(revoked?.message ?? '', /may go on for an hour\. It does not take the rule$/);
    assert.equal(condition(rehearsal, 'Ready')?.status, 'True');
    assert.equal(rehearsal.resource.status.rotation, undefined);
  });

  it('are none of an MtlsUpstream, where the gateway is the client', async () => {
    const rehearsal = anUpstream();
    await rehearsal.run();
    annotate(rehearsal, { [rotateCa]: 'now' });
    await rehearsal.run();
    assert.equal(secret(rehearsal, 'mtls-nginx-ca').data?.[key], undefined);
  });
});
