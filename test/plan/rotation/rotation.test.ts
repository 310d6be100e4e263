import assert from 'node:assert/strict';
import { isMoving } from '../../../src/plan/rotation/rotation.ts';
import { transient } from '../../../src/std/failure.ts';
import { ca as anyDepth, Openssl } from '../../pki/path/given.ts';
import { neighbours, type Rehearsal } from '../rehearse.ts';
import {
  acknowledge,
  aGateway,
  annotate,
  anUpstream,
  certificates,
  generationsIn,
  isAccepted,
  loaded,
  retireWithout,
  rotateCa,
  secret,
  text,
} from './given.ts';

const ofGateway = 'test-com-ca';
const ofUpstream = 'mtls-nginx-ca';
const signing = (rehearsal: Rehearsal, name: string) => text(rehearsal, name, 'tls.crt');
const state = ({ resource }: Rehearsal) => resource.status.rotation?.state;
const condition = ({ resource }: Rehearsal) =>
  resource.status.conditions?.find(({ type }) => type === 'Rotating')?.message ?? '';

describe('the rotation of the CA of an MtlsUpstream', () => {
  it('goes through all states by itself once every NGINX was seen to follow, and ends where it began', async () => {
    const rehearsal = anUpstream();
    await rehearsal.run();
    const before = signing(rehearsal, ofUpstream);
    annotate(rehearsal, { [rotateCa]: '1' });
    const plans = await rehearsal.run();
    const states = [...plans.matchAll(/rotation of the CA is now (\w+)/g)].map(([, to]) => to);
    assert.deepEqual(states, ['Switched', 'Retired', 'Refused']);
    assert.notEqual(signing(rehearsal, ofUpstream), before);
    assert.deepEqual(generationsIn(rehearsal, ofUpstream), []);
    assert.equal(certificates(text(rehearsal, 'mtls-nginx-server', 'tls.crt')).length, 1);
    assert.equal(text(rehearsal, 'mtls-nginx-server', 'ca.crt'), signing(rehearsal, ofUpstream));
    assert.equal(rehearsal.resource.status.rotation, undefined);
  });

  it('is carried out once for each value of the annotation', async () => {
    const rehearsal = anUpstream();
    await rehearsal.run();
    annotate(rehearsal, { [rotateCa]: '1' });
    await rehearsal.run();
    assert.doesNotMatch(await rehearsal.run(), /CA/);
    annotate(rehearsal, { [rotateCa]: '2' });
    assert.match(await rehearsal.run(), /prepare the CA/);
  });

  it('is not begun by an annotation that the resource was made with', async () => {
    const rehearsal = anUpstream();
    annotate(rehearsal, { [rotateCa]: '1' });
    await rehearsal.run();
    assert.doesNotMatch(await rehearsal.run(), /prepare the CA/);
  });

  it('waits while an NGINX does not accept clients of the next CA, and names that', async () => {
    const rehearsal = anUpstream();
    await rehearsal.run();
    const before = signing(rehearsal, ofUpstream);
    annotate(rehearsal, { [rotateCa]: '1' });
    const failure = transient('NginxTrustNotLoaded', 'NGINX does not accept clients of the CA that comes or goes yet');
    rehearsal.nginx = () => [{ finding: { weight: 'waits', failure } }];
    await rehearsal.run();
    assert.equal(signing(rehearsal, ofUpstream), before);
    assert.equal(state(rehearsal), 'Prepared');
    assert.match(condition(rehearsal), /not trusted everywhere yet; waits for everything else/);
  });

  it('asks every NGINX with a client certificate of the CA that does not sign, and whether it is to pass', async () => {
    const rehearsal = anUpstream();
    const asked: (boolean | undefined)[] = [];
    rehearsal.nginx = ({ other }) => {
      asked.push(other?.mustPass);
      return [{}];
    };
    await rehearsal.run();
    annotate(rehearsal, { [rotateCa]: '1' });
    await rehearsal.run();
    assert.deepEqual(asked, [undefined, true, true, false, undefined]);
  });

  it('waits its turn while the CA of another resource at the gateway group is exchanged', async () => {
    const rehearsal = anUpstream();
    await rehearsal.run();
    annotate(rehearsal, { [rotateCa]: '1' });
    const busy = { ...neighbours, areOthersRotating: () => true };
    assert.doesNotMatch(await rehearsal.run({ neighbours: busy }), /prepare the CA/);
    assert.match(await rehearsal.run(), /prepare the CA/);
  });

  it('waits its turn no more once a tenth of the time between renewal and end has passed', async () => {
    const rehearsal = anUpstream();
    await rehearsal.run();
    const { renewalTime = '', notAfter = '' } =
      rehearsal.resource.status.certificates?.find(({ name }) => name === 'ca') ?? {};
    const due = Temporal.Instant.from(renewalTime);
    const tenth = Math.floor(due.until(Temporal.Instant.from(notAfter)).total('seconds') / 10);
    const busy = { ...neighbours, areOthersRotating: () => true };
    rehearsal.now = due.add({ seconds: tenth });
    assert.doesNotMatch(await rehearsal.run({ neighbours: busy }), /prepare the CA/);
    rehearsal.now = due.add({ seconds: tenth + 1 });
    assert.match(await rehearsal.run({ neighbours: busy }), /prepare the CA/);
  });

  it('is as if it had not begun where the next CA in the Secret is damaged: another one is made', async () => {
    const rehearsal = anUpstream();
    await rehearsal.run();
    annotate(rehearsal, { [rotateCa]: '1' });
    rehearsal.nginx = () => [{ finding: { weight: 'waits', failure: transient('NginxTrustNotLoaded', 'not yet') } }];
    await rehearsal.run();
    const seen = secret(rehearsal, ofUpstream);
    const damaged = { ...seen.data, 'next-ca.key': Buffer.from('damaged').toString('base64') };
    rehearsal.secrets.set(ofUpstream, { ...seen, data: damaged });
    await rehearsal.run();
    assert.deepEqual(generationsIn(rehearsal, ofUpstream), []);
    annotate(rehearsal, { [rotateCa]: '2' });
    assert.match(await rehearsal.run(), /prepare the CA/);
  });
});

