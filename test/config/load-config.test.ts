import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { parseOperatorConfig } from '../../src/api/operator-config.ts';
import { help, parseCommand } from '../../src/command.ts';
import { type Launch, loadConfig as loadFile, readConfig } from '../../src/config.ts';
import { describeConfig } from '../../src/describe-config.ts';
import { Failure } from '../../src/std/failure.ts';

const gateway = {
  name: 'default',
  type: 'api7-ee',
  adminUrl: 'https://127.0.0.1:7443',
  tokenFile: '/var/run/secrets/gateways/default/token',
};

/** One that could be used, but for the change. */
const ofTenant = (change: object) => ({
  gateways: [{ ...gateway, tenants: [{ namespaces: ['shop'], hosts: ['*'], ...change }] }],
});

const byLabels = (namespaceSelector: object) => ({ namespaces: undefined, namespaceSelector });

/** As the process starts: the flags, then the file. */
function loadConfig(argv: readonly string[], env: Readonly<Record<string, string>>): Launch | Failure {
  const command = parseCommand(argv);
  if (command instanceof Failure) return command;
  assert.ok(command.kind === 'run');
  return loadFile(command, env);
}

describe('loading the configuration', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (text: string) => {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, text);
    return file;
  };
  const load = (config: unknown, ...flags: string[]) =>
    loadConfig(['--config', write(stringify(config)), '--kubeconfig', '/kubeconfig', ...flags], {});
  const loaded = (result: Launch | Failure) => {
    assert.ok(!(result instanceof Failure), result instanceof Failure ? result.message : '');
    return result;
  };
  const refusal = (result: Launch | Failure) => {
    assert.ok(result instanceof Failure, 'was accepted');
    assert.equal(result.class, 'permanent');
    return result;
  };

  it('fills in what is left out', () => {
    const { driftInterval, livenessInterval, proofInterval, deletionDeadline, gracePeriod, ...config } = loaded(
      load({ gateways: [gateway] }),
    );
    assert.deepEqual(config, {
      upstreamAddresses: { allow: [], refuse: [] },
      gateways: [{ ...gateway, dataPlane: { https: [], http: [] } }],
      orphans: 'Report',
      workers: 8,
      watchNamespaces: [],
      logLevel: 'info',
      kubeconfig: '/kubeconfig',
    });
    const durations = [driftInterval, livenessInterval, proofInterval, deletionDeadline, gracePeriod];
    assert.deepEqual(durations.map(String), ['PT5M', 'PT10S', 'PT1H', 'PT1H', 'PT30S']);
  });

  it('reads every field', () => {
    const whole = {
      ...gateway,
      adminUrl: 'https://admin.example:7443/behind/a/proxy',
      caFile: '/etc/mtls-operator/gateways/default/ca.crt',
      serverName: 'admin.internal',
      dataPlane: { https: ['gateway.example:9443', '[::1]:9443'], http: ['10.0.0.1:9080'] },
      allowedNamespaces: ['shop', 'web'],
      adoption: [{ namespaces: ['shop'], hosts: ['test.com', '*.test.com'], objects: ['services/s', 'routes/*'] }],
    };
    const addresses = { metricsAddress: ':8080', healthAddress: '[::1]:8081' };
    const settings = {
      ...addresses,
      driftInterval: '30s',
      deletionDeadline: '1h30m',
      workers: 2,
      watchNamespaces: ['shop'],
    };
    const config = loaded(load({ gateways: [whole], ...settings, logLevel: 'debug' }));
    assert.deepEqual(config.gateways[0], {
      ...whole,
      dataPlane: {
        https: [
          { host: 'gateway.example', port: 9443 },
          { host: '::1', port: 9443 },
        ],
        http: [{ host: '10.0.0.1', port: 9080 }],
      },
    });
    assert.deepEqual([config.driftInterval.toString(), config.deletionDeadline.toString()], ['PT30S', 'PT1H30M']);
    assert.deepEqual(config.metricsAddress, { host: '', port: 8080 });
    assert.deepEqual(config.healthAddress, { host: '::1', port: 8081 });
    assert.deepEqual([config.workers, config.watchNamespaces, config.logLevel], [2, ['shop'], 'debug']);
  });

  for (const { name, config, says } of [
    { name: 'no gateway', config: { gateways: [] }, says: 'gateways: ' },
    { name: 'nothing', config: null, says: 'refused: the whole: ' },
    { name: 'an unknown field', config: { gateways: [gateway], worker: 1 }, says: 'worker' },
    {
      name: 'a token in place of its file',
      config: { gateways: [{ ...gateway, token: 'a7ee-secret' }] },
      says: 'gateways[0]: Unrecognized key: "token"',
    },
    {
      name: 'an address that is no block',
      config: { gateways: [gateway], upstreamAddresses: { allow: ['127.0.0.1'] } },
      says: 'upstreamAddresses.allow[0]: must be a block of addresses, for example 10.0.0.0/8, 10.0.0.7/32 or fd00::/8',
    },
    {
      name: 'a block that is longer than an address',
      config: { gateways: [gateway], upstreamAddresses: { refuse: ['10.0.0.0/33'] } },
      says: 'upstreamAddresses.refuse[0]: must be a block of addresses',
    },
    {
      name: 'more blocks than anybody writes',
      config: { gateways: [gateway], upstreamAddresses: { refuse: Array(1001).fill('10.0.0.0/8') } },
      says: 'upstreamAddresses.refuse: ',
    },
    { name: 'two gateways of one name', config: { gateways: [gateway, gateway] }, says: 'gateways: must not hold' },
    ...[
      { adoption: { namespaces: ['shop'] }, says: 'hosts: must be given, or objects' },
      { adoption: { namespaces: [], hosts: ['*'] }, says: 'namespaces: ' },
      {
        adoption: { namespaces: ['Shop'], hosts: ['*'] },
        says: 'namespaces[0]: must be * or the name of a namespace in lower case',
      },
      { adoption: { namespaces: ['shop'], objects: ['services/../x'] }, says: 'objects[0]: must be KIND/ID or KIND/*' },
      {
        adoption: { namespaces: ['shop'], objects: ['certificates/x'] },
        says: 'objects[0]: must be KIND/ID or KIND/*',
      },
      {
        adoption: { namespaces: ['shop'], hosts: ['a.*'] },
        says: 'hosts[0]: must be * or a host in lower case, for example test.com',
      },
      { adoption: { namespaces: ['shop'], hosts: Array(1001).fill('a.test') }, says: 'hosts: ' },
    ].map(({ adoption, says }) => ({
      name: `the adoption ${JSON.stringify(adoption).slice(0, 80)}`,
      config: { gateways: [{ ...gateway, adoption: [adoption] }] },
      says: `gateways[0].adoption[0].${says}`,
    })),
    {
      name: 'an unknown type',
      config: { gateways: [{ ...gateway, type: 'kong' }] },
      says: 'gateways[0].type: ',
    },
    ...['http://127.0.0.1:7080', 'https://user:pass@a', 'https://a?x=1', 'https://a#b', 'a:7443', '', '/'].map(
      (adminUrl) => ({
        name: `the adminUrl ${JSON.stringify(adminUrl)}`,
        config: { gateways: [{ ...gateway, adminUrl }] },
        says: 'gateways[0].adminUrl: must be an https URL without user, query and fragment',
      }),
    ),
    {
      name: 'a relative token file',
      config: { gateways: [{ ...gateway, tokenFile: 'token' }] },
      says: 'gateways[0].tokenFile: must be an absolute path',
    },
    ...['gateway', 'gateway:', 'gateway:0', 'gateway:65536', 'https://gateway:9443', '::1:9443', 'a b:1'].map(
      (endpoint) => ({
        name: `the endpoint ${JSON.stringify(endpoint)}`,
        config: { gateways: [{ ...gateway, dataPlane: { https: [endpoint] } }] },
        says: 'gateways[0].dataPlane.https[0]: must ',
      }),
    ),
    {
      name: 'a namespace in capitals',
      config: { gateways: [{ ...gateway, allowedNamespaces: ['Shop'] }] },
      says: 'gateways[0].allowedNamespaces[0]: ',
    },
    {
      name: 'tenants beside namespaces',
      config: { gateways: [{ ...gateway, allowedNamespaces: ['*'], tenants: [{ namespaces: ['shop'], hosts: [] }] }] },
      says: 'gateways[0].tenants: must not be set beside allowedNamespaces',
    },
    {
      name: 'a tenant of nobody',
      config: { gateways: [{ ...gateway, tenants: [{ hosts: [] }] }] },
      says: 'gateways[0].tenants[0].namespaces: must be given, or namespaceSelector in its place',
    },
    {
      name: 'a tenant by name and by labels',
      config: ofTenant({ namespaceSelector: { matchLabels: { team: 'a' } } }),
      says: 'gateways[0].tenants[0].namespaces: must be given, or namespaceSelector in its place',
    },
    {
      name: 'a tenant that does not say which hosts',
      config: ofTenant({ hosts: undefined }),
      says: 'gateways[0].tenants[0].hosts: ',
    },
    ...[
      { what: 'a host in capitals', tenant: { hosts: ['A.test'] }, field: 'hosts[0]' },
      { what: 'a host with a port', tenant: { hosts: ['a.test:443'] }, field: 'hosts[0]' },
      { what: 'no namespace', tenant: { namespaces: [] }, field: 'namespaces' },
      { what: 'an address without a block', tenant: { nodes: [{ host: '10.0.0.1/33' }] }, field: 'nodes[0].host' },
      { what: 'an octet beyond', tenant: { nodes: [{ host: '256.0.0.0/8' }] }, field: 'nodes[0].host' },
      { what: 'the port 0', tenant: { nodes: [{ host: '*', ports: [0] }] }, field: 'nodes[0].ports[0]' },
      { what: 'a range backwards', tenant: { nodes: [{ host: '*', ports: ['9-8'] }] }, field: 'nodes[0].ports[0]' },
      { what: 'a port beyond', tenant: { nodes: [{ host: '*', ports: ['1-65536'] }] }, field: 'nodes[0].ports[0]' },
      { what: 'an empty selector', tenant: byLabels({}), field: 'namespaceSelector' },
      {
        what: 'values of a label that is to be there',
        tenant: byLabels({ matchExpressions: [{ key: 'team', operator: 'Exists', values: ['a'] }] }),
        field: 'namespaceSelector.matchExpressions[0].values',
      },
      {
        what: 'a label of no value',
        tenant: byLabels({ matchExpressions: [{ key: 'team', operator: 'NotIn' }] }),
        field: 'namespaceSelector.matchExpressions[0].values',
      },
      {
        what: 'an operator that there is not',
        tenant: byLabels({ matchExpressions: [{ key: 'team', operator: 'Gt', values: ['1'] }] }),
        field: 'namespaceSelector.matchExpressions[0].operator',
      },
    ].map(({ what, tenant, field }) => ({
      name: `a tenant with ${what}`,
      config: ofTenant(tenant),
      says: `gateways[0].tenants[0].${field}: `,
    })),
    { name: 'another word for orphans', config: { gateways: [gateway], orphans: 'remove' }, says: 'orphans: ' },
    ...['5', '1d', '', 'PT5M', '9s'].map((driftInterval) => ({
      name: `the drift interval ${JSON.stringify(driftInterval)}`,
      config: { gateways: [gateway], driftInterval },
      says: 'driftInterval: must be ',
    })),
    ...[
      { field: 'driftInterval', value: '25h', says: 'driftInterval: must be at most 24h' },
      { field: 'livenessInterval', value: '6m', says: 'livenessInterval: must be at most 5m' },
      { field: 'proofInterval', value: '169h', says: 'proofInterval: must be at most 168h' },
      { field: 'deletionDeadline', value: '8761h', says: 'deletionDeadline: must be at most 8760h' },
      { field: 'gracePeriod', value: '11m', says: 'gracePeriod: must be at most 10m' },
    ].map(({ field, value, says }) => ({
      ...{ name: `a ${field} of ${value}`, config: { gateways: [gateway], [field]: value }, says },
    })),
    {
      name: 'a lease of eleven minutes',
      config: { gateways: [gateway], leaderElection: { namespace: 'here', leaseDuration: '11m' } },
      says: 'leaderElection.leaseDuration: must be at most 10m',
    },
    { name: 'no worker', config: { gateways: [gateway], workers: 0 }, says: 'workers: ' },
    { name: 'an unknown log level', config: { gateways: [gateway], logLevel: 'loud' }, says: 'logLevel: ' },
  ]) {
    it(`refuses ${name}`, () => {
      const { reason, message } = refusal(load(config));
      assert.equal(reason, 'InvalidConfig');
      assert.ok(message.includes(says), message);
      assert.ok(!message.includes('a7ee-secret') && !message.includes('pass@'), message);
    });
  }

  describe('with a sentence and an example in place of a pattern', () => {
    const atTop = (field: string, value: unknown) => ({ gateways: [gateway], [field]: value });
    const ofGateway = (field: string, value: unknown) => ({ gateways: [{ ...gateway, [field]: value }] });
    for (const { field, value, config } of [
      ...[
        { field: 'name', value: 'My Gateway' },
        { field: 'name', value: 1 },
        { field: 'adminUrl', value: 'admin.example:7443' },
        { field: 'serverName', value: 'https://admin.example' },
        { field: 'tokenFile', value: './token' },
        { field: 'tokenFile', value: undefined },
        { field: 'caFile', value: 'ca.crt' },
      ].map(({ field, value }) => ({ field: `gateways[0].${field}`, value, config: ofGateway(field, value) })),
      ...[
        { field: 'driftInterval', value: '5 minutes' },
        { field: 'driftInterval', value: 300 },
        { field: 'metricsAddress', value: '8080' },
        { field: 'metricsAddress', value: 8080 },
      ].map((wrong) => ({ ...wrong, config: atTop(wrong.field, wrong.value) })),
      ...['https://a:9443', 9443].map((value) => ({
        ...{ field: 'gateways[0].dataPlane.https[0]', value, config: ofGateway('dataPlane', { https: [value] }) },
      })),
      ...['Shop', 'a'.repeat(64)].flatMap((value) => [
        { field: 'gateways[0].allowedNamespaces[0]', value, config: ofGateway('allowedNamespaces', [value]) },
        { field: 'watchNamespaces[0]', value, config: atTop('watchNamespaces', [value]) },
      ]),
      { field: 'leaderElection.name', value: '_', config: atTop('leaderElection', { namespace: 'a', name: '_' }) },
    ]) {
      it(`${field} of ${JSON.stringify(value)}`, () => {
        const [, told = ''] = refusal(load(config)).message.split(' is refused: ');
        assert.ok(told.startsWith(`${field}: must be `), told);
        assert.match(told, / for example [a-z0-9[:/]/);
        assert.doesNotMatch(told, /\^|pattern|regex|Invalid/);
      });
    }
  });

  it('names the line of broken YAML and nothing of its text', () => {
    const { reason, message } = refusal(
      loadConfig(['--config', write('gateways:\n  - name: [a7ee-secret\n'), '--kubeconfig', '/k'], {}),
    );
    assert.equal(reason, 'InvalidConfig');
    assert.match(message, /is not valid YAML in line \d$/);
  });

  it('names a file that cannot be read', () => {
    const file = join(directory, 'missing.yaml');
    const { reason, message } = refusal(loadConfig(['--config', file, '--kubeconfig', '/k'], {}));
    assert.deepEqual([reason, message], ['ConfigUnreadable', `The configuration ${file} cannot be read`]);
  });

  it('lets the flag decide the log level', () => {
    assert.equal(loaded(load({ gateways: [gateway], logLevel: 'warn' }, '--log-level', 'trace')).logLevel, 'trace');
  });

  for (const { name, argv, says } of [
    { name: 'no flag', argv: [], says: '--config is missing' },
    { name: 'an unknown flag', argv: ['--config', 'a', '--token', 'a7ee-secret'], says: 'usage: mtls-operator' },
    { name: 'a flag without its value', argv: ['--config'], says: 'usage: mtls-operator' },
    { name: 'an argument that is no flag', argv: ['--config', 'a', 'b'], says: 'usage: mtls-operator' },
    {
      name: 'an unknown log level',
      argv: ['--config', 'a', '--log-level', 'loud'],
      says: '--log-level must be one of',
    },
  ]) {
    it(`refuses ${name}`, () => {
      const { reason, message } = refusal(loadConfig(argv, {}));
      assert.equal(reason, 'InvalidFlags');
      assert.ok(message.includes(says) && !message.includes('a7ee-secret'), message);
    });
  }

  it('uses the service account in a cluster', () => {
    const config = loaded(
      loadConfig(['--config', write(stringify({ gateways: [gateway] }))], { KUBERNETES_SERVICE_HOST: '10.0.0.1' }),
    );
    assert.equal(config.kubeconfig, undefined);
  });

  it('takes the example of deploy/base', () => {
    const argv = ['--config', 'deploy/base/operator/config.yaml', '--kubeconfig', '/kubeconfig'];
    assert.equal(loaded(loadConfig(argv, {})).gateways[0]?.name, 'default');
  });

  it('never uses an ambient KUBECONFIG', () => {
    const file = write(stringify({ gateways: [gateway] }));
    const { reason } = refusal(loadConfig(['--config', file], { KUBECONFIG: '/home/me/.kube/config' }));
    assert.equal(reason, 'NoCluster');
  });

  it('tells of the configuration before it asks for a cluster', () => {
    const { reason } = refusal(loadConfig(['--config', write('gateways: []')], {}));
    assert.equal(reason, 'InvalidConfig');
  });
});

