import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { checkedAtMost } from '../../../src/api/admission/references-policy.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway, anUpstream } from '../../harness/given.ts';
import { aSecret } from '../../harness/material.ts';
import { referenceCases } from '../../harness/reference-cases.ts';
import { useWhole, type WholeOptions } from '../../harness/whole.ts';
import { grant } from './grant.ts';

const port = 8443;

/** To be called inside of `describe`. */
export function referencesOfSpecs(options: WholeOptions = {}): void {
  const given = useWhole({ ...options, operator: false });

  const as = (user: string, args: readonly string[], input = '') =>
    given.whole.cluster.kubectl(['--as', user, '-n', given.whole.namespace, ...args], { input });
  const create = (user: string, object: object, ...flags: string[]) =>
    as(user, ['create', ...flags, '-f', '-'], stringify(object));
  const tryOut = (user: string, object: object) => create(user, object, '--dry-run=server');

  const admitted = async (answer: Promise<{ stderr: string; exitCode: number }>) => {
    const { stderr, exitCode } = await answer;
    assert.equal(exitCode, 0, stderr);
  };
  const refused = async (answer: Promise<{ stderr: string; exitCode: number }>, says: string) => {
    const { stderr, exitCode } = await answer;
    assert.equal(exitCode, 1, 'it was admitted');
    assert.ok(stderr.includes(says), stderr);
  };
  const sentence = (what: string) =>
    `spec names the ${what}, which you may not get, and the operator would read it on your behalf: ask for permission to get it, or let somebody who has it make this change`;

  before('give rights, and wait for the policies', async () => {
    const { whole } = given;
    const kinds = { apiGroups: ['mtls-operator.dev'], resources: ['*'], verbs: ['*'] };
    const names = ['allowed', ...Array.from({ length: 2 * checkedAtMost }, (_, index) => `s-${index}`)];
    const some = { apiGroups: [''], resources: ['secrets', 'configmaps'], resourceNames: names, verbs: ['get'] };
    await grant(whole, 'tenant', [kinds]);
    await grant(whole, 'reader', [kinds, some]);
    await grant(whole, 'reader-of-all', [
      kinds,
      { apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['get'] },
    ]);
    for (const [user, resource] of Object.entries({
      'reader-of-secrets': 'secrets',
      'reader-of-config-maps': 'configmaps',
    }))
      await grant(whole, user, [kinds, { apiGroups: [''], resources: [resource], verbs: ['get'] }]);
    for (const object of [aGateway, anUpstream]) {
      const brought = object({ port, spec: { ca: { secretRef: { name: 'x' } } } });
      await eventually(() => refused(tryOut('tenant', brought), sentence('Secret x')));
    }
  });

  for (const { kind, field, to, spec } of referenceCases) {
    const object = (name: string) =>
      kind === 'MtlsGateway' ? aGateway({ spec: spec(name) }) : anUpstream({ port, spec: spec(name) });

    it(`${kind} ${field}: is refused to who may not get the ${to}, and admitted for who may`, async () => {
      const what = to === 'secret' ? 'Secret payments-tls' : 'ConfigMap payments-tls';
      await refused(tryOut('tenant', object('payments-tls')), sentence(what));
      await refused(tryOut('reader', object('payments-tls')), sentence(what));
      await admitted(tryOut('reader', object('allowed')));
      await admitted(tryOut('reader-of-all', object('payments-tls')));
    });
  }

  it('admits a spec that names nothing, for anybody', async () => {
    await admitted(tryOut('tenant', aGateway()));
    await admitted(tryOut('tenant', anUpstream({ port })));
  });

  it('tells a ConfigMap from a Secret of the same name', async () => {
    const spec = { clientTrust: [{ secretRef: { name: 'roots' } }, { configMapRef: { name: 'roots' } }] };
    await refused(tryOut('reader-of-secrets', aGateway({ spec })), sentence('ConfigMap roots'));
    await refused(tryOut('reader-of-config-maps', aGateway({ spec })), sentence('Secret roots'));
  });

  describe('that ask for an NGINX', () => {
    const locations = [{ path: '/', return: { status: 200, body: 'ok' } }];
    const running = (name: string, deployment: object) =>
      anUpstream({ name, port, spec: { nginx: { listen: port, serverName: 'test.com', locations, deployment } } });
    const says = 'you may not create Deployments here';

    before(() =>
      grant(given.whole, 'deployer', [
        { apiGroups: ['mtls-operator.dev'], resources: ['*'], verbs: ['*'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['create'] },
      ]),
    );

    it('are refused to who may not create Deployments, and admitted for who may', async () => {
      await refused(tryOut('tenant', running('run', {})), says);
      await admitted(tryOut('deployer', running('run', {})));
    });

    it('may be edited by anybody while the NGINX stays the same', async () => {
      await admitted(create('deployer', running('run', { replicas: 2 })));
      const patch = (spec: object) =>
        as('tenant', ['patch', 'mup', 'run', '--type=merge', '-p', JSON.stringify({ spec })]);
      await admitted(as('tenant', ['label', 'mup', 'run', 'team=shop']));
      await admitted(patch({ nginx: { locations: [{ path: '/', return: { status: 200, body: 'other' } }] } }));
      await refused(patch({ nginx: { deployment: { replicas: 50 } } }), says);
      await refused(patch({ nginx: { deployment: { image: 'elsewhere/miner' } } }), says);
      await admitted(patch({ nginx: { deployment: null } }));
      await refused(patch({ nginx: { deployment: {} } }), says);
    });
  });

  describe('of an object that an administrator made', () => {
    const patch = (user: string, kind: string, name: string, change: object) =>
      as(user, ['patch', kind, name, '--type=merge', '-p', JSON.stringify(change)]);

    before(async () => {
      const trust = { clientTrust: [{ secretRef: { name: 'payments-tls' } }] };
      const server = { secretRef: { name: 'payments-tls' }, secretName: 'payments-nginx' };
      const spec = { ca: { secretRef: { name: 'payments-ca' } }, serverCertificate: server, ...trust };
      await given.whole.apply(aSecret('payments-ca', {}), anUpstream({ name: 'payments', port, spec }));
      await given.whole.apply(aGateway({ name: 'shop', spec: trust }));
    });

    it('passes for anybody while they stay', async () => {
      await admitted(as('tenant', ['label', 'mup', 'payments', 'team=shop']));
      await admitted(as('tenant', ['annotate', 'mgw', 'shop', 'mtls-operator.dev/renew=now']));
      await admitted(patch('tenant', 'mgw', 'shop', { spec: { hosts: ['test.com', 'other.example'] } }));
      await admitted(patch('tenant', 'mgw', 'shop', { spec: { clientTrust: [] } }));
    });

    for (const { what, change, says } of [
      {
        what: 'another Secret in the place of one',
        change: { ca: { secretRef: { name: 'other' } } },
        says: 'Secret other',
      },
      {
        what: 'the same Secret in another field',
        change: { serverTrust: [{ secretRef: { name: 'payments-tls' } }] },
        says: 'Secret payments-tls',
      },
      {
        what: 'another key of the same Secret',
        change: { clientTrust: [{ secretRef: { name: 'payments-tls', key: 'tls.key' } }] },
        says: 'Secret payments-tls',
      },
      {
        what: 'another Secret for the copy of it, which the tenant may read',
        change: { serverCertificate: { secretName: 'allowed' } },
        says: 'Secret payments-tls',
      },
      {
        what: 'no Secret for the copy of it, which then has its default name',
        change: { serverCertificate: { secretName: null } },
        says: 'Secret payments-tls',
      },
    ]) {
      it(`refuses ${what}`, () => refused(patch('reader', 'mup', 'payments', { spec: change }), sentence(says)));
    }
  });

  describe('of the largest spec', () => {
    const long = (index: number) => `s-${index}`.padEnd(253, 'x');
    const trust = (name: (index: number) => string, from: number) =>
      Array.from({ length: 16 }, (_, index) => ({ secretRef: { name: name(from + index), key: 'k'.repeat(253) } }));
    const largest = (name: (index: number) => string) =>
      aGateway({
        spec: {
          ca: { secretRef: { name: name(0) } },
          serverCertificate: {
            secretName: 'd'.repeat(253),
            keystore: { pkcs12: { passwordSecretRef: { name: name(1) } } },
          },
          clients: Array.from({ length: 100 }, (_, index) => ({
            name: `c${index}-`.padEnd(63, 'x'),
            commonName: 'APP',
            secretName: `d${index}-`.padEnd(253, 'x'),
            keystore: { pkcs12: { passwordSecretRef: { name: name(2 + index), key: 'k'.repeat(253) } } },
          })),
          clientTrust: trust(name, 102),
          serverTrust: trust(name, 118),
        },
      });
    const some = (count: number) => {
      const sources = Array.from({ length: count }, (_, index) => ({ secretRef: { name: `s-${index}` } }));
      return aGateway({ spec: { clientTrust: sources.slice(0, 16), serverTrust: sources.slice(16) } });
    };

    it('costs less than Kubernetes lets a policy cost: who may get all is admitted', async () => {
      await admitted(tryOut('reader-of-all', largest(long)));
    });

    it('is refused with the sentence, not for its cost, where who asks may get none', async () => {
      await refused(tryOut('tenant', largest(long)), `spec names the Secret ${long(0)}, which you may not get`);
    });

    it('passes when one who may not get anything labels it', async () => {
      const { whole } = given;
      await whole.here(['create', '-f', '-'], stringify({ ...largest(long), metadata: { name: 'largest' } }));
      await admitted(as('tenant', ['label', 'mgw', 'largest', 'team=shop']));
      await admitted(
        as('tenant', ['patch', 'mgw', 'largest', '--type=json', '-p', '[{"op":"remove","path":"/spec/clients/0"}]']),
      );
    });

    it('passes with other names throughout, and with some that are asked about one by one', async () => {
      const replace = (user: string, name: (index: number) => string) =>
        as(user, ['replace', '-f', '-'], stringify({ ...largest(name), metadata: { name: 'largest' } }));
      await admitted(replace('reader-of-all', (index) => long(1000 + index)));
      await admitted(replace('reader', (index) => (index < checkedAtMost ? `s-${index}` : long(1000 + index))));
    });

    it('asks once for a Secret that is named a hundred times', async () => {
      await admitted(
        tryOut(
          'reader',
          largest(() => 'allowed'),
        ),
      );
    });

    it(`checks ${checkedAtMost} new names one by one, and says so of one more`, async () => {
      await admitted(tryOut('reader', some(checkedAtMost)));
      await refused(
        tryOut('reader', some(checkedAtMost + 1)),
        `spec names more than ${checkedAtMost} Secrets and ConfigMaps that it did not name before: add ${checkedAtMost} at a time`,
      );
    });

    it('takes the rest in a second change', async () => {
      const named = (count: number) => ({ ...some(count), metadata: { name: 'step-by-step' } });
      await admitted(create('reader', named(checkedAtMost)));
      await admitted(as('reader', ['replace', '-f', '-'], stringify(named(checkedAtMost + 5))));
    });
  });

  it('was type-checked by Kubernetes without a warning', async () => {
    for (const kind of ['mtlsgateway', 'mtlsupstream']) {
      await eventually(async () => {
        const policy = await given.whole.get<PolicyStatus>(
          'validatingadmissionpolicy',
          `mtls-operator-${kind}-references`,
        );
        assert.equal(policy.status?.observedGeneration, policy.metadata.generation);
        assert.deepEqual(policy.status?.typeChecking ?? {}, {});
      });
    }
  });
}

interface PolicyStatus {
  readonly metadata: { readonly generation: number };
  readonly status?: { readonly observedGeneration?: number; readonly typeChecking?: object };
}
