import assert from 'node:assert/strict';
import type { ClientPair } from '../../../src/ports/probe.ts';
import { TestCa } from '../../probe/openssl.ts';
import { nginxVersions } from '../nginx/versions.ts';
import { type Content, leafDigest } from './content.ts';
import { manyCas } from './many-cas.ts';
import { Rig } from './rig.ts';

for (const { version, ensure, swapsLeaves } of nginxVersions) {
  describe(`the agent beside NGINX, ${version}`, () => {
    let rig: Rig;
    let content: Content;
    before(async function () {
      this.timeout(600_000);
      rig = new Rig((await ensure()) ?? 'nginx');
      await rig.prepare();
      content = { leaf: rig.ca.issue() };
    });
    after(() => rig.close());

    const isServed =
      ({ leaf }: Content) =>
      (status: Awaited<ReturnType<Rig['until']>>) =>
        status.ready && status.current?.leaf === leafDigest(leaf);

    /** Publishes it, and gives how often NGINX was reloaded until all of it was served. */
    const takeUp = async (change: Partial<Content>): Promise<number> => {
      const { reloads } = rig;
      content = { ...content, ...change };
      rig.publish(content);
      const wanted = await rig.wantedId();
      await rig.until((status) => status.ready && status.current?.id === wanted);
      await served();
      return rig.reloads - reloads;
    };

    const served = async (client: ClientPair = rig.client) => {
      const result = await rig.probe('/hello', client);
      assert.ok(result.kind === 'answered', JSON.stringify(result));
      assert.deepEqual([result.status, result.body], [200, content.body ?? 'Hello API7!']);
      assert.equal(result.leaf.sha256Fingerprint, leafDigest(content.leaf));
    };

    /** What is published is not taken up for that reason, and what was served goes on. */
    const stays = async (reason: string) => {
      const status = await rig.until((seen) => seen.reason === reason && seen.state === 'served');
      assert.deepEqual([status.ready, status.serving], [false, true]);
      await served();
      return status;
    };

    it('lays out the first release before NGINX is there, and has it served when it starts', async () => {
      rig.startAgent();
      rig.publish(content);
      const laid = await rig.until(({ current }) => current !== undefined);
      assert.deepEqual([laid.ready, laid.reason], [false, 'NginxNotRunning']);
      rig.startNginx();
      await rig.until(({ ready }) => ready);
      await served();
    });

    it(`takes up a new leaf alone ${swapsLeaves ? 'without a reload' : 'by a reload'}`, async () => {
      const pids = async () => (await rig.until(({ ready }) => ready)).nginx.workers.map(({ pid }) => pid);
      const before = await pids();
      assert.equal(await takeUp({ leaf: rig.ca.issue() }), swapsLeaves ? 0 : 1, rig.agent?.output() ?? '');
      const after = await pids();
      if (swapsLeaves) assert.deepEqual(after, before);
      else
        assert.deepEqual(
          after.filter((pid) => before.includes(pid)),
          [],
        );
    });

    it('takes up another CA by one reload, and one that is removed by another', async () => {
      const other = new TestCa('OTHER');
      const client = other.issueClient();
      assert.equal(await takeUp({ trust: rig.ca.pem + other.pem }), 1);
      await served(client);
      assert.equal(await takeUp({ trust: rig.ca.pem }), 1);
      const removed = await rig.probe('/hello', client);
      assert.equal(removed.kind === 'answered' && removed.status, 400);
    });

    it('takes up a list of revoked certificates by one reload, the next one by another, and none by a third', async () => {
      const stolen = rig.ca.issueClient();
      const statusOf = async (client: ClientPair) => {
        const result = await rig.probe('/hello', client);
        return result.kind === 'answered' && result.status;
      };
      assert.equal(await takeUp({ crl: rig.ca.revoke() }), 1);
      assert.equal(await statusOf(stolen), 200);
      assert.equal(await takeUp({ crl: rig.ca.revoke(stolen) }), 1);
      assert.deepEqual([await statusOf(stolen), await statusOf(rig.client)], [400, 200]);
      const { crl, ...without } = content;
      content = without;
      assert.equal(await takeUp({}), 1);
      assert.equal(await statusOf(stolen), 200);
    });

    it('takes up no list before the configuration that names it, and no such configuration before its list', async () => {
      const [former, next] = [rig.ca.revoke(), rig.ca.revoke(rig.ca.issueClient())];
      await takeUp({ crl: former });
      rig.publishSecret({ ...content, crl: next });
      await stays('GenerationsDiffer');
      rig.publishSecret({ ...content, crl: former });
      rig.publishConfig({ ...content, crl: next });
      await stays('GenerationsDiffer');
      const { crl, ...without } = content;
      rig.publishSecret(without);
      await stays('RevocationListMissing');
      assert.equal(await takeUp({ crl: next }), 1);
      content = without;
      assert.equal(await takeUp({}), 1);
    });

    it('takes up another configuration by one reload', async () => {
      assert.equal(await takeUp({ body: 'Hello again' }), 1);
    });

    it('takes up leaf, trust and configuration together by one reload', async () => {
      const other = new TestCa('THIRD');
      assert.equal(await takeUp({ leaf: rig.ca.issue(), trust: other.pem + rig.ca.pem, body: 'All of it' }), 1);
      await served(other.issueClient());
    });

    it('does nothing where nothing differs', async () => {
      const before = await rig.until(({ ready }) => ready);
      // Kubelet's swap, with the same content.
      rig.secret.write(new Map([['tls.crt', Buffer.from('x')]]));
      rig.publish(content);
      await rig.until((status) => isServed(content)(status) && status.wanted === before.wanted);
      const after = await rig.until(({ ready }) => ready);
      assert.deepEqual([after.counts, after.current], [before.counts, before.current]);
    });

    it('waits for the Secret where the ConfigMap is ahead, and for the ConfigMap where the Secret is', async () => {
      const next = { ...content, leaf: rig.ca.issue(), body: 'Ahead' };
      rig.publishConfig(next);
      await stays('GenerationsDiffer');
      rig.publishSecret(next);
      await rig.until(isServed(next));
      content = { ...next, leaf: rig.ca.issue() };
      const before = next;
      rig.publishSecret(content);
      const status = await rig.until(({ reason }) => reason === 'GenerationsDiffer');
      assert.equal(status.current?.leaf, leafDigest(before.leaf));
      await takeUp({});
    });

    for (const { what, damage, reason } of [
      { what: 'a key of another generation', damage: { 'tls.key': 'key' }, reason: 'KeyDiffers' },
      { what: 'a certificate that is cut off', damage: { 'tls.crt': 'half' }, reason: 'GenerationsDiffer' },
      { what: 'a bundle that is cut off', damage: { 'ca.crt': 'half' }, reason: 'GenerationsDiffer' },
      { what: 'a key that is missing', damage: { 'tls.key': 'none' }, reason: 'SecretIncomplete' },
    ]) {
      it(`waits over ${what}`, async () => {
        const leaf = rig.ca.issue();
        rig.publishConfig({ ...content, leaf });
        rig.publishDamaged({ ...content, leaf }, damage);
        await stays(reason);
        await takeUp({ leaf });
      });
    }

    it('keeps a valid certificate in place of an expired one', async () => {
      const expired = rig.ca.issue({ days: -1 });
      rig.publish({ ...content, leaf: expired });
      const { message } = await stays('CertificateNotValid');
      assert.match(message, /^The new certificate is valid from .* which is not now; the one before/);
      await takeUp({ leaf: rig.ca.issue() });
    });

    it('takes up a bundle of nearly 1 MB', async () => {
      const trust = rig.ca.pem + manyCas(1650);
      assert.ok(trust.length > 900_000, String(trust.length));
      assert.equal(await takeUp({ trust }), 1);
    });

    it('rejects a bundle of more CAs than a handshake can name, with which nginx -t is content', async () => {
      rig.publish({ ...content, trust: rig.ca.pem + manyCas(1200, 'Certification authority of somebody') });
      const { message } = await stays('TooManyAuthorities');
      assert.match(message, /^The names of the CAs in ca.crt take \d+ octets, and a handshake has room for 65535/);
      await takeUp({ trust: rig.ca.pem });
    });

    it('rejects a configuration that nginx -t rejects, and has NGINX know nothing of it', async () => {
      const { reloads } = rig;
      const proxied = { locations: [{ path: '/app', proxy: { host: 'nowhere.invalid', port: 8080 } }] };
      rig.publish({ ...content, fields: proxied });
      const { message } = await stays('RejectedByNginx');
      assert.match(message, /^NGINX rejects the configuration: host not found in upstream "nowhere.invalid"/);
      assert.equal(rig.reloads, reloads);
      await takeUp({});
    });

    it('puts the release before back where NGINX cannot load one that passes nginx -t', async () => {
      const taken = await rig.occupyPort();
      rig.publish({ ...content, fields: { additionalListen: [taken] } });
      const { rejections } = await stays('NotLoaded');
      assert.equal(rejections.at(-1)?.count, 1);
      // The port that something else holds never answers, and is not waited for.
      const [reloadedAt, rejectedAt] = ['reload', 'reject'].map((what) => rig.lastLogged(what));
      assert.ok((rejectedAt ?? 0) - (reloadedAt ?? 0) < 5500, `${reloadedAt} ${rejectedAt}`);
      await rig.until(({ state, current, good }) => state === 'served' && current?.id === good);
      await takeUp({});
    });

    it('puts the release before back where every handshake fails with one that passes nginx -t', async () => {
      // A curve that no client of TLS offers.
      const leaf = rig.ca.issue({ curve: 'secp256k1' });
      rig.publish({ ...content, leaf, body: 'Never' });
      await stays('HandshakesFail');
      await rig.until(({ state, current, good }) => state === 'served' && current?.id === good);
      await takeUp({ leaf: rig.ca.issue() });
    });

    it('follows an NGINX that was killed and started again', async () => {
      await rig.killNginx();
      await rig.until(({ reason, serving }) => reason === 'NginxNotRunning' && !serving);
      assert.equal((await rig.page('/readyz'))?.status, 503);
      const leaf = rig.ca.issue();
      rig.publish({ ...content, leaf });
      rig.startNginx();
      content = { ...content, leaf };
      await rig.until(isServed(content));
      await served();
      assert.equal((await rig.page('/readyz'))?.status, 200);
    });

    it('tells no key', async () => {
      const pages = await Promise.all(['/status', '/metrics', '/readyz'].map((path) => rig.page(path)));
      const told = [...pages.map((page) => page?.body ?? ''), rig.agent?.output() ?? ''].join('');
      const keyLines = content.leaf.keyPem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-'));
      for (const line of keyLines) assert.equal(told.includes(line), false);
      assert.match(told, /mtls_operator_nginx_agent_ready 1/);
    });
  });
}
