import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole } from '../../harness/whole.ts';

const foreignSecret = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData: { password: 'theirs' },
});

describe('what stands in the way of an MtlsGateway', () => {
  const given = useWhole();

  it('never touches a Secret of the same name that is not ours, and goes on once it is gone', async () => {
    const { whole } = given;
    await whole.apply(foreignSecret('foreign-server'));
    await whole.apply(aGateway({ name: 'foreign', hosts: ['foreign.example'] }));
    const { status } = await whole.until('mgw', 'foreign', 'Stalled', 'True', 'NotOurs');
    assert.match(
      status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '',
      /Secret foreign-server already exists and does not belong to this resource; the operator does not change it/,
    );
    assert.deepEqual(await whole.secret('foreign-server'), { password: 'theirs' });
    assert.equal((await whole.gatewayObjects()).length, 0);
    await whole.here(['delete', 'secret', 'foreign-server']);
    await whole.ready('mgw', 'foreign');
    await whole.assertSilent('mgw', 'foreign');
  });

  it('does not take over the Secret of another resource of ours', async () => {
    const { whole } = given;
    const before = await whole.secret('foreign-server');
    const spec = { serverCertificate: { secretName: 'foreign-server' } };
    await whole.apply(aGateway({ name: 'second', hosts: ['second.example'], spec }));
    await whole.until('mgw', 'second', 'Stalled', 'True', 'NotOurs');
    assert.deepEqual(await whole.secret('foreign-server'), before);
    await whole.here(['delete', 'mgw', 'second', '--timeout=30s']);
  });

  it('leaves a host to the resource that has it, and says to whom it belongs', async () => {
    const { whole } = given;
    await whole.apply(aGateway({ name: 'rival', hosts: ['foreign.example'] }));
    const { status } = await whole.until('mgw', 'rival', 'Stalled', 'True', 'SniConflict');
    const message = status?.conditions?.find(({ type }) => type === 'GatewaySynced')?.message ?? '';
    assert.match(message, new RegExp(`foreign\\.example .* MtlsGateway ${whole.namespace}/foreign`));
    await whole.here(['delete', 'mgw', 'foreign', '--timeout=30s']);
    await whole.ready('mgw', 'rival');
    await whole.here(['delete', 'mgw', 'rival', '--timeout=30s']);
  });

  for (const { what, name, spec, reason, message } of [
    {
      what: 'a gateway that nobody configured',
      name: 'misled',
      spec: { gatewayRef: { name: 'nowhere' } },
      reason: 'GatewayUnknown',
      message: /^spec\.gatewayRef\.name: .*nowhere/,
    },
    {
      what: 'a gateway group whose name only begins like another',
      name: 'astray',
      spec: { gatewayRef: { group: 'defaul' } },
      reason: 'GatewayGroupNotFound',
      message: /defaul$/,
    },
  ]) {
    it(`stalls with a sentence on ${what}`, async () => {
      const { whole } = given;
      await whole.apply(aGateway({ name, hosts: [`${name}.example`], spec }));
      const { status } = await whole.until('mgw', name, 'Stalled', 'True', reason);
      assert.match(status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '', message);
      await whole.apply(aGateway({ name, hosts: [`${name}.example`], spec: { gatewayRef: {} } }));
      await whole.ready('mgw', name);
      await whole.here(['delete', 'mgw', name, '--timeout=30s']);
    });
  }

  for (const { what, faults, reason } of [
    { what: 'answers 500', faults: { status: 500 }, reason: 'GatewayError' },
    { what: 'answers 503', faults: { status: 503 }, reason: 'GatewayError' },
    { what: 'closes every connection', faults: { close: true }, reason: 'GatewayUnreachable' },
    { what: 'refuses the token', faults: { status: 401 }, reason: 'GatewayUnauthorized' },
  ]) {
    it(`is Reconciling while the Admin API ${what}, and Ready after it`, async () => {
      const { whole } = given;
      await whole.fault(faults);
      await whole.apply(aGateway({ name: 'patient', hosts: ['patient.example'] }));
      await whole.until('mgw', 'patient', 'Reconciling', 'True', reason);
      await whole.until('mgw', 'patient', 'CertificatesReady', 'True');
      await whole.fault({});
      await whole.ready('mgw', 'patient');
      await whole.here(['delete', 'mgw', 'patient', '--timeout=30s']);
    });
  }

  it('serves everybody else while the Secret of one client is in the way', async () => {
    const { whole } = given;
    await whole.apply(foreignSecret('crowd-two'));
    const clients = ['one', 'two', 'three'].map((name) => ({ name, commonName: name }));
    await whole.apply(aGateway({ name: 'crowd', hosts: ['crowd.example'], spec: { clients } }));
    await whole.until('mgw', 'crowd', 'Stalled', 'True', 'NotOurs');
    const { status } = await whole.until('mgw', 'crowd', 'Enforced', 'True', 'Proven');
    assert.deepEqual(
      status?.certificates?.map(({ name }) => name),
      ['ca', 'server', 'client/one', 'client/three'],
    );
    await whole.here(['delete', 'secret', 'crowd-two']);
    await whole.ready('mgw', 'crowd');
    await whole.here(['delete', 'mgw', 'crowd', '--timeout=30s']);
  });

  it('is woken by nothing and looks again all the same once its own rights are back', async () => {
    const { whole } = given;
    const role = JSON.parse(await whole.kubectl(['get', 'clusterrole', 'mtls-operator', '-o', 'json']));
    const rules = role.rules.filter((rule: { resources: string[] }) => !rule.resources.includes('mtlsgateways/status'));
    const patch = (value: object) => JSON.stringify([{ op: 'replace', path: '/rules', value }]);
    const setRules = (value: object) =>
      whole.kubectl(['patch', 'clusterrole', 'mtls-operator', '--type=json', '-p', patch(value)]);
    await setRules(rules);
    try {
      await whole.apply(aGateway({ name: 'rightless', hosts: ['rightless.example'] }));
      await eventually(() => assert.match(whole.logs.join(''), /rightless.*Forbidden/));
    } finally {
      await setRules(role.rules);
    }
    await whole.ready('mgw', 'rightless');
    await whole.here(['delete', 'mgw', 'rightless', '--timeout=30s']);
  });

  describe('deletion', () => {
    const host = (name: string) => `${name}.example`;
    const readyOne = async (name: string, spec: object = {}) => {
      await given.whole.apply(aGateway({ name, hosts: [host(name)], spec }));
      await given.whole.ready('mgw', name);
    };
    const startDeletion = (name: string) => given.whole.here(['delete', 'mgw', name, '--wait=false']);
    const gone = (name: string) => eventually(async () => assert.equal(await given.whole.exists('mgw', name), false));

    it('waits for a gateway that is down, says how long and what else helps, and finishes when it is back', async () => {
      const { whole } = given;
      await readyOne('waiting');
      await whole.fault({ close: true });
      await startDeletion('waiting');
      await eventually(async () => {
        const { status } = await whole.get('mgw', 'waiting');
        const ready = status?.conditions?.find(({ type }) => type === 'Ready');
        assert.equal(ready?.reason, 'DeletionBlocked');
        assert.match(ready?.message ?? '', /does not answer.* at 20\d\d.*mtls-operator\.dev\/force-delete/);
      });
      assert.equal(await whole.exists('secret', 'waiting-server'), true);
      await whole.fault({});
      await gone('waiting');
      assert.deepEqual(await whole.gatewayObjects(), []);
    });

    it('goes on at once with the force annotation, and the next resource of that name takes back what was left', async () => {
      const { whole } = given;
      await readyOne('forced');
      const left = await whole.gatewayObjects();
      await whole.fault({ close: true });
      await startDeletion('forced');
      await eventually(async () =>
        assert.match(JSON.stringify((await whole.get('mgw', 'forced')).status), /DeletionBlocked/),
      );
      await whole.here(['annotate', 'mgw', 'forced', 'mtls-operator.dev/force-delete=yes']);
      await gone('forced');
      assert.match(whole.logs.join(''), /abandoned objects at the gateway/);
      await whole.fault({});
      assert.deepEqual(await whole.gatewayObjects(), left);
      await eventually(async () => assert.equal(await whole.exists('secret', 'forced-ca'), false));
      await readyOne('forced');
      await whole.here(['delete', 'mgw', 'forced', '--timeout=30s']);
      assert.deepEqual(await whole.gatewayObjects(), []);
    });

    it('gives up at the deadline, and not before this process has tried for two minutes itself', async () => {
      const { whole } = given;
      const later = (minutes: number) => {
        whole.clockOffset = Temporal.Duration.from({ minutes });
      };
      const isBlocked = async () => {
        assert.equal(await whole.exists('mgw', 'late'), true);
        assert.match(JSON.stringify((await whole.get('mgw', 'late')).status), /DeletionBlocked/);
      };
      await readyOne('late');
      await whole.fault({ close: true });
      await whole.stopOperator();
      await startDeletion('late');
      later(11);
      await whole.startOperator();
      await eventually(isBlocked);
      later(12);
      const failures = () =>
        whole.logs.filter((line) => /"reconcile failed"/.test(line) && line.includes('/late"')).length;
      const before = failures();
      await eventually(() => assert.ok(failures() > before + 1, 'one more that has begun since'));
      await isBlocked();
      later(14);
      await gone('late');
      later(0);
      await whole.fault({});
      // Tidy up what was given up on purpose.
      await readyOne('late');
      await whole.here(['delete', 'mgw', 'late', '--timeout=30s']);
    });

    it('takes the finalizer off although another manager owns it since a restore from a backup', async () => {
      const { whole } = given;
      await readyOne('restored');
      const backup = await whole.here(['get', 'mgw', 'restored', '-o', 'yaml']);
      await whole.here(['delete', 'mgw', 'restored', '--timeout=30s']);
      const { metadata, ...rest } = parse(backup);
      const { name, annotations, finalizers } = metadata;
      assert.deepEqual(finalizers, ['mtls-operator.dev/gateway']);
      await whole.here(['create', '-f', '-'], stringify({ ...rest, metadata: { name, annotations, finalizers } }));
      await whole.ready('mgw', 'restored');
      await whole.here(['delete', 'mgw', 'restored', '--timeout=30s']);
      assert.deepEqual(await whole.gatewayObjects(), []);
    });

    it('clears the gateway that was used although the spec has since named one that nobody knows', async () => {
      const { whole } = given;
      await readyOne('mistyped');
      const patch = JSON.stringify({ spec: { gatewayRef: { name: 'nowhere' } } });
      await whole.here(['patch', 'mgw', 'mistyped', '--type=merge', '-p', patch]);
      await whole.until('mgw', 'mistyped', 'Stalled', 'True', 'GatewayUnknown');
      await whole.here(['delete', 'mgw', 'mistyped', '--timeout=30s']);
      assert.deepEqual(await whole.gatewayObjects(), []);
    });

    it('leaves the objects at the gateway with the policy Retain', async () => {
      const { whole } = given;
      await readyOne('kept', { deletionPolicy: 'Retain' });
      const objects = await whole.gatewayObjects();
      await whole.here(['delete', 'mgw', 'kept', '--timeout=30s']);
      assert.deepEqual(await whole.gatewayObjects(), objects);
    });
  });
});