describe('the flags', () => {
  for (const { argv, want } of [
    { argv: ['--help'], want: { kind: 'help', text: help } },
    { argv: ['-h', '--config', 'a'], want: { kind: 'help', text: help } },
    { argv: ['--version'], want: { kind: 'version' } },
    { argv: ['--check-config', 'a'], want: { kind: 'check', config: 'a' } },
    {
      argv: ['--config', 'a', '--kubeconfig', 'b', '--log-level', 'warn', '--shard', '1/3'],
      want: { kind: 'run', config: 'a', kubeconfig: 'b', logLevel: 'warn', shard: { index: 1, count: 3 } },
    },
  ]) {
    it(`${argv.join(' ')} ask for ${want.kind}`, () => assert.deepEqual(parseCommand(argv), want));
  }

  it('refuse what says nothing about a file that is only checked', () => {
    const refused = parseCommand(['--check-config', 'a', '--kubeconfig', 'b']);
    assert.ok(refused instanceof Failure && refused.message.startsWith('--check-config FILE must be the only flag'));
  });

  it('are all in the help', () => {
    for (const name of ['config', 'kubeconfig', 'log-level', 'shard', 'check-config', 'version', 'help'])
      assert.ok(help.includes(`  --${name}`), name);
  });
});

describe('what a configuration says', () => {
  const say = (config: object) => {
    const parsed = parseOperatorConfig(config);
    assert.ok(parsed.ok, JSON.stringify(parsed));
    return describeConfig('config.yaml', parsed.value);
  };

  it('is a line for each gateway, and what holds for all', () => {
    const dataPlane = { https: ['gateway.example:9443', '[::1]:9443'], http: ['10.0.0.1:9080'] };
    const said = say({
      gateways: [{ ...gateway, dataPlane, allowedNamespaces: ['shop', 'web'] }],
      driftInterval: '1h30m',
      upstreamAddresses: { allow: ['127.0.0.0/8', '::1/128'], refuse: ['10.9.0.0/24'] },
      metricsAddress: ':8080',
      leaderElection: { namespace: 'here' },
    });
    assert.equal(
      said,
      `config.yaml can be used.
gateway default: api7-ee at https://127.0.0.1:7443, token in /var/run/secrets/gateways/default/token
  probed at https gateway.example:9443, https [::1]:9443, http 10.0.0.1:9080
  for the namespaces shop, web, with any host or none, and NGINX anywhere; a host belongs to the namespace that claims it first
allows nodes of upstreams at 127.0.0.0/8, ::1/128, even if these are special addresses
refuses nodes of upstreams at 10.9.0.0/24
asks every 10s whether gateways answer, compares them every 1h30m, proves every 1h, a deletion waits for 1h, a stop for 30s
reports orphaned objects at a gateway, and does not remove them
watches all namespaces with 8 workers, log level info
metrics at :8080, no probes, one leader by the Lease here/mtls-operator
does not remember across a crash what it was doing: see stateDirectory
Not checked: whether its files, gateways and namespaces exist.`,
    );
  });

  it('is where it is remembered what was under way', () => {
    assert.match(
      say({ gateways: [gateway], stateDirectory: '/state' }),
      /^remembers in \/state across a crash what it was doing$/m,
    );
  });

  for (const { what, change, want } of [
    { what: 'nothing can be proven', change: {}, want: /no data-plane address: enforcement is not proven/ },
    {
      what: 'everybody may use a gateway, since nobody has said who',
      change: {},
      want: /\n {2}for all namespaces, since neither allowedNamespaces nor tenants is given, with any host or none, and NGINX anywhere; a host belongs/,
    },
    {
      what: 'everybody may use a gateway',
      change: { allowedNamespaces: ['*'] },
      want: /\n {2}for all namespaces, with any host or none/,
    },
    {
      what: 'tenants have hosts and nodes',
      change: {
        tenants: [
          { namespaces: ['shop', 'web'], hosts: ['*.shop.test'] },
          {
            namespaceSelector: {
              matchLabels: { team: 'a' },
              matchExpressions: [
                { key: 'stage', operator: 'In', values: ['test', 'live'] },
                { key: 'old', operator: 'DoesNotExist' },
              ],
            },
            hosts: [],
          },
          {
            ...{ namespaces: ['*'], hosts: ['*'], routesWithoutHost: true },
            nodes: [{ host: '10.0.0.0/8', ports: [8443, '9000-9010'] }],
          },
        ],
      },
      want: new RegExp(
        [
          String.raw` {2}for the namespaces shop, web: the hosts \*\.shop\.test, services with hosts only, NGINX anywhere`,
          String.raw` {2}for the namespaces with team=a, stage In \(test, live\), old DoesNotExist: no host, services with hosts only, NGINX anywhere`,
          String.raw` {2}for all namespaces: any host, services with or without hosts, NGINX at 10\.0\.0\.0/8 \(ports 8443, 9000-9010\)`,
        ].join('\n'),
      ),
    },
    {
      what: 'a certificate is not verified',
      change: { insecureSkipVerify: true },
      want: /does not verify its certificate/,
    },
  ]) {
    it(`is that ${what}`, () => assert.match(say({ gateways: [{ ...gateway, ...change }] }), want));
  }

  it('is that what has no owner is removed', () =>
    assert.match(say({ gateways: [gateway], orphans: 'Remove' }), /\nremoves orphaned objects at a gateway\n/));

  it('is that there must be no second operator without an election', () =>
    assert.match(say({ gateways: [gateway] }), /no leader election: never run a second operator/));

  it('is read without a cluster', () => {
    const config = readConfig('deploy/base/operator/config.yaml');
    assert.ok(!(config instanceof Failure));
  });
});
