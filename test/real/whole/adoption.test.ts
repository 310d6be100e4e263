import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import type { ProfileName } from '../../../deploy/local/stand-in/profiles.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { guideA } from '../../harness/guide-commands.ts';
import { aTlsSecret } from '../../harness/material.ts';
import { useWhole } from '../../harness/whole.ts';
import { Openssl } from '../../pki/path/given.ts';

type Body = Readonly<Record<string, unknown>>;
const adopt = 'mtls-operator.dev/adopt';

for (const profile of ['ee-3.10', 'apisix-3.18'] satisfies ProfileName[]) {
  describe(`what a tenant may not take over, at the gateway ${profile}`, () => {
    const given = useWhole({ operator: false, profile });
    const isApisix = profile.startsWith('apisix');
    const kind = isApisix ? 'ssls' : 'snis';

    const query = (group = 'default') =>
      isApisix ? {} : { gateway_group_id: given.whole.standIn.groups[group] ?? '' };
    const put = (path: string, json: Body, group?: string) =>
      given.whole.standIn.admin.put(`apisix/admin/${path}`, { searchParams: query(group), json });
    const read = async (path: string) =>
      (await given.whole.standIn.admin(`apisix/admin/${path}`, { searchParams: query() }).json<{ value: Body }>())
        .value;
    const makeByHand = async (id: string, host: string, group?: string) => {
      const { 'tls.crt': cert, 'tls.key': key } = await given.whole.secret('donor-server');
      if (isApisix) return put(`ssls/${id}`, { type: 'server', snis: [host], cert, key });
      await put(`certificates/${id}`, { name: id, cert, key }, group);
      return put(`snis/${id}`, { name: id, domain: host, certificates: [id] }, group);
    };
    const says = async (name: string, reason: string) => {
      const { status } = await given.whole.until('mgw', name, 'Stalled', 'True', reason);
      return status?.conditions?.find(({ type }) => type === 'Stalled')?.message ?? '';
    };
    const annotated = (name: string, text: string, hosts: readonly string[]) => {
      const resource = aGateway({ name, hosts }) as { metadata: object };
      return { ...resource, metadata: { ...resource.metadata, annotations: { [adopt]: text } } };
    };

    before('objects of others, and a permission for one host', async () => {
      const { whole } = given;
      const permitted = { namespaces: [whole.namespace], hosts: ['mine.test'], objects: [] };
      await whole.startOperator({}, { adoption: [permitted, { namespaces: ['bank'], hosts: ['*'], objects: [] }] });
      await whole.apply(aGateway({ name: 'donor', hosts: ['donor.test'] }));
      await whole.ready('mgw', 'donor');
      await makeByHand('a', 'bank.test');
      await makeByHand('b', 'mine.test');
    });
    // Each has a name of its own: one that is used again waits until the Secrets of the former one are collected.
    let tenant = '';
    let tenants = 0;
    beforeEach(() => {
      tenants += 1;
      tenant = `tenant-${tenants}`;
    });
    afterEach(() => given.whole.here(['delete', 'mgw', tenant, '--ignore-not-found', '--timeout=60s']));

    it('is told whom to ask, and not how', async () => {
      await given.whole.apply(aGateway({ name: tenant, hosts: ['bank.test'] }));
      const message = await says(tenant, 'SniConflict');
      assert.match(message, /; to take it over, ask the administrator to permit it/);
      assert.doesNotMatch(message, /annotate/);
    });

    for (const { what, text, hosts, want } of [
      {
        what: 'an object that is not permitted',
        text: `${kind}/a`,
        hosts: ['bank.test'],
        want: `${kind}/a is not in this gateway group, or this namespace may not take it over: ask the administrator to permit it in the configuration of the operator (adoption)`,
      },
      {
        what: 'one that is permitted, by a spec with another host',
        text: `${kind}/b`,
        hosts: ['other.test'],
        want: `${kind}/b matches no object that the spec asks for`,
      },
      {
        what: 'one that is not there',
        text: `${kind}/none`,
        hosts: ['mine.test'],
        want: `${kind}/none is not in this gateway group`,
      },
      { what: 'an id with a slash', text: `${kind}/a/b`, hosts: ['mine.test'], want: 'entry 1 is not KIND/ID with ' },
      {
        what: '10,000 objects',
        text: Array.from({ length: 10_000 }, (_, index) => `${kind}/${index}`).join(','),
        hosts: ['mine.test'],
        want: 'is longer than 32 objects need',
      },
    ]) {
      it(`is refused with a sentence for ${what}, and nothing changes`, async () => {
        const { whole } = given;
        const before = [await read(`${kind}/a`), await read(`${kind}/b`)];
        await whole.forget();
        await whole.apply(annotated(tenant, text, hosts));
        const message = await says(tenant, 'AdoptionRefused');
        assert.ok(message.startsWith(`The annotation ${adopt}: ${want}`), message.slice(0, 500));
        assert.ok(message.length < 400);
        assert.deepEqual(await whole.gatewayWrites(), []);
        assert.deepEqual([await read(`${kind}/a`), await read(`${kind}/b`)], before);
      });
    }

    it('is refused for an object of another resource', async () => {
      const { whole } = given;
      const { status } = await whole.get('mgw', 'donor');
      const { id } = status?.gateway?.objects.find((object) => object.kind === kind) ?? {};
      await whole.stopOperator();
      await whole.startOperator({}, { adoption: [{ namespaces: ['*'], hosts: ['*'], objects: [`${kind}/*`] }] });
      await whole.apply(annotated(tenant, `${kind}/${id}`, ['mine.test']));
      assert.equal(
        await says(tenant, 'AdoptionRefused'),
        `The annotation ${adopt}: ${kind}/${id} belongs to MtlsGateway ${whole.namespace}/donor`,
      );
      await whole.ready('mgw', 'donor');
    });

    if (!isApisix) {
      it('is refused for an object of another group', async () => {
        await makeByHand('elsewhere', 'mine.test', 'default-2');
        await given.whole.apply(annotated(tenant, 'snis/elsewhere', ['mine.test']));
        assert.match(await says(tenant, 'AdoptionRefused'), /snis\/elsewhere is not in this gateway group$/);
      });
    }

    it('leaves an object that two resources name to the older one, and says so to the other', async () => {
      const { whole } = given;
      await makeByHand('both', 'both.test');
      await whole.apply(aGateway({ name: 'older', hosts: ['both.test'] }));
      await says('older', 'SniConflict');
      await whole.apply(annotated(tenant, `${kind}/both`, ['both.test', 'free.test']));
      assert.match(await says(tenant, 'SniConflict'), /both\.test .*MtlsGateway [\w-]+\/older/);
      await whole.here(['annotate', 'mgw', 'older', `${adopt}=${kind}/both`]);
      await whole.ready('mgw', 'older');
      await whole.touch('mgw', tenant);
      await says(tenant, 'SniConflict');
      assert.match(JSON.stringify((await read(`${kind}/both`))['labels']), /"older"/);
      await whole.here(['delete', 'mgw', 'older', '--timeout=60s']);
    });

    it('is refused without harm to what it has: it goes on to renew it', async () => {
      const { whole } = given;
      await whole.here(['annotate', 'mgw', 'donor', `${adopt}=plugins/x`]);
      assert.match(await says('donor', 'AdoptionRefused'), /: entry 1 is not KIND\/ID with /);
      const serialOf = async () => new X509Certificate((await whole.secret('donor-server'))['tls.crt'] ?? '');
      const before = await serialOf();
      await whole.forget();
      await whole.here(['annotate', 'mgw', 'donor', 'mtls-operator.dev/renew=now']);
      await eventually(async () => assert.notEqual((await serialOf()).serialNumber, before.serialNumber));
      await eventually(async () => assert.notDeepEqual(await whole.gatewayWrites(), []));
      await whole.here(['annotate', 'mgw', 'donor', `${adopt}-`]);
      await whole.ready('mgw', 'donor');
    });

    it('goes on as soon as the annotation is right', async () => {
      const { whole } = given;
      await whole.apply(annotated(tenant, `${kind}/none`, ['mine.test']));
      await says(tenant, 'AdoptionRefused');
      await whole.here(['annotate', 'mgw', tenant, `${adopt}=${kind}/b`, '--overwrite']);
      await whole.ready('mgw', tenant);
      assert.notEqual((await read(`${kind}/b`))['labels'], undefined);
    });
  });
}

