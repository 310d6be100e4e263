import assert from 'node:assert/strict';
import { limits } from '../../../src/pki/limits.ts';
import { toCertificatePem } from '../../../src/pki/x509/pem.ts';
import { transient } from '../../../src/std/failure.ts';
import { ca, type Made, Openssl } from '../../pki/path/given.ts';
import type { Rehearsal } from '../rehearse.ts';
import { annotate, secret } from '../rotation/given.ts';
import {
  aClientLeaf,
  aResource,
  aSource,
  bring,
  change,
  editSpec,
  kept,
  keptNames,
  longLived,
  ofUpstream,
  put,
  retireRoot,
  trustIn,
} from './given.ts';

const memory = { gateway: 'test-com-kept-roots', upstream: 'mtls-nginx-kept-roots' };
const warning = ({ resource }: Rehearsal) =>
  resource.status.conditions?.find(({ type }) => type === 'MaterialWarning')?.message ?? '';
const ready = ({ resource }: Rehearsal) => resource.status.conditions?.find(({ type }) => type === 'Ready');
/** As `openssl x509 -noout -fingerprint -sha256` prints it. */
const printed = ({ certificate }: Made) => certificate.sha256Fingerprint.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');

describe('a CA that is taken out of a bundle', () => {
  const openssl = new Openssl();
  after(() => openssl.remove());
  const root = (name: string) => openssl.root({ subject: `/CN=${name}` });
  const [old, young, third] = [root('Old'), root('Young'), root('Third')];

  async function aGatewayWithout(taken: Made, spec: object = {}) {
    const rehearsal = aResource('MtlsGateway', { clientTrust: [taken, young], spec });
    await rehearsal.run();
    put(rehearsal, 'clientTrust', [young]);
    return rehearsal;
  }

  it('leaves at once where nothing asks for more, and nothing is remembered', async () => {
    const rehearsal = aResource('MtlsGateway', { clientTrust: [old, young], keepRemoved: false });
    await rehearsal.run();
    assert.equal(rehearsal.secrets.has(memory.gateway), false);
    put(rehearsal, 'clientTrust', [young]);
    await rehearsal.run();
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Young']);
    assert.deepEqual([kept(rehearsal), rehearsal.secrets.has(memory.gateway)], [[], false]);
  });

  it('is remembered before, by one write, and one more reconcile writes nothing', async () => {
    const rehearsal = aResource('MtlsGateway', { clientTrust: [old, young] });
    const plans = await rehearsal.run();
    assert.equal(plans.match(/create Secret test-com-kept-roots/g)?.length, 1);
    assert.doesNotMatch(await rehearsal.run(), change);
    assert.equal(secret(rehearsal, memory.gateway).type, 'Opaque');
    assert.deepEqual(kept(rehearsal), []);
  });

  it('of clients of a gateway stays trusted there, is shown with what it waits for, and is not written again', async () => {
    const rehearsal = await aGatewayWithout(old);
    const since = rehearsal.now;
    const plans = await rehearsal.run();
    assert.match(
      plans,
      /^update Secret test-com-kept-roots\nCN=Old of spec.clientTrust \(SHA-256 [0-9a-f]{64}\): in no bundle any more/,
    );
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Young', 'Old']);
    const [shown, ...others] = kept(rehearsal);
    assert.deepEqual(others, []);
    assert.equal(shown?.since, since.toString().replace(/\.\d+/, ''));
    assert.equal(shown?.sha256Fingerprint, old.certificate.sha256Fingerprint);
    assert.match(
      warning(rehearsal),
      /^spec\.clientTrust: CN=Old is in no bundle any more since .* waits for its end, or the annotation mtls-operator\.dev\/retire-root/,
    );
    assert.equal(ready(rehearsal)?.status, 'True');
    assert.doesNotMatch(await rehearsal.run(), change);
  });

  it('of clients of a gateway leaves in the second after its end, and no time before changes anything', async () => {
    const lasting = longLived(openssl);
    const rehearsal = aResource('MtlsGateway', { clientTrust: [old, lasting] });
    await rehearsal.run();
    put(rehearsal, 'clientTrust', [lasting]);
    await rehearsal.run();
    const end = old.certificate.notAfter;
    rehearsal.now = end;
    await rehearsal.run();
    assert.ok(trustIn(rehearsal, 'test-com-server').includes('Old'));
    rehearsal.now = end.add({ seconds: 1 });
    assert.match(await rehearsal.run(), /CN=Old of .*: trusted no more, since it has ended/);
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Lasting']);
  });

  it('leaves at once when a person names it as openssl prints it, and others stay', async () => {
    const rehearsal = aResource('MtlsGateway', { clientTrust: [old, young, third] });
    await rehearsal.run();
    put(rehearsal, 'clientTrust', [young]);
    await rehearsal.run();
    assert.deepEqual(keptNames(rehearsal).toSorted(), ['CN=Old', 'CN=Third']);
    annotate(rehearsal, { [retireRoot]: printed(old) });
    const plans = await rehearsal.run();
    assert.match(plans, /CN=Old of .*: trusted no more, since the annotation mtls-operator.dev\/retire-root names it/);
    assert.deepEqual(keptNames(rehearsal), ['CN=Third']);
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Young', 'Third']);
  });

  it('stays trusted by its bundle, whoever names it in the annotation', async () => {
    const rehearsal = aResource('MtlsGateway', { clientTrust: [old, young] });
    annotate(rehearsal, { [retireRoot]: printed(old) });
    await rehearsal.run();
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Old', 'Young']);
  });

  it('is kept no more once a bundle has it again, and since another moment after that', async () => {
    const rehearsal = await aGatewayWithout(old);
    await rehearsal.run();
    put(rehearsal, 'clientTrust', [young, old]);
    await rehearsal.run();
    assert.deepEqual(kept(rehearsal), []);
    put(rehearsal, 'clientTrust', [young]);
    rehearsal.now = rehearsal.now.add({ hours: 1 });
    await rehearsal.run();
    assert.equal(kept(rehearsal)[0]?.since, rehearsal.now.toString().replace(/\.\d+/, ''));
  });

  it('leaves at once when keepRemoved is taken off, and its Secret goes', async () => {
    const rehearsal = await aGatewayWithout(old);
    await rehearsal.run();
    editSpec(rehearsal, { clientTrust: [aSource()] });
    const plans = await rehearsal.run();
    assert.match(plans, /CN=Old of .*: trusted no more, since keepRemoved is set nowhere in spec.clientTrust any more/);
    assert.match(plans, /delete Secret test-com-kept-roots/);
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Young']);
  });

  it('does not come back when keepRemoved is set again, though its Secret was retained', async () => {
    const rehearsal = await aGatewayWithout(old, { unusedSecretPolicy: 'Retain' });
    await rehearsal.run();
    editSpec(rehearsal, { clientTrust: [aSource()] });
    await rehearsal.run();
    assert.ok(rehearsal.secrets.has(memory.gateway));
    editSpec(rehearsal, { clientTrust: [aSource(true)] });
    await rehearsal.run();
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Young']);
  });

  it('is kept also where its whole source leaves the list, as long as another one keeps', async () => {
    const rehearsal = aResource('MtlsGateway', {
      clientTrust: [old],
      spec: { clientTrust: [aSource(true), aSource(true)] },
    });
    rehearsal.clientTrust = [old.pem, young.pem];
    await rehearsal.run();
    rehearsal.clientTrust = [young.pem];
    editSpec(rehearsal, { clientTrust: [aSource(true)] });
    await rehearsal.run();
    assert.deepEqual(keptNames(rehearsal), ['CN=Old']);
  });

  it('is not kept where it was in a source without keepRemoved', async () => {
    const rehearsal = aResource('MtlsGateway', {
      clientTrust: [old],
      spec: { clientTrust: [aSource(), aSource(true)] },
    });
    rehearsal.clientTrust = [old.pem + young.pem, third.pem];
    await rehearsal.run();
    rehearsal.clientTrust = [young.pem, third.pem];
    await rehearsal.run();
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Young', 'Third']);
  });

  it('is kept in the list that lost it alone', async () => {
    const rehearsal = aResource('MtlsGateway', { clientTrust: [old, young], serverTrust: [old, young] });
    await rehearsal.run();
    put(rehearsal, 'clientTrust', [young]);
    await rehearsal.run();
    assert.deepEqual(
      kept(rehearsal).map(({ list }) => list),
      ['clientTrust'],
    );
  });

  it('holds up nothing while everything else is not in order, and says so', async () => {
    const rehearsal = await aGatewayWithout(old);
    rehearsal.dataPlane = () => ({ wrong: transient('NotEnforced', 'not yet') });
    await rehearsal.run();
    assert.equal(kept(rehearsal)[0]?.waitsFor, 'everything else of this resource to be in order');
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Young', 'Old']);
  });

  it('is shown on while its bundle cannot be read', async () => {
    const rehearsal = await aGatewayWithout(old);
    await rehearsal.run();
    rehearsal.clientTrust = ['no certificate'];
    await rehearsal.run();
    assert.equal(ready(rehearsal)?.status, 'False');
    assert.deepEqual(keptNames(rehearsal), ['CN=Old']);
  });

  it('changes nothing at all where the bundles and it are more than any peer reads', async () => {
    const rehearsal = aResource('MtlsGateway', { clientTrust: [old, young] });
    await rehearsal.run();
    const before = trustIn(rehearsal, 'test-com-server');
    const below = openssl.issue(young, { subject: '/CN=Below', extensions: ca });
    const bundleOf = (count: number) => [young.pem, ...variantsOf(below, count - 1)].join('');
    rehearsal.clientTrust = [bundleOf(limits.anchors - 1)];
    assert.match(await rehearsal.run(), /permanent failure: TooManyKeptRoots/);
    assert.deepEqual(trustIn(rehearsal, 'test-com-server'), before);
    rehearsal.clientTrust = [bundleOf(limits.anchors - 2)];
    assert.doesNotMatch(await rehearsal.run(), /failure/);
    assert.deepEqual(keptNames(rehearsal), ['CN=Old']);
  });

  describe('in the Secret that remembers it', () => {
    const edit = (rehearsal: Rehearsal, name: string, key: string, text: string) => {
      const seen = secret(rehearsal, name);
      const data = { ...seen.data, [key]: Buffer.from(text).toString('base64') };
      rehearsal.secrets.set(name, { ...seen, data });
    };
    const remembered = (rehearsal: Rehearsal) =>
      JSON.parse(Buffer.from(secret(rehearsal, memory.gateway).data?.['kept-roots.json'] ?? '', 'base64').toString());

    it('is not what somebody edited into ca.crt of another one', async () => {
      const rehearsal = aResource('MtlsGateway', { clientTrust: [old], serverTrust: [old] });
      await rehearsal.run();
      for (const name of ['test-com-server', 'test-com-curl', 'test-com-ca'])
        edit(rehearsal, name, 'ca.crt', third.pem);
      await rehearsal.run();
      assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Old']);
      assert.deepEqual(trustIn(rehearsal, 'test-com-curl'), ['own', 'Old']);
      assert.deepEqual(kept(rehearsal), []);
    });

    it('is not a certificate that was put in the place of another one', async () => {
      const rehearsal = aResource('MtlsGateway', { clientTrust: [old, young] });
      await rehearsal.run();
      const entries = remembered(rehearsal).map((one: object) => ({ ...one, pem: third.pem }));
      edit(rehearsal, memory.gateway, 'kept-roots.json', JSON.stringify(entries));
      await rehearsal.run();
      assert.deepEqual(trustIn(rehearsal, 'test-com-server'), ['own', 'Old', 'Young']);
    });

    for (const text of ['', '{', '{}', '[null]', '[1]', '[{"list":"other"}]', '"x"']) {
      it(`is written anew from the bundles where the Secret says ${JSON.stringify(text)}`, async () => {
        const rehearsal = aResource('MtlsGateway', { clientTrust: [old, young] });
        await rehearsal.run();
        const before = remembered(rehearsal);
        edit(rehearsal, memory.gateway, 'kept-roots.json', text);
        await rehearsal.run();
        assert.deepEqual(remembered(rehearsal), before);
      });
    }
  });

  describe('of the server of a gateway', () => {
    const spec = { serverCertificate: { secretRef: { name: 'public' } } };
    async function withServerOf(issuer: Made) {
      const rehearsal = aResource('MtlsGateway', { serverTrust: [old, young], spec });
      bring(rehearsal, 'public', openssl.issue(issuer));
      await rehearsal.run();
      put(rehearsal, 'serverTrust', [young]);
      return rehearsal;
    }

    it('stays in ca.crt of the clients while a data-plane address shows a certificate below it', async () => {
      const rehearsal = await withServerOf(old);
      const asked: (readonly string[] | undefined)[] = [];
      rehearsal.dataPlane = (question) => {
        if (question.by === 'https') asked.push(question.besideKept);
        return { needsKept: true };
      };
      await rehearsal.run();
      assert.deepEqual(trustIn(rehearsal, 'test-com-curl'), ['own', 'Young', 'Old']);
      assert.equal(kept(rehearsal)[0]?.waitsFor, 'every data-plane address to show a certificate of another CA');
      assert.deepEqual(
        asked.at(-1)?.map((pem) => pem === old.pem),
        [false, false],
      );
      assert.doesNotMatch(await rehearsal.run(), change);
    });

    it('leaves once every data-plane address shows one of another CA', async () => {
      const rehearsal = await withServerOf(old);
      rehearsal.dataPlane = () => ({ needsKept: true });
      await rehearsal.run();
      bring(rehearsal, 'public', openssl.issue(young));
      rehearsal.dataPlane = () => ({ needsKept: false });
      assert.match(await rehearsal.run(), /CN=Old of .*: trusted no more, since it was seen that nobody needs it/);
      assert.deepEqual(trustIn(rehearsal, 'test-com-curl'), ['own', 'Young']);
      assert.deepEqual(kept(rehearsal), []);
      assert.doesNotMatch(await rehearsal.run(), change);
    });

    it('stays where no data-plane address is known at which the certificate could be seen', async () => {
      const rehearsal = await withServerOf(young);
      const gateway = { label: 'default/default', caveats: [], dataPlane: { https: [], http: [] } };
      await rehearsal.run({ gateway });
      assert.match(kept(rehearsal)[0]?.waitsFor ?? '', /^an https data-plane address in the configuration/);
    });

    it('stays as the status says while a proof stands that looked at nothing again', async () => {
      const rehearsal = await withServerOf(old);
      rehearsal.dataPlane = () => ({ needsKept: true });
      await rehearsal.run();
      rehearsal.dataPlane = () => assert.fail('nothing is to be probed');
      const enforced = rehearsal.resource.status.conditions?.find(({ type }) => type === 'Enforced');
      assert.ok(enforced);
      const { reason, message } = enforced;
      const parts = [{ type: 'Enforced', status: 'True', reason, message } as const];
      await rehearsal.run({ standing: { parts, dataPlane: ['10.0.0.1:9443'] } });
      assert.equal(kept(rehearsal)[0]?.waitsFor, 'every data-plane address to show a certificate of another CA');
    });

    it('is trusted for another reason where the Secret of the certificate has it as its ca.crt', async () => {
      const rehearsal = aResource('MtlsGateway', { serverTrust: [old, young], spec });
      bring(rehearsal, 'public', openssl.issue(old), old);
      await rehearsal.run();
      put(rehearsal, 'serverTrust', [young]);
      await rehearsal.run();
      assert.deepEqual(kept(rehearsal), []);
      assert.ok(trustIn(rehearsal, 'test-com-curl').includes('Old'));
    });
  });

  describe('of an NGINX', () => {
    const spec = { serverCertificate: { secretRef: { name: 'nginx' } } };
    async function withNginxOf(issuer: Made) {
      const rehearsal = aResource('MtlsUpstream', { serverTrust: [old, young], spec });
      bring(rehearsal, 'nginx', openssl.issue(issuer));
      await rehearsal.run();
      put(rehearsal, 'serverTrust', [young]);
      return rehearsal;
    }
    const waits = 'every NGINX to show a certificate of another CA';

    it('stays trusted by the gateway until each NGINX shows a chain to another one', async () => {
      const rehearsal = await withNginxOf(old);
      rehearsal.nginx = () => [{ needsKept: true }];
      await rehearsal.run();
      assert.equal(kept(rehearsal)[0]?.waitsFor, waits);
      bring(rehearsal, 'nginx', openssl.issue(young));
      rehearsal.nginx = () => [{ needsKept: false }, { needsKept: true }];
      await rehearsal.run();
      assert.equal(kept(rehearsal)[0]?.waitsFor, waits);
      assert.ok(trustIn(rehearsal, 'mtls-nginx-client').includes('Old'));
      rehearsal.nginx = () => [{ needsKept: false }, { needsKept: false }];
      await rehearsal.run();
      assert.deepEqual(kept(rehearsal), []);
      assert.deepEqual(trustIn(rehearsal, 'mtls-nginx-client'), ['own', 'Young']);
      assert.doesNotMatch(await rehearsal.run(), change);
    });
  });

  describe('of the client certificate of the gateway', () => {
    const spec = { clientCertificate: { secretRef: { name: 'gateway' } } };
    async function withClientOf(issuer: Made, more: object = {}) {
      const rehearsal = aResource('MtlsUpstream', { clientTrust: [old, young], spec: { ...spec, ...more } });
      bring(rehearsal, 'gateway', aClientLeaf(openssl, issuer));
      await rehearsal.run();
      put(rehearsal, 'clientTrust', [young]);
      return rehearsal;
    }

    it('stays trusted by NGINX while the gateway shows that, and leaves once it shows one of another CA', async () => {
      const rehearsal = await withClientOf(old);
      await rehearsal.run();
      assert.equal(kept(rehearsal)[0]?.waitsFor, 'the client certificate of the gateway to be one of another CA');
      assert.ok(trustIn(rehearsal, 'mtls-nginx-server').includes('Old'));
      bring(rehearsal, 'gateway', aClientLeaf(openssl, young));
      const plans = await rehearsal.run();
      assert.ok(plans.indexOf('trusted no more') > plans.indexOf('probe the data plane'), 'only once it was proven');
      assert.deepEqual(trustIn(rehearsal, 'mtls-nginx-server'), ['own', 'Young']);
      assert.doesNotMatch(await rehearsal.run(), change);
    });

    it('stays while no request can be seen to reach NGINX, since none is allowed', async () => {
      const restricted = { ...ofUpstream.service, hosts: ['test.com'] };
      const subjects = [{ subject: 'CN=partner', issuer: 'CN=Partner CA' }];
      const rehearsal = await withClientOf(young, { authorization: [{ subjects }], service: restricted });
      await rehearsal.run();
      assert.match(kept(rehearsal)[0]?.waitsFor ?? '', /^a request to be seen to reach NGINX/);
    });
  });
});

/** Certificates that differ in their key identifier; nobody verifies the signature of what is trusted as it is. */
function variantsOf({ certificate: { der, subjectKeyId = '' } }: Made, count: number): readonly string[] {
  const place = Buffer.from(der).indexOf(Buffer.from(subjectKeyId, 'hex'));
  assert.ok(place > 0);
  return Array.from({ length: count }, (_, index) => {
    const variant = Buffer.from(der);
    variant.writeUInt32BE(index, place);
    return toCertificatePem(variant);
  });
}