describe('an Admin API that must not be trusted', () => {
  const given = useWhole({ operator: false });
  afterEach(() => given.whole.stopOperator());

  for (const { what, gateway, reason } of [
    {
      what: 'whose certificate is of another CA',
      gateway: () => ({ caFile: strangeCa(given.whole.directory) }),
      reason: 'GatewayUntrusted',
    },
    {
      what: 'whose certificate has another name',
      gateway: () => ({ serverName: 'other.example' }),
      reason: 'GatewayUntrusted',
    },
    { what: 'without a token file', gateway: () => ({ tokenFile: '/nowhere/token' }), reason: 'GatewayMisconfigured' },
    {
      what: 'with a wrong token',
      gateway: () => ({ tokenFile: wrongToken(given.whole.directory) }),
      reason: 'GatewayUnauthorized',
    },
    {
      what: 'that the namespace may not use',
      gateway: () => ({ allowedNamespaces: ['elsewhere'] }),
      reason: 'GatewayNotAllowed',
    },
  ]) {
    it(`gets no request that counts when it is one ${what}`, async () => {
      const { whole } = given;
      await whole.startOperator({}, gateway());
      await whole.apply(aGateway({ name: 'wary' }));
      await whole.until('mgw', 'wary', 'GatewaySynced', 'False', reason);
      assert.deepEqual(await whole.gatewayObjects(), []);
    });
  }

  it('never logs a token, a key or a header', () => {
    const { logs, standIn } = given.whole;
    assert.ok(logs.length > 0);
    for (const line of logs) assert.doesNotMatch(line, /PRIVATE KEY|x-api-key|a7ee-/i, line.slice(0, 200));
    assert.ok(standIn.adminUrl.startsWith('https://'));
  });
});

