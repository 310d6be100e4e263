import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { operatorNamespace } from '../../deploy/local/cluster/release.ts';
import { ensureControlPlane } from '../../deploy/local/install/control-plane.ts';
import { layoutOf } from '../../deploy/local/node/layout.ts';
import { ensureHelm } from '../../deploy/local/tools/helm.ts';
import { objectsAt } from '../harness/at-gateway.ts';
import { useCast } from '../harness/node/cast.ts';

const root = join(import.meta.dirname, '../..');
const quiet = () => {};

interface Block {
  readonly heading: string;
  readonly commands: string;
}

/** The commands of a page, by their headings; what a user has to fill in is `export`ed there, and left out here. */
function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const found: Block[] = [];
  for (const section of text.split(/^## /m)) {
    const [heading = ''] = section.split('\n', 1);
    for (const [, commands = ''] of section.matchAll(/^```sh\n([\s\S]*?)^```$/gm))
      if (!commands.startsWith('export ')) found.push({ heading, commands });
  }
  return found;
}

/** Runs last of these suites: it takes away what the others have installed, and begins as a user does. */
describe('the commands that the pages show', () => {
  const used = useCast();
  let directory: string;
  let environment: readonly string[];

  /** In the node's network, with nothing but what the page and a shell have. */
  const run = async (commands: string) => {
    const script = `set -e -o pipefail; cd ${directory}\n${commands}`;
    const { stdout, stderr, exitCode } = await used.cast.node.run('env', [...environment, 'bash', '-c', script]);
    assert.equal(exitCode, 0, `${commands}\n${stdout}\n${stderr}`);
    return stdout;
  };

  before('begin as a user does', async function () {
    this.timeout(300_000);
    const { node, standIn, release, here, namespace, ports } = used.cast;
    await here(['delete', 'mtlsgateways,mtlsupstreams', '--all', '--timeout=90s']);
    await release.uninstall();
    await node.kubectl(['delete', 'namespace', operatorNamespace, '--timeout=90s']);

    directory = join(node.directory, 'user');
    mkdirSync(directory);
    for (const name of ['helm', 'deploy']) symlinkSync(join(root, name), join(directory, name));
    copyFileSync(standIn.tokenFile, join(directory, 'token'));
    copyFileSync(standIn.caFile, join(directory, 'ca.crt'));
    writeFileSync(join(directory, 'my-values.yaml'), stringify(release.values));
    const kubeconfig = join(layoutOf(join(node.directory, 'node')).controlPlane, 'admin.kubeconfig');
    const own = join(directory, 'kubeconfig');
    const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    config.contexts[0].context.namespace = namespace;
    writeFileSync(own, JSON.stringify(config), { mode: 0o600 });
    const [helm, { kubectl }] = [await ensureHelm(quiet), await ensureControlPlane(quiet)];
    const path = [dirname(kubectl), dirname(helm), process.env['PATH']].join(':');
    const addresses = [`GATEWAY=${standIn.host}`, `NGINX=${ports.nginxHost}`];
    environment = [`PATH=${path}`, `KUBECONFIG=${own}`, `HOME=${directory}`, ...addresses];
  });

  it('are the same in both languages', () => {
    const withoutRemarks = (page: string) => blocksOf(page).map(({ commands }) => commands);
    for (const page of ['install', 'guides'])
      assert.deepEqual(withoutRemarks(`${page}.zh-CN.md`), withoutRemarks(`${page}.md`));
  });

  const [installing, leaving] = [blocksOf('install.md').slice(0, -1), blocksOf('install.md').slice(-1)];
  for (const [page, blocks] of [
    ['install.md', installing],
    ['guides.md', blocksOf('guides.md')],
    ['install.md', leaving],
  ] as const) {
    for (const [index, { heading, commands }] of blocks.entries()) {
      it(`do what docs/${page} says: ${heading} (${index + 1})`, async function () {
        this.timeout(240_000);
        await run(commands);
      });
    }
  }

  it('leave no resource, no Secret of ours and no object at the gateway', async () => {
    const { here, standIn } = used.cast;
    assert.equal(await here(['get', 'mtlsgateways,mtlsupstreams', '-o', 'name']), '');
    assert.equal(await here(['get', 'secrets', '-l', 'app.kubernetes.io/managed-by=mtls-operator', '-o', 'name']), '');
    assert.deepEqual(await objectsAt(standIn), []);
  });
});
