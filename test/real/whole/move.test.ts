import assert from 'node:assert/strict';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

/** Two gateways of the configuration are one stand-in; one of them can be made unreachable by its port. */
describe('an MtlsGateway that moves between gateways', () => {
  const given = useWhole({ operator: false });
  let closedPort: number;
  before(async () => {
    closedPort = await freePort();
  });
  afterEach(() => given.whole.stopOperator());

  const at = (name: string, group: string) =>
    aGateway({ name: 'mover', hosts: ['mover.example'], spec: { gatewayRef: { name, group } } });

  const withGateways = async (firstIsDown: boolean) => {
    const { whole } = given;
    const [config] = whole.config().gateways;
    assert.ok(config);
    const unprobed = { ...config, dataPlane: { https: [], http: [] } };
    const first = { ...unprobed, name: 'first', ...(firstIsDown && { adminUrl: `https://127.0.0.1:${closedPort}` }) };
    await whole.startOperator({ gateways: [first, { ...unprobed, name: 'second' }] });
  };

  interface Rule {
    readonly resources: readonly string[];
  }

  const rulesOfOperator = async () => {
    const role = await given.whole.kubectl(['get', 'clusterrole', 'mtls-operator', '-o', 'json']);
    return (JSON.parse(role) as { readonly rules: readonly Rule[] }).rules;
  };

  const setRules = (value: readonly Rule[]) => {
    const patch = JSON.stringify([{ op: 'replace', path: '/rules', value }]);
    return given.whole.kubectl(['patch', 'clusterrole', 'mtls-operator', '--type=json', '-p', patch]);
  };

  it('remembers every gateway that it left while one of them is down, and clears them all in the end', async () => {
    const { whole } = given;
    await withGateways(false);
    await whole.apply(at('first', 'default'));
    await whole.ready('mgw', 'mover');
    assert.equal((await whole.gatewayObjects('default')).length, 3);
    await whole.stopOperator();

    await withGateways(true);
    await whole.apply(at('second', 'default-2'));
    const { status } = await whole.until('mgw', 'mover', 'GatewaySynced', 'False', 'GatewayUnreachable');
    assert.deepEqual(
      [status?.gateway?.name, status?.gateway?.group, status?.gateway?.previous],
      ['second', 'default-2', ['first/default']],
    );
    assert.equal((await whole.gatewayObjects('default-2')).length, 3);
    await whole.stopOperator();

    await withGateways(false);
    await eventually(async () => assert.deepEqual(await whole.gatewayObjects('default'), []));
    const done = await whole.ready('mgw', 'mover');
    assert.equal(done.status?.gateway?.previous, undefined);
    await whole.here(['delete', 'mgw', 'mover', '--timeout=30s']);
    assert.deepEqual(await whole.gatewayObjects('default-2'), []);
  });

  it('issues nothing and leaves nothing after an upgrade from a version that wrote both names as one', async () => {
    const { whole } = given;
    await withGateways(false);
    await whole.apply(at('second', 'default-2'));
    const before = await whole.ready('mgw', 'mover');
    await whole.stopOperator();
    const patch = { status: { gateway: { name: null, group: 'second/default-2' } } };
    await whole.here(['patch', 'mgw', 'mover', '--subresource=status', '--type=merge', '-p', JSON.stringify(patch)]);

    await withGateways(false);
    const { status } = await eventually(async () => {
      const found = await whole.ready('mgw', 'mover');
      assert.equal(found.status?.gateway?.name, 'second');
      return found;
    });
    assert.deepEqual(status, before.status);
    await whole.here(['delete', 'mgw', 'mover', '--timeout=30s']);
    assert.deepEqual(await whole.gatewayObjects('default-2'), []);
  });

  it('clears the gateways that answer when a deletion meets one that does not', async () => {
    const { whole } = given;
    await withGateways(false);
    await whole.apply(at('first', 'default'));
    await whole.ready('mgw', 'mover');
    await whole.stopOperator();
    await withGateways(true);
    await whole.apply(at('second', 'default-2'));
    await whole.until('mgw', 'mover', 'GatewaySynced', 'False', 'GatewayUnreachable');
    await whole.here(['delete', 'mgw', 'mover', '--wait=false']);
    await eventually(async () => assert.deepEqual(await whole.gatewayObjects('default-2'), []));
    assert.equal(await whole.exists('mgw', 'mover'), true);
    await whole.stopOperator();
    await withGateways(false);
    await eventually(async () => assert.equal(await whole.exists('mgw', 'mover'), false));
    assert.deepEqual(await whole.gatewayObjects('default'), []);
  });

  it('forgets the gateway that it left, so that an administrator may take it out of the configuration', async () => {
    const { whole } = given;
    await withGateways(false);
    await whole.apply(at('first', 'default'));
    await whole.ready('mgw', 'mover');
    await whole.apply(at('second', 'default-2'));
    const { status } = await whole.ready('mgw', 'mover');
    assert.deepEqual(
      [status?.gateway?.name, status?.gateway?.group, status?.gateway?.previous],
      ['second', 'default-2', undefined],
    );
    await whole.here(['delete', 'mgw', 'mover', '--timeout=30s']);
  });

  it('leaves nothing at its first gateway when it moves before its first status could be written', async () => {
    const { whole } = given;
    await withGateways(false);
    const rules = await rulesOfOperator();
    await setRules(rules.filter(({ resources }) => !resources.includes('mtlsgateways/status')));
    try {
      await whole.apply(at('first', 'default'));
      await eventually(async () => assert.equal((await whole.gatewayObjects('default')).length, 3));
      await eventually(() => assert.match(whole.logs.join(''), /mover.*Forbidden/));
      await whole.stopOperator();
      await whole.apply(at('second', 'default-2'));
    } finally {
      await setRules(rules);
    }
    await withGateways(false);
    await whole.ready('mgw', 'mover');
    assert.deepEqual(await whole.gatewayObjects('default'), []);
    await whole.here(['delete', 'mgw', 'mover', '--timeout=30s']);
    assert.deepEqual(await whole.gatewayObjects('default-2'), []);
  });
});
