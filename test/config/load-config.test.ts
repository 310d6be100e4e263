import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Launch, loadConfig } from '../../src/config.ts';
import { Failure } from '../../src/std/failure.ts';

const gateway = {
  name: 'default',
  type: 'api7-ee',
  adminUrl: 'https://127.0.0.1:7443',
  tokenFile: '/var/run/secrets/gateways/default/token',
};

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
      gateways: [{ ...gateway, dataPlane: { https: [], http: [] }, allowedNamespaces: ['*'] }],
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
    { name: 'two gateways of one name', config: { gateways: [gateway, gateway] }, says: 'gateways: must not hold' },
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
    const { reason } = refusal(loadConfig(['--config', write('')], { KUBECONFIG: '/home/me/.kube/config' }));
    assert.equal(reason, 'NoCluster');
  });
});
