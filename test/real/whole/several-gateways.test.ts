import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type StandIn, startStandIn } from '../../../deploy/local/parts/stand-in.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { type GatewayConfig, useWhole } from '../../harness/whole.ts';

/** API7 Enterprise with two groups, Apache APISIX, and a control plane that takes connections and never says a word. */
describe('one operator and several gateways', () => {
  const given = useWhole({ operator: false });
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  let apisix: StandIn;

  before(async function () {
    this.timeout(60_000);
    const { whole } = given;
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const ports = { https: await freePort(), http: await freePort() };
    apisix = await startStandIn(whole.processes, join(whole.directory, 'apisix'), ports, { profile: 'apisix-3.18' });
    await whole.startOperator({ gateways: gateways() });
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  const gateways = (): GatewayConfig[] => {
    const [config] = given.whole.config().gateways;
    assert.ok(config);
    // The data plane of the stand-in is that of its first group only.
    const enterprise = { ...config, name: 'enterprise', dataPlane: { https: [], http: [] } };
    const { adminUrl, tokenFile, caFile, httpsPort } = apisix;
    const dataPlane = { https: [{ host: '127.0.0.1', port: httpsPort }], http: [] };
    const { port } = silent.address() as AddressInfo;
    return [
      enterprise,
      { ...config, name: 'open', type: 'apisix', adminUrl, tokenFile, caFile, dataPlane },
      { ...enterprise, name: 'silent', adminUrl: `https://127.0.0.1:${port}` },
    ];
  };

  const at = (name: string, gateway: string, group = 'default') =>
    aGateway({ name, hosts: [`${name}.example`], spec: { gatewayRef: { name: gateway, group } } });
  const snisOfApisix = async () => {
    const { list } = await apisix
      .admin('apisix/admin/ssls')
      .json<{ list: readonly { value: { snis: readonly string[] } }[] }>();
    return list.flatMap(({ value }) => value.snis).sort();
  };
  /** Objects of one MtlsGateway with one host. */
  const each = 3;

  it('makes the resources of all of them Ready while one does not answer', async () => {
    const { whole } = given;
    const stuck = Array.from({ length: 8 }, (_, index) => `stuck-${index}`);
    // More of them than there are workers, and first.
    await whole.apply(...stuck.map((name) => at(name, 'silent')));
    await eventually(() => assert.ok(sockets.length > 0, 'the silent one is asked'));
    await whole.apply(at('first', 'enterprise'), at('second', 'enterprise', 'default-2'), at('third', 'open'));
    for (const name of ['first', 'second', 'third']) await whole.ready('mgw', name);
    await whole.until('mgw', 'third', 'Enforced', 'True', 'Proven');
    for (const name of stuck) await whole.until('mgw', name, 'GatewaySynced', 'Unknown', 'GatewayUnreachable');
    assert.equal((await whole.gatewayObjects('default')).length, each);
    assert.equal((await whole.gatewayObjects('default-2')).length, each);
    assert.deepEqual(await snisOfApisix(), ['third.example']);
  });

  it('waits for none of the silent one when somebody edits what is elsewhere', async () => {
    const { whole } = given;
    const start = performance.now();
    await whole.apply(aGateway({ name: 'third', hosts: ['third.example', 'more.example'], spec: atOpen }));
    await whole.ready('mgw', 'third');
    assert.deepEqual(await snisOfApisix(), ['more.example', 'third.example']);
    const seconds = (performance.now() - start) / 1000;
    assert.ok(seconds < 5, `it took ${seconds} s, and one call to the silent one takes 10`);
  });

  it('moves a resource from one product and group to the next, and leaves nothing behind', async () => {
    const { whole } = given;
    await whole.apply(at('first', 'open'));
    await whole.until('mgw', 'first', 'Enforced', 'True', 'Proven');
    await whole.ready('mgw', 'first');
    assert.deepEqual(await whole.gatewayObjects('default'), []);
    assert.ok((await snisOfApisix()).includes('first.example'));
    await whole.apply(at('first', 'enterprise', 'default-2'));
    await eventually(async () => assert.ok(!(await snisOfApisix()).includes('first.example')));
    const { status } = await whole.ready('mgw', 'first');
    assert.deepEqual(
      [status?.gateway?.name, status?.gateway?.group, status?.gateway?.previous],
      ['enterprise', 'default-2', undefined],
    );
    assert.equal((await whole.gatewayObjects('default-2')).length, 2 * each);
  });

  it('lets one host be had at each group, by another resource', async () => {
    const { whole } = given;
    const same = (name: string, group: string) =>
      aGateway({ name, hosts: ['same.example'], spec: { gatewayRef: { name: 'enterprise', group } } });
    await whole.apply(same('here', 'default'), same('there', 'default-2'));
    await whole.ready('mgw', 'here');
    await whole.ready('mgw', 'there');
  });

  const atOpen = { gatewayRef: { name: 'open', group: 'default' } };
});
