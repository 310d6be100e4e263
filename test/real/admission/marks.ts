import assert from 'node:assert/strict';
import { stringify } from 'yaml';
import { installPolicies } from '../../../deploy/local/parts/access.ts';
import { eventually } from '../../harness/eventually.ts';
import { aGateway } from '../../harness/given.ts';
import { useWhole, type WholeOptions } from '../../harness/whole.ts';
import { grant } from './grant.ts';

const backup = 'system:serviceaccount:velero:velero';
const collector = 'system:serviceaccount:kube-system:generic-garbage-collector';

interface Seen {
  readonly metadata: object & { readonly uid: string };
  readonly data: Readonly<Record<string, string>>;
}

/** To be called inside of `describe`. */
export function markedSecrets(options: WholeOptions = {}): void {
  const given = useWhole(options);

  const as = (user: string, args: readonly string[], input = '') =>
    given.whole.cluster.kubectl(['--as', user, '-n', given.whole.namespace, ...args], { input });
  const create = (user: string, object: object) => as(user, ['create', '-f', '-'], stringify(object));
  const patch = (user: string, name: string, change: object) =>
    as(user, ['patch', 'secret', name, '--type=merge', '-p', JSON.stringify(change)]);

  type Answer = Promise<{ readonly stderr: string; readonly exitCode: number }>;
  const admitted = async (answer: Answer) => {
    const { stderr, exitCode } = await answer;
    assert.equal(exitCode, 0, stderr);
  };
  const refused = async (answer: Answer, says: string) => {
    const { stderr, exitCode } = await answer;
    assert.equal(exitCode, 1, 'it was admitted');
    assert.ok(stderr.includes('mtls-operator-marked-secrets') && stderr.includes(says), stderr);
  };
  const notMade = 'only the operator creates Secrets with its marks';
  const notChanged = 'only the operator changes data, labels and owners of a Secret with its marks';

  /** As the operator makes them, for a resource that is there, with what somebody else wants to change. */
  const spoofed = async (name: string, metadata: object = {}) => {
    const { data, metadata: marks } = await given.whole.get<Seen>('secret', 'test-com-ca');
    const { uid: _, ...rest } = marks;
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...rest, resourceVersion: undefined, name, ...metadata },
      data,
    };
  };
  const none = { labels: {}, annotations: {}, finalizers: [], ownerReferences: [] };

  before('give rights, let the operator make its Secrets, and wait for the policy', async () => {
    const { whole } = given;
    const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['*'] };
    const resources = { apiGroups: ['mtls-operator.dev'], resources: ['mtlsgateways'], verbs: ['update'] };
    await grant(whole, 'tenant', [secrets]);
    await grant(whole, 'owner', [secrets, resources]);
    await grant(whole, backup, [secrets]);
    await grant(whole, 'system:serviceaccount:velero:other', [secrets]);
    await whole.apply(aGateway());
    await whole.ready('mgw', 'test-com');
    await eventually(async () => refused(create('tenant', await spoofed('early')), notMade));
  });

  for (const { what, metadata } of [
    { what: 'all of them', metadata: {} },
    { what: 'the owner alone', metadata: { ...none, ownerReferences: undefined } },
    { what: 'the role alone', metadata: { ...none, labels: { 'mtls-operator.dev/role': 'ca' } } },
    {
      what: 'the label that the operator watches by alone',
      metadata: { ...none, labels: { 'app.kubernetes.io/managed-by': 'mtls-operator' } },
    },
    { what: 'the finalizer alone', metadata: { ...none, finalizers: ['mtls-operator.dev/in-use'] } },
    {
      what: 'the annotation that names an owner alone',
      metadata: { ...none, annotations: { 'mtls-operator.dev/owner': 'MtlsGateway/test-com x 0123456789abcdef' } },
    },
  ]) {
    it(`are not made by somebody else with ${what}`, async () => {
      const { ownerReferences } = (await spoofed('spoofed')).metadata as { ownerReferences?: object };
      const marks =
        'ownerReferences' in metadata && metadata.ownerReferences === undefined
          ? { ...metadata, ownerReferences }
          : metadata;
      await refused(create('tenant', await spoofed('spoofed', marks)), notMade);
    });
  }

  it('are not made of a Secret without marks', async () => {
    const { ownerReferences, labels } = (await spoofed('plain')).metadata as {
      ownerReferences?: object;
      labels?: object;
    };
    await admitted(create('tenant', await spoofed('plain', none)));
    await refused(patch('tenant', 'plain', { metadata: { ownerReferences } }), notMade);
    await refused(patch('tenant', 'plain', { metadata: { labels } }), notMade);
    await admitted(patch('tenant', 'plain', { metadata: { labels: { team: 'shop' } }, data: { more: 'eA==' } }));
  });

  it('leave Secrets of other tools alone', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' }];
    await admitted(create('tenant', await spoofed('of-others', { ...none, labels, ownerReferences })));
  });

  for (const { what, change } of [
    { what: 'the key', change: { data: { 'tls.key': 'eA==' } } },
    { what: 'what is in them', change: { data: { note: 'eA==' } } },
    { what: 'a label of their own', change: { metadata: { labels: { team: 'shop' } } } },
    { what: 'the role', change: { metadata: { labels: { 'mtls-operator.dev/role': null } } } },
    { what: 'the owner', change: { metadata: { ownerReferences: [] } } },
    { what: 'whether they may change', change: { immutable: true } },
    {
      what: 'the annotation that names the owner',
      change: { metadata: { annotations: { 'mtls-operator.dev/owner': 'x' } } },
    },
  ]) {
    it(`are not changed by somebody else: ${what}`, () =>
      refused(patch('tenant', 'test-com-server', change), what.startsWith('the annotation') ? notMade : notChanged));
  }

  it('are annotated by anybody', async () => {
    await admitted(as('tenant', ['annotate', 'secret', 'test-com-server', 'note=x']));
  });

  it('are deleted by anybody, and issued anew by the operator', async () => {
    const { metadata } = await given.whole.get<Seen>('secret', 'test-com-server');
    await admitted(as('tenant', ['delete', 'secret', 'test-com-server', '--wait=false']));
    await eventually(async () => {
      const anew = await given.whole.get<Seen>('secret', 'test-com-server');
      assert.notEqual(anew.metadata.uid, metadata.uid);
    });
    await given.whole.ready('mgw', 'test-com');
  });

  it('are let go by anybody, where no operator is left to do it', async () => {
    const change = { metadata: { finalizers: [] } };
    await admitted(
      as('tenant', [
        'patch',
        'secret',
        'test-com-server',
        '--type=merge',
        '--dry-run=server',
        '-p',
        JSON.stringify(change),
      ]),
    );
  });

  it('are restored by the accounts that the administrator lists, and by no other', async () => {
    const { whole } = given;
    const other = 'system:serviceaccount:velero:other';
    await refused(
      create(backup, await spoofed('restored')),
      'to restore from a backup, let the administrator list the account',
    );
    await installPolicies(whole.kubectl, { users: [backup], groups: ['system:masters'] });
    try {
      await eventually(async () => admitted(create(backup, await spoofed('restored'))));
      await admitted(patch(backup, 'restored', { data: { 'tls.key': 'eA==' } }));
      await refused(create(other, await spoofed('other')), notMade);
      await refused(patch(other, 'restored', { data: { 'tls.key': 'eQ==' } }), notChanged);
    } finally {
      await whole.here(['delete', 'secret', 'restored', '--ignore-not-found']);
      await installPolicies(whole.kubectl, { groups: ['system:masters'] });
    }
  });

  it('lose their owner to the garbage collector, which is asked to by a deletion with orphan', async () => {
    const { whole } = given;
    await whole.apply(aGateway({ name: 'left', hosts: ['left.example'] }));
    await whole.ready('mgw', 'left');
    await refused(patch(collector, 'left-ca', { data: { 'tls.key': 'eA==' } }), notChanged);
    await whole.here(['delete', 'mgw', 'left', '--cascade=orphan', '--timeout=60s']);
    await eventually(async () => {
      const { metadata } = await whole.get<{ metadata: { ownerReferences?: unknown } }>('secret', 'left-ca');
      assert.equal(metadata.ownerReferences, undefined);
    });
  });

  it('go with a namespace', async () => {
    const { whole } = given;
    const namespace = await whole.cluster.namespace();
    const marked = { ...(await spoofed('marked')).metadata, namespace, finalizers: [], ownerReferences: [] };
    await whole.kubectl(['create', '-f', '-'], stringify({ apiVersion: 'v1', kind: 'Secret', metadata: marked }));
    await whole.kubectl(['delete', 'namespace', namespace, '--timeout=60s']);
  });

  describe('and the annotation that hands a Secret over', () => {
    const handedTo = (name: string) =>
      spoofed(name, { ...none, annotations: { 'mtls-operator.dev/adopt': 'MtlsGateway/test-com' } });
    const says = 'hands the Secret over to a resource that you may not update';

    it('is refused to who may not update the resource, at once and later', async () => {
      await refused(create('tenant', await handedTo('handed')), says);
      await admitted(create('tenant', await spoofed('unmarked', none)));
      await refused(
        as('tenant', ['annotate', 'secret', 'unmarked', 'mtls-operator.dev/adopt=MtlsGateway/test-com']),
        says,
      );
      await admitted(as('tenant', ['annotate', 'secret', 'unmarked', 'mtls-operator.dev/adopt=nothing']));
    });

    it('passes for who may, and for anybody while it stays', async () => {
      await admitted(create('owner', await handedTo('handed')));
      await admitted(as('tenant', ['label', 'secret', 'handed', 'team=shop']));
    });
  });

  it('was type-checked by Kubernetes without a warning', async () => {
    await eventually(async () => {
      const policy = await given.whole.get<PolicyStatus>('validatingadmissionpolicy', 'mtls-operator-marked-secrets');
      assert.equal(policy.status?.observedGeneration, policy.metadata.generation);
      assert.deepEqual(policy.status?.typeChecking ?? {}, {});
    });
  });
}

interface PolicyStatus {
  readonly metadata: { readonly generation: number };
  readonly status?: { readonly observedGeneration?: number; readonly typeChecking?: object };
}
