import assert from 'node:assert/strict';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { startPatience } from '../../../src/plan/status/early.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

/** NGINX starts only once its Secret is there, as a pod does that mounts it. */
describe('a start from the resources of both guides', () => {
  const given = useWhole();
  const warnings = async (kind: string, name: string) =>
    (await given.whole.told(kind, name)).filter((told) => told.startsWith('Warning'));

  it('says at once in the condition that NGINX has yet to come up', async () => {
    const { whole } = given;
    const port = await freePort();
    await whole.apply(aGateway(), anUpstream({ port }));
    await whole.until('mup', 'mtls-nginx', 'NginxReady', 'False', 'NginxUnreachable');
    await whole.startNginx();
  });

  it('has no Warning Event while all becomes Ready', async () => {
    const { whole } = given;
    await whole.ready('mgw', 'test-com');
    await whole.ready('mup', 'mtls-nginx');
    // Events are written one after another: once this one is there, so is whatever was told before it.
    await eventually(async () =>
      assert.match(
        (await whole.told('MtlsUpstream', 'mtls-nginx')).join(),
        /Normal Ready: Everything matches the spec again/,
      ),
    );
    assert.deepEqual(await warnings('MtlsGateway', 'test-com'), []);
    assert.deepEqual(await warnings('MtlsUpstream', 'mtls-nginx'), []);
  });

  it('has one, once, where NGINX stays away', async () => {
    const { whole } = given;
    const port = await freePort();
    const service = {
      name: 'away',
      upstream: { nodes: [{ host: '127.0.0.1', port }] },
      routes: [{ name: 'away', paths: ['/away'] }],
    };
    await whole.apply(anUpstream({ name: 'away', port, spec: { service } }));
    await whole.until('mup', 'away', 'Ready', 'False', 'NginxUnreachable');
    assert.deepEqual(await warnings('MtlsUpstream', 'away'), []);
    whole.clockOffset = startPatience;
    await whole.touch('mup', 'away');
    const want = [`Warning NginxUnreachable: NGINX at 127.0.0.1:${port} could not be reached`];
    await eventually(async () => assert.deepEqual(await warnings('MtlsUpstream', 'away'), want));
    await whole.touch('mup', 'away');
    await whole.until('mup', 'away', 'Ready', 'False', 'NginxUnreachable');
    assert.deepEqual(await warnings('MtlsUpstream', 'away'), want);
  });
});