describe('a Secret that a person hands over', () => {
  const given = useWhole();
  const openssl = new Openssl();
  after(() => openssl.remove());

  const serial = async (name: string) =>
    new X509Certificate((await given.whole.secret(name))['tls.crt'] ?? '').serialNumber;
  const handed = (name: string, files: Readonly<Record<string, string>>, to: string) => {
    const secret = aTlsSecret(name, files['tls.crt'] ?? '', files['tls.key'] ?? '', files['ca.crt']) as {
      metadata: object;
    };
    return { ...secret, metadata: { ...secret.metadata, annotations: { [adopt]: to }, labels: { team: 'shop' } } };
  };
  const metadataOf = async (name: string) =>
    (
      await given.whole.get<{
        metadata: {
          labels: Record<string, string>;
          ownerReferences?: readonly { readonly name: string; readonly controller?: boolean }[];
        };
      }>('secret', name)
    ).metadata;

  it('with a CA and a leaf that fit the spec keeps them, and goes with the resource from then on', async () => {
    const { whole } = given;
    await whole.apply(aGateway());
    await whole.ready('mgw', 'test-com');
    const names = ['test-com-ca', 'test-com-curl'];
    const files = await Promise.all(names.map((name) => whole.secret(name)));
    const serials = await Promise.all(names.map(serial));
    await whole.here(['delete', 'mgw', 'test-com', '--timeout=60s']);
    for (const name of [...names, 'test-com-server'])
      await eventually(async () => assert.equal(await whole.exists('secret', name), false));

    await whole.apply(...names.map((name, index) => handed(name, files[index] ?? {}, 'MtlsGateway/test-com')));
    await whole.apply(aGateway());
    await whole.ready('mgw', 'test-com');
    assert.deepEqual(await Promise.all(names.map(serial)), serials);
    for (const name of names) {
      const { labels, ownerReferences } = await metadataOf(name);
      assert.equal(labels['team'], 'shop');
      assert.equal(labels['app.kubernetes.io/managed-by'], 'mtls-operator');
      assert.deepEqual(
        ownerReferences?.map((owner) => [owner.name, owner.controller]),
        [['test-com', true]],
      );
    }
    await eventually(async () => {
      const told = (await whole.told('MtlsGateway', 'test-com')).join('\n');
      for (const name of names) assert.ok(told.includes(`Normal Adopted: Took over the Secret ${name},`), told);
    });
    await eventually(() => whole.assertSilent('mgw', 'test-com'));
  });

  it('is told how where it is in the way, is woken for, and is issued anew where its leaf does not fit', async () => {
    const { whole } = given;
    const other = openssl.root();
    await whole.apply(aTlsSecret('second-curl', other.pem, other.keyPem));
    await whole.apply(aGateway({ name: 'second', hosts: ['second.test'] }));
    const { status } = await whole.until('mgw', 'second', 'Stalled', 'True', 'NotOurs');
    assert.match(
      status?.conditions?.find(({ type }) => type === 'Stalled')?.message ?? '',
      /choose another name, or annotate it with mtls-operator\.dev\/adopt: MtlsGateway\/second to hand it over$/,
    );
    await whole.here(['annotate', 'secret', 'second-curl', `${adopt}=MtlsGateway/second`]);
    await whole.ready('mgw', 'second');
    assert.notEqual((await whole.secret('second-curl'))['tls.crt'], other.pem);
  });

  it('with a CA that the spec would replace is refused, and stays as it is', async () => {
    const { whole } = given;
    for (const command of guideA) openssl.run(command);
    const files = { 'tls.crt': openssl.read('ca.crt'), 'tls.key': openssl.read('ca.key') };
    await whole.apply(handed('third-ca', files, 'MtlsGateway/third'));
    await whole.apply(aGateway({ name: 'third', hosts: ['third.test'] }));
    const { status } = await whole.until('mgw', 'third', 'Stalled', 'True', 'AdoptionRefused');
    assert.match(
      status?.conditions?.find(({ type }) => type === 'Stalled')?.message ?? '',
      /^The Secret third-ca is not taken over: .*; to keep it, name it in spec\.ca\.secretRef$/,
    );
    assert.equal((await whole.secret('third-ca'))['tls.crt'], files['tls.crt']);
    assert.equal((await metadataOf('third-ca')).ownerReferences, undefined);
  });

  for (const { what, to } of [
    { what: 'to another resource', to: 'MtlsGateway/another' },
    { what: 'to one of another kind', to: 'MtlsUpstream/fourth' },
  ]) {
    it(`${what} is not taken`, async () => {
      const { whole } = given;
      await whole.here(['delete', 'mgw', 'fourth', '--ignore-not-found', '--timeout=60s']);
      const files = await whole.secret('test-com-curl');
      await whole.apply(handed('fourth-curl', files, to));
      await whole.apply(aGateway({ name: 'fourth', hosts: ['fourth.test'] }));
      await whole.until('mgw', 'fourth', 'Stalled', 'True', 'NotOurs');
      assert.equal((await metadataOf('fourth-curl')).ownerReferences, undefined);
    });
  }
});
