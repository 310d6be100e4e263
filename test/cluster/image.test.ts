import assert from 'node:assert/strict';
import { execa } from 'execa';
import { buildOperatorImage } from '../../deploy/local/cluster/images.ts';
import { printProgress } from '../../deploy/local/install/progress.ts';
import type { Image } from '../../deploy/local/node/image.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { useNode } from '../harness/node/node.ts';

interface ImageConfig {
  readonly config: { readonly Labels: Readonly<Record<string, string>>; readonly User: string };
}

describe('the image of the Dockerfile', () => {
  const used = useNode();
  let image: Image;

  before('build it', async function () {
    this.timeout(20 * 60_000);
    const progress = printProgress(process.stderr);
    image = await buildOperatorImage(progress);
    progress.done();
    await used.node.load(image);
  });

  const read = async (file: string) => JSON.parse((await execa('tar', ['-xOf', image.archive, file])).stdout);

  it('says what it is by the labels of OCI, and is for a user without rights', async () => {
    const [{ Config: file }] = await read('manifest.json');
    const { config } = (await read(file)) as ImageConfig;
    const labels = new Map(
      Object.entries(config.Labels).map(([name, value]) => [name.replace('org.opencontainers.image.', ''), value]),
    );
    assert.equal(labels.get('title'), packageJson.name);
    assert.equal(labels.get('description'), packageJson.description);
    assert.equal(labels.get('licenses'), packageJson.license);
    assert.ok(labels.has('version') && labels.has('revision'));
    assert.equal(config.User, '65532:65532');
  });

  for (const { who, user } of [
    { who: 'its own user', user: {} },
    // As OpenShift gives each namespace one.
    { who: 'any user of the group root', user: { runAsUser: 1_000_680_000, runAsGroup: 0 } },
    { who: 'any user of any group', user: { runAsUser: 12_345, runAsGroup: 12_345 } },
  ]) {
    it(`runs as ${who}, with nothing that it may write to`, async () => {
      const namespace = await used.node.namespace();
      const here = (args: readonly string[]) => used.node.kubectl(['-n', namespace, ...args]);
      await used.node.apply({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'asked', namespace },
        spec: podSpec(image, user),
      });
      await here(['wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/asked', '--timeout=60s']);
      assert.equal((await here(['logs', 'asked'])).trim(), packageJson.version);
    });
  }
});

const podSpec = ({ reference }: Image, user: object) => ({
  restartPolicy: 'Never',
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, ...user },
  containers: [
    {
      name: 'operator',
      image: reference,
      args: ['--version'],
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    },
  ],
});
