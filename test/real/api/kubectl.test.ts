import assert from 'node:assert/strict';
import { waitUntil } from '../../../deploy/local/processes/wait-until.ts';
import { apiVersion } from '../../../src/api/group.ts';
import { kinds } from '../../../src/api/kinds.ts';
import { hostsLine, status } from '../../../src/api/status.ts';
import { minimalGateway, minimalUpstream } from '../../api/spec-cases.ts';
import { useCluster } from '../../harness/cluster.ts';
import { installCrds } from './install-crds.ts';

const within = Temporal.Duration.from({ seconds: 20 });
const expires = '2099-02-20T10:00:00Z';
const condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Proven',
  message: 'Every handshake went as it should',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 1,
};

const unseen = status.parse(undefined);

interface OpenApiSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly items?: OpenApiSchema;
}

describe('kubectl', () => {
  const cluster = useCluster();
  let namespace = '';

  const kubectl = async (args: readonly string[], input = '') => {
    const { stdout, stderr, exitCode } = await cluster.kubectl(['-n', namespace, ...args], { input });
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };
  const rowsOf = async (...args: string[]) =>
    (await kubectl(['get', ...args])).split('\n').map((line) => line.trim().split(/ {2,}/));
  const statusOf = async (resource: string) => JSON.parse(await kubectl(['get', resource, '-o', 'json'])).status;
  const report = (resource: string, status: object) =>
    kubectl(['patch', resource, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]);

  before(async () => {
    await installCrds(cluster);
    namespace = await cluster.namespace();
    await kubectl(['apply', '-f', 'deploy/examples']);
    // The API server publishes the schema of a new kind a moment after it serves it.
    const isExplained = async () => (await cluster.kubectl(['explain', 'mup.spec'])).exitCode === 0;
    await waitUntil(isExplained, { what: 'the schema of MtlsUpstream', within });
  });

  for (const { kind, plural } of kinds) {
    it(`explains every field of ${kind} in a sentence`, async () => {
      const document = JSON.parse(await kubectl(['get', '--raw', '/openapi/v3/apis/mtls-operator.dev/v1alpha1']));
      const whole: OpenApiSchema = document.components.schemas[`dev.mtls-operator.v1alpha1.${kind}`];
      const sentences = describedFields(whole, plural);
      assert.ok(sentences.length > 50, `${sentences.length} fields`);
      const silent = sentences.filter(([, text]) => !/^[A-Z].*(\.|More info: \S+)$/s.test(text));
      assert.deepEqual(silent, []);
    });
  }

  it('explains a field by its path', async () => {
    const text = await kubectl(['explain', 'mgw.spec.clients.renewBefore']);
    assert.match(text, /How long before its end the certificate is renewed/);
  });

  it('shows a new resource before the operator has seen it', async () => {
    const [header, row] = await rowsOf('mtlsgateway', 'test-com');
    assert.deepEqual(header, ['NAME', 'READY', 'HOSTS', 'GATEWAY', 'EXPIRES', 'ROTATION', 'AGE']);
    assert.deepEqual(row?.slice(0, -1), ['test-com', 'Unknown', 'default']);
  });

  for (const { kind, spec } of [
    { kind: 'MtlsGateway', spec: minimalGateway },
    { kind: 'MtlsUpstream', spec: minimalUpstream },
  ]) {
    it(`counts a new ${kind} as in progress whatever it says of itself, until the operator writes a status`, async () => {
      const claimed = { observedGeneration: 1, expires, conditions: [condition] };
      await kubectl(
        ['create', '-f', '-'],
        JSON.stringify({ apiVersion, kind, metadata: { name: 'new' }, spec, status: claimed }),
      );
      assert.deepEqual(await statusOf(`${kind}/new`), unseen);
      await kubectl(['label', `${kind}/new`, 'touched=true']);
      assert.deepEqual(await statusOf(`${kind}/new`), unseen, 'after a write of the resource itself');
      await report(`${kind}/new`, claimed);
      assert.deepEqual(await statusOf(`${kind}/new`), claimed);
      await kubectl(['delete', `${kind}/new`]);
    });
  }

  it('shows what became of an MtlsGateway, its end as a date and its hosts as words', async () => {
    const hosts = hostsLine(['test.com', '*.test.com']);
    await report('mgw/test-com', { observedGeneration: 1, hosts, expires, conditions: [condition] });
    const [, row] = await rowsOf('mgw', 'test-com');
    assert.deepEqual(row?.slice(0, -1), ['test-com', 'True', 'test.com,*.test.com', 'default', expires]);
    const [wide, wideRow] = await rowsOf('mgw', 'test-com', '-o', 'wide');
    assert.deepEqual(wide, ['NAME', 'READY', 'REASON', 'HOSTS', 'GATEWAY', 'GROUP', 'EXPIRES', 'ROTATION', 'AGE']);
    assert.equal(wideRow?.[2], 'Proven');
  });

  it('shows what became of an MtlsUpstream', async () => {
    await report('mup/mtls-nginx', { observedGeneration: 1, expires, conditions: [condition] });
    const [header, row] = await rowsOf('mup', 'mtls-nginx');
    assert.deepEqual(header, ['NAME', 'READY', 'SERVICE', 'GATEWAY', 'EXPIRES', 'ROTATION', 'AGE']);
    assert.deepEqual(row?.slice(0, -1), ['mtls-nginx', 'True', 'mtls-nginx', 'default', expires]);
  });

  it('waits for Ready, and finds both kinds by their category', async () => {
    await kubectl(['wait', '--for=condition=Ready', '--timeout=10s', 'mgw/test-com', 'mup/mtls-nginx']);
    const names = await kubectl(['get', 'mtls', '-o', 'name']);
    assert.deepEqual(names.split('\n').sort(), [
      'mtlsgateway.mtls-operator.dev/test-com',
      'mtlsupstream.mtls-operator.dev/mtls-nginx',
    ]);
  });

  it('cannot change the status with the spec', async () => {
    await kubectl(['patch', 'mgw/test-com', '--type=merge', '-p', JSON.stringify({ status: { expires: null } })]);
    assert.equal(await kubectl(['get', 'mgw/test-com', '-o', 'jsonpath={.status.expires}']), expires);
  });
});

/** Path and description of every field; metadata is the server's own. */
function describedFields(schema: OpenApiSchema, path: string): readonly (readonly [string, string])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = [`${path}.${name}`, field.description ?? ''] as const;
    return [here, ...describedFields(field.items ?? field, here[0])];
  });
}
