import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { billOfMaterialsOf } from '../../deploy/image/bill-of-materials.ts';
import { type Bundle, bundle } from '../../deploy/image/bundle.ts';
import { nodeEnvironment, nodeFlags } from '../../deploy/image/node-process.ts';
import { noticesOf } from '../../deploy/image/notices.ts';
import packageJson from '../../package.json' with { type: 'json' };

describe('the bundle of the image', function () {
  // Each starts a process or two, and bundles once.
  this.timeout(20_000);
  const directory = mkdtempSync(join(tmpdir(), 'mtls-operator-bundle-'));
  let operator: Bundle;

  before(async () => {
    operator = await bundle('src/main.ts', directory);
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const run = async (program: string, ...args: readonly string[]) => {
    const { stdout, stderr, exitCode } = await execa(process.execPath, [...nodeFlags, program, ...args], {
      reject: false,
      env: nodeEnvironment,
    });
    return { stdout, stderr, exitCode };
  };

  for (const { what, config, said } of [
    { what: 'a configuration without what it needs', config: 'gateways: []', said: /is refused: / },
    { what: 'a kubeconfig that is not there', config: aConfig(), said: /KubeConfigInvalid/ },
  ]) {
    it(`answers ${what} as the sources do`, async () => {
      const file = join(directory, 'config.yaml');
      writeFileSync(file, config);
      const args = ['--config', file, '--kubeconfig', join(directory, 'missing')];
      const [bundled, sources] = await Promise.all([run(operator.module, ...args), run('src/main.ts', ...args)]);
      assert.match(bundled.stderr + bundled.stdout, said);
      assert.deepEqual(withoutTime(bundled), withoutTime(sources));
    });
  }

  for (const { what, config, args, exitCode, said } of [
    { what: 'what it can be asked', args: ['--help'], exitCode: 0, said: /^usage: mtls-operator .*--check-config/s },
    { what: 'what its agent can be asked', args: ['nginx-agent', '--help'], exitCode: 0, said: /--state-dir DIR/ },
    { what: 'its version', args: ['--version'], exitCode: 0, said: new RegExp(`^${packageJson.version}$`) },
    { what: 'a sound configuration', config: aConfig(), exitCode: 0, said: /can be used\.\ngateway / },
    {
      what: 'what is wrong with another one',
      config: 'gateways: [{ name: default }]',
      exitCode: 2,
      said: /is refused: gateways\[0\]\.type: /,
    },
  ]) {
    it(`tells ${what} without a cluster`, async () => {
      const file = join(directory, 'config.yaml');
      writeFileSync(file, config ?? '');
      const asked = args ?? ['--check-config', file];
      const bundled = await run(operator.module, ...asked);
      assert.match(exitCode === 0 ? bundled.stdout : bundled.stderr, said);
      assert.equal(exitCode === 0 ? bundled.stderr : bundled.stdout, '');
      assert.equal(bundled.exitCode, exitCode);
    });
  }

  /** Of all modules. */
  const readAll = () =>
    globSync(join(directory, '*.js'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');

  it('leaves out the classes that client-node has for the kinds of Kubernetes', () => {
    const text = readAll();
    assert.ok(text.includes('loadFromCluster'), 'what is looked at has nothing of client-node');
    for (const name of ['V1PodSpec', 'CoreV1Api']) assert.ok(!text.includes(name), name);
  });

  it('is ASCII alone, of which V8 holds one byte for each letter', () => {
    const others = readAll().match(/[^\x00-\x7f]/g);
    assert.equal(others, null);
  });

  it('names lines of the sources in stacks', async () => {
    const { module } = await bundle('test/image/throws.ts', directory);
    const { stderr } = await run(module);
    assert.match(stderr, /\bExpected\b/);
    assert.match(stderr, /test\/image\/throws\.ts:3:7/);
  });

  it('comes with the licence of every library that the operator names', () => {
    const notices = noticesOf(operator.packages);
    for (const [name, version] of Object.entries(packageJson.dependencies)) {
      const [, notice] = notices.split(`${name} ${version}, `);
      assert.match(
        notice?.slice(0, 4_000) ?? '',
        /^(MIT|ISC|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0)\n\n.*(copyright|license)/is,
        name,
      );
    }
  });

  it('comes with a bill of materials that names every library, and what they need themselves', () => {
    const { bomFormat, specVersion, metadata, components } = JSON.parse(billOfMaterialsOf(operator.packages));
    assert.deepEqual([bomFormat, specVersion], ['CycloneDX', '1.6']);
    assert.equal(metadata.component.purl, `pkg:npm/mtls-operator@${packageJson.version}`);
    const named = new Map(components.map((one: { readonly purl: string }) => [one.purl, one]));
    for (const [name, version] of Object.entries(packageJson.dependencies))
      assert.ok(named.has(`pkg:npm/${name.replace('@', '%40')}@${version}`), name);
    assert.ok(named.size > Object.keys(packageJson.dependencies).length);
    assert.equal(named.size, operator.packages.length);
    const clientNode = packageJson.dependencies['@kubernetes/client-node'];
    assert.deepEqual(named.get(`pkg:npm/%40kubernetes/client-node@${clientNode}`), {
      type: 'library',
      'bom-ref': `pkg:npm/%40kubernetes/client-node@${clientNode}`,
      group: '@kubernetes',
      name: 'client-node',
      version: clientNode,
      licenses: [{ expression: 'Apache-2.0' }],
      purl: `pkg:npm/%40kubernetes/client-node@${clientNode}`,
    });
  });

  it('runs in the image under the flags and the environment of Node that were measured', () => {
    const dockerfile = readFileSync('deploy/image/Dockerfile', 'utf8');
    const [, entryPoint = ''] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? [];
    assert.deepEqual(JSON.parse(entryPoint), ['node', ...nodeFlags, '/opt/mtls-operator/main.js']);
    const environment = dockerfile.matchAll(/^ENV (\w+)=(\S+)$/gm).map(([, name, value]) => [name, value]);
    const { PATH, ...rest } = Object.fromEntries(environment);
    assert.deepEqual(rest, nodeEnvironment);
    assert.match(PATH, /^\/nodejs\/bin:/, 'where distroless has Node');
  });
});

function aConfig(): string {
  const gateway = { name: 'default', type: 'apisix', adminUrl: 'https://gateway.example', tokenFile: '/token' };
  return JSON.stringify({ gateways: [gateway] });
}

function withoutTime({ stdout, ...rest }: { readonly stdout: string }): object {
  return { ...rest, stdout: stdout.replace(/"time":"[^"]*"/g, '') };
}