describe('a resource whose CA is being exchanged', () => {
  const at = Temporal.Instant.from('2026-11-22T10:00:00Z');
  const resource = (state?: string, since = at.toString()) => ({
    ...{ apiVersion: 'mtls-operator.dev/v1alpha1', kind: 'MtlsGateway', metadata: { namespace: 'shop', name: 'a' } },
    ...(state && { status: { rotation: { state, since } } }),
  });
  for (const { state, minutes, holds } of [
    { state: 'Prepared', minutes: 0, holds: true },
    { state: 'Switched', minutes: 9, holds: true },
    { state: 'Retired', minutes: 9, holds: true },
    { state: 'Prepared', minutes: 10, holds: false },
    { state: 'Drained', minutes: 0, holds: false },
    { state: undefined, minutes: 0, holds: false },
  ]) {
    it(`${holds ? 'holds up' : 'does not hold up'} others in the state ${state ?? 'of none'} for ${minutes} minutes`, () =>
      assert.equal(isMoving(resource(state), at.add({ minutes })), holds));
  }

  it('does not hold up others where somebody wrote what is no time into its status', () =>
    assert.equal(isMoving(resource('Prepared', 'for ever'), at), false));
});

describe('the rotation of the CA of an MtlsGateway', () => {
  const drained = async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    const before = signing(rehearsal, ofGateway);
    const leaf = text(rehearsal, 'test-com-curl', 'tls.crt');
    const trust = text(rehearsal, 'test-com-curl', 'ca.crt');
    annotate(rehearsal, { [rotateCa]: '1' });
    await rehearsal.run();
    return { rehearsal, before, leaf, trust };
  };
  const atGateway = (rehearsal: Rehearsal) => {
    const [ssl] = rehearsal.atGateway();
    const { cert, client } = (ssl?.body ?? {}) as unknown as { cert: string; client: { ca: string } };
    return { chain: cert, trust: client.ca };
  };

  it('has both sides accept a client that follows never, and one that follows', async () => {
    const { rehearsal, leaf, trust } = await drained();
    const gateway = atGateway(rehearsal);
    assert.ok(isAccepted(leaf, gateway.trust, rehearsal.now), 'the old leaf at the gateway');
    assert.ok(isAccepted(gateway.chain, trust, rehearsal.now), 'the gateway by the old trust');
    assert.ok(isAccepted(text(rehearsal, 'test-com-curl', 'tls.crt'), gateway.trust, rehearsal.now), 'the new leaf');
    assert.ok(isAccepted(gateway.chain, text(rehearsal, 'test-com-curl', 'ca.crt'), rehearsal.now), 'by the new trust');
  });

  it('names the clients that it waits for, and until when', async () => {
    const { rehearsal } = await drained();
    assert.equal(state(rehearsal), 'Drained');
    assert.match(condition(rehearsal), /waits for the client curl, whose certificate of the other CA ends at 2027-/);
    assert.match(condition(rehearsal), /and for the client app, whose/);
  });

  it('retires the previous CA in the second after the last former leaf has ended, and not before', async () => {
    const { rehearsal, leaf } = await drained();
    const [{ notAfter } = { notAfter: rehearsal.now }] = certificates(leaf);
    rehearsal.now = notAfter;
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Drained');
    rehearsal.now = notAfter.add({ seconds: 1 });
    await rehearsal.run();
    assert.equal(state(rehearsal), undefined);
    assert.deepEqual(generationsIn(rehearsal, ofGateway), []);
    assert.equal(isAccepted(leaf, atGateway(rehearsal).trust, notAfter), false);
  });

  it('retires it at once when every client says that it has loaded its new leaf', async () => {
    const { rehearsal } = await drained();
    acknowledge(rehearsal, 'test-com-curl');
    await rehearsal.run();
    assert.match(condition(rehearsal), /waits for the client app/);
    acknowledge(rehearsal, 'test-com-app');
    await rehearsal.run();
    assert.equal(state(rehearsal), undefined);
  });

  it('does not take the word of a client that says that it has loaded its former leaf, or a CA', async () => {
    const { rehearsal, leaf } = await drained();
    const [former] = certificates(leaf);
    const [ca] = certificates(signing(rehearsal, ofGateway));
    for (const name of ['test-com-curl', 'test-com-app']) {
      const seen = secret(rehearsal, name);
      const annotations = {
        ...seen.metadata.annotations,
        [loaded]: `${name === 'test-com-curl' ? former?.sha256Fingerprint : ca?.sha256Fingerprint}`,
      };
      rehearsal.secrets.set(name, { ...seen, metadata: { ...seen.metadata, annotations } });
    }
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Drained');
    assert.match(condition(rehearsal), /curl.*app/);
  });

  for (const { order, waits } of [
    { order: 'curl, app: were shut down', waits: false },
    { order: 'curl: was shut down', waits: true },
    { order: 'curl, app:', waits: true },
    { order: 'curl, app', waits: true },
  ]) {
    it(`${waits ? 'waits on' : 'goes on'} with ${retireWithout}: ${JSON.stringify(order)}`, async () => {
      const { rehearsal } = await drained();
      annotate(rehearsal, { [retireWithout]: order });
      await rehearsal.run();
      assert.equal(state(rehearsal), waits ? 'Drained' : undefined);
    });
  }

  it('writes down who was not waited for, and why', async () => {
    const { rehearsal } = await drained();
    annotate(rehearsal, { [retireWithout]: 'curl: was shut down' });
    await rehearsal.run();
    assert.equal(rehearsal.resource.status.rotation?.retiredWithout, 'curl: was shut down');
  });

  it('writes down what was seen, where and when', async () => {
    const { rehearsal } = await drained();
    const at = rehearsal.now.toString();
    assert.deepEqual(rehearsal.resource.status.rotation?.evidence, [
      { gate: 'Trusted', at, endpoints: ['10.0.0.1:9443'] },
    ]);
  });

  it('turns back on abort, and whoever followed is accepted until the end', async () => {
    const { rehearsal, before } = await drained();
    const followed = text(rehearsal, 'test-com-curl', 'tls.crt');
    const trusting = text(rehearsal, 'test-com-curl', 'ca.crt');
    annotate(rehearsal, { [rotateCa]: 'abort' });
    await rehearsal.run();
    assert.equal(signing(rehearsal, ofGateway), before);
    assert.equal(state(rehearsal), 'Drained');
    const gateway = atGateway(rehearsal);
    assert.ok(isAccepted(followed, gateway.trust, rehearsal.now));
    assert.ok(isAccepted(gateway.chain, trusting, rehearsal.now));
    const newOnly = signingPemOf(followed, rehearsal);
    assert.ok(isAccepted(gateway.chain, newOnly, rehearsal.now), 'whoever trusts the new CA alone');
    acknowledge(rehearsal, 'test-com-curl');
    acknowledge(rehearsal, 'test-com-app');
    await rehearsal.run();
    assert.equal(state(rehearsal), undefined);
    assert.equal(text(rehearsal, ofGateway, 'ca.crt'), before);
  });

  it('is taken back on abort before the next CA has signed', async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    const before = signing(rehearsal, ofGateway);
    annotate(rehearsal, { [rotateCa]: '1' });
    rehearsal.dataPlane = () => ({ wrong: transient('NotEnforced', 'The gateway rejected it') });
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Prepared');
    annotate(rehearsal, { [rotateCa]: 'abort' });
    rehearsal.dataPlane = () => ({});
    await rehearsal.run();
    assert.equal(state(rehearsal), undefined);
    assert.equal(signing(rehearsal, ofGateway), before);
    assert.equal(text(rehearsal, ofGateway, 'ca.crt'), before);
  });

  it('is not aborted by an order that was given before it began', async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    annotate(rehearsal, { [rotateCa]: 'abort' });
    await rehearsal.run();
    rehearsal.edit({ spec: { ...(rehearsal.resource.spec as object), ca: { generated: { commonName: 'Another' } } } });
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Drained');
  });

  it('has clients of the previous CA accepted, and goes on, where somebody took its key out of the Secret', async () => {
    const { rehearsal, before, leaf } = await drained();
    const { 'previous-ca.key': _, ...data } = secret(rehearsal, ofGateway).data ?? {};
    rehearsal.secrets.set(ofGateway, { ...secret(rehearsal, ofGateway), data });
    annotate(rehearsal, { [rotateCa]: 'abort' });
    await rehearsal.run();
    assert.notEqual(signing(rehearsal, ofGateway), before);
    assert.ok(isAccepted(leaf, atGateway(rehearsal).trust, rehearsal.now));
    acknowledge(rehearsal, 'test-com-curl');
    acknowledge(rehearsal, 'test-com-app');
    await rehearsal.run();
    assert.equal(state(rehearsal), undefined);
  });

  it('waits for every client until the previous CA ends where somebody edited which leaves are out there', async () => {
    const { rehearsal, before } = await drained();
    const seen = secret(rehearsal, ofGateway);
    const data = { ...seen.data, 'previous-leaves.json': Buffer.from('edited').toString('base64') };
    rehearsal.secrets.set(ofGateway, { ...seen, data });
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Drained');
    const end = certificates(before)[0]?.notAfter;
    assert.match(condition(rehearsal), new RegExp(`the client app, whose certificate of the other CA ends at ${end}`));
  });

  it('stands still while it is paused, and goes on then', async () => {
    const { rehearsal } = await drained();
    annotate(rehearsal, { [rotateCa]: 'pause' });
    acknowledge(rehearsal, 'test-com-curl');
    acknowledge(rehearsal, 'test-com-app');
    await rehearsal.run();
    assert.match(condition(rehearsal), /waits for the annotation mtls-operator.dev\/rotate-ca to end its pause/);
    annotate(rehearsal, { [rotateCa]: '1' });
    await rehearsal.run();
    assert.equal(state(rehearsal), undefined);
  });

  it('is skipped by the order now: everything is of the new CA at once', async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    const leaf = text(rehearsal, 'test-com-curl', 'tls.crt');
    annotate(rehearsal, { [rotateCa]: 'now, the key was in a backup' });
    assert.match(await rehearsal.run(), /issue ca into Secret test-com-ca \(RotationAsked\)/);
    assert.equal(state(rehearsal), undefined);
    assert.equal(isAccepted(leaf, atGateway(rehearsal).trust, rehearsal.now), false);
    assert.doesNotMatch(await rehearsal.run(), /issue/);
  });

  it('begins when the CA comes due, early enough that no leaf is cut short by its end', async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    const [ca] = certificates(signing(rehearsal, ofGateway));
    const due = rehearsal.resource.status.certificates?.find(({ name }) => name === 'ca')?.renewalTime;
    assert.ok(ca !== undefined && due !== undefined);
    rehearsal.now = Temporal.Instant.from(due).subtract({ seconds: 1 });
    assert.doesNotMatch(await rehearsal.run(), /prepare/);
    const [leaf] = certificates(text(rehearsal, 'test-com-curl', 'tls.crt'));
    assert.ok(leaf !== undefined && Temporal.Instant.compare(leaf.notAfter, ca.notAfter) < 0);
    rehearsal.now = Temporal.Instant.from(due);
    assert.match(await rehearsal.run(), /prepare the CA .* \(RenewalDue\)/);
    assert.equal(state(rehearsal), 'Drained');
  });

  it('begins where the spec asks for another kind of CA', async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    const ca = { generated: { keyAlgorithm: 'ECDSA-P384' } };
    rehearsal.edit({ spec: { ...(rehearsal.resource.spec as object), ca } });
    assert.match(await rehearsal.run(), /prepare the CA .* \(SpecDiffers\)/);
    assert.equal(certificates(signing(rehearsal, ofGateway))[0]?.keyAlgorithm, 'ECDSA-P384');
  });

  it('does not stop where the gateway accepts no intermediate certificate', async () => {
    const rehearsal = aGateway();
    const clientVerification = { depth: 0 };
    rehearsal.edit({ spec: { ...(rehearsal.resource.spec as object), clientVerification } });
    await rehearsal.run();
    annotate(rehearsal, { [rotateCa]: '1' });
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Drained');
  });

  it('heals by itself where leaf, CA and all have expired: a new CA at once', async () => {
    const { rehearsal } = await drained();
    rehearsal.now = rehearsal.now.add({ hours: 24 * 365 * 7 });
    assert.match(await rehearsal.run(), /issue ca into Secret test-com-ca \(Expired\)/);
    assert.deepEqual(generationsIn(rehearsal, ofGateway), []);
  });

  it('shows no cross certificate any more once the previous CA has ended, where it is paused until then', async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    const [ca] = certificates(signing(rehearsal, ofGateway));
    rehearsal.now = rehearsal.now.add({ hours: 24 * 100 });
    annotate(rehearsal, { [rotateCa]: '1' });
    await rehearsal.run();
    annotate(rehearsal, { [rotateCa]: 'pause' });
    rehearsal.now = (ca ?? assert.fail('no CA')).notAfter;
    await rehearsal.run();
    assert.equal(certificates(atGateway(rehearsal).chain).length, 2);
    rehearsal.now = rehearsal.now.add({ seconds: 1 });
    await rehearsal.run();
    assert.equal(certificates(atGateway(rehearsal).chain).length, 1);
    const ready = rehearsal.resource.status.conditions?.find(({ type }) => type === 'Ready');
    assert.deepEqual([ready?.status, state(rehearsal)], ['True', 'Drained']);
  });

  it('goes on with the next CA where the one that signs has ended while it waited', async () => {
    const rehearsal = aGateway();
    await rehearsal.run();
    const { notAfter = '' } = rehearsal.resource.status.certificates?.find(({ name }) => name === 'ca') ?? {};
    rehearsal.now = Temporal.Instant.from(notAfter);
    rehearsal.dataPlane = () => ({ wrong: transient('DataPlaneUnreachable', 'It does not answer') });
    await rehearsal.run();
    assert.equal(state(rehearsal), 'Prepared');
    const next = text(rehearsal, ofGateway, 'next-ca.crt');
    rehearsal.now = rehearsal.now.add({ seconds: 1 });
    const plans = await rehearsal.run();
    assert.equal(signing(rehearsal, ofGateway), next);
    assert.doesNotMatch(plans, /issue ca/);
    rehearsal.dataPlane = () => ({});
    await rehearsal.run();
    assert.deepEqual([state(rehearsal), generationsIn(rehearsal, ofGateway)], [undefined, []]);
  });

  it('never signs without a cross certificate while a client may trust the old CA alone', async () => {
    const openssl = new Openssl();
    try {
      const rehearsal = aGateway();
      await rehearsal.run();
      const extensions = ['basicConstraints=critical,CA:TRUE,pathlen:0', ...anyDepth.slice(1)];
      const old = openssl.root({ subject: '/CN=mtls-operator CA/serialNumber=0011223344556677', extensions });
      const seen = secret(rehearsal, ofGateway);
      const encode = (pem: string) => Buffer.from(pem).toString('base64');
      const data = { 'ca.crt': encode(old.pem), 'tls.crt': encode(old.pem), 'tls.key': encode(old.keyPem) };
      rehearsal.secrets.set(ofGateway, { ...seen, data });
      rehearsal.now = Temporal.Now.instant().add({ minutes: 10 });
      await rehearsal.run();
      assert.equal(state(rehearsal), 'Trusted');
      assert.match(
        condition(rehearsal),
        /the client curl to trust the next CA, for which there is no cross certificate/,
      );
      for (const name of ['test-com-curl', 'test-com-app']) {
        const next = certificates(text(rehearsal, ofGateway, 'next-ca.crt'))[0]?.sha256Fingerprint ?? '';
        const secretSeen = secret(rehearsal, name);
        const annotations = { ...secretSeen.metadata.annotations, [loaded]: next };
        rehearsal.secrets.set(name, { ...secretSeen, metadata: { ...secretSeen.metadata, annotations } });
      }
      await rehearsal.run();
      assert.equal(state(rehearsal), 'Drained');
      assert.match(condition(rehearsal), /the client curl, whose certificate/);
    } finally {
      openssl.remove();
    }
  });
});

/** The root of whoever issued the leaf, out of what the CA's Secret holds. */
function signingPemOf(leafChain: string, rehearsal: Rehearsal): string {
  const held = ['tls.crt', 'previous-ca.crt'].map((key) => text(rehearsal, ofGateway, key));
  return held.find((pem) => isAccepted(leafChain.split(/(?=-----BEGIN)/)[0] ?? '', pem, rehearsal.now)) ?? '';
}