function strangeCa(directory: string): string {
  const file = join(directory, 'strange-ca.crt');
  writeFileSync(file, strangeCaPem);
  return file;
}

function wrongToken(directory: string): string {
  const file = join(directory, 'wrong-token');
  writeFileSync(file, 'a7ee-wrong');
  return file;
}

/** A CA of nobody; only its being another one matters. */
const strangeCaPem = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUM06ZLuHL7gPIB8hCHvRVb0nHEjIwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHc3RyYW5nZTAgFw0yNjExMjIxMTMyNTdaGA8yMTI2MTAyOTEx
MzI1N1owEjEQMA4GA1UEAwwHc3RyYW5nZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABNCaZGHwEMDRvOo6wM5M0ua5MbihoilcgVj3DhhtfNWIsZV4T5m0eugpnfmi
oe4fyYPfyAOI7J+xdYeDCFl9JH+jUzBRMB0GA1UdDgQWBBR+kS3ISO2QJlIyaJxc
eWoTZ2b6LzAfBgNVHSMEGDAWgBR+kS3ISO2QJlIyaJxceWoTZ2b6LzAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQC+lBhtBpcvz4dbZtdhocDZcLP9
1Nwlh3aYtuCXbkwVFwIgehUTQRVsfmZTVcV8KiRURUA0QRBYERXGf2ZFEk7UByM=
-----END CERTIFICATE-----
`;
