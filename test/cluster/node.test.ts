import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { versions } from '../../deploy/local/versions.ts';
import { eventually } from '../harness/eventually.ts';
import { useNode } from '../harness/node/node.ts';

interface ListedNode {
  readonly status: {
    readonly nodeInfo: { readonly kubeletVersion: string; readonly containerRuntimeVersion: string };
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

describe('the node', () => {
  const used = useNode();

  it('is Ready, of the pinned versions', async () => {
    const { items } = JSON.parse(await used.node.kubectl(['get', 'nodes', '-o', 'json'])) as { items: ListedNode[] };
    const [node, ...others] = items;
    assert.ok(node !== undefined);
    assert.equal(others.length, 0);
    const { nodeInfo, conditions } = node.status;
    assert.equal(nodeInfo.kubeletVersion, `v${versions.kubernetes}`);
    assert.match(nodeInfo.containerRuntimeVersion, new RegExp(`^containerd://${versions.containerd}\\b`));
    assert.equal(conditions.find(({ type }) => type === 'Ready')?.status, 'True');
  });
});

/** What can be seen of nodes on the machine. */
const cgroups = () => globSync('/sys/fs/cgroup/{,*/}mtls-operator-*').sort();
const kernelValues = () =>
  ['vm/overcommit_memory', 'kernel/panic', 'kernel/panic_on_oops', 'net/ipv4/ip_forward'].map((name) =>
    readFileSync(`/proc/sys/${name}`, 'utf8'),
  );
const bridges = () => globSync('/sys/class/net/*').sort();

/** Undefined for a process that has ended meanwhile. */
function processNamespace(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

describe('a node whose owner is killed', () => {
  it('leaves no process, no cgroup, and the machine as it was', async function () {
    this.timeout(180_000);
    const before = { cgroups: cgroups(), kernel: kernelValues(), network: bridges() };
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'parent.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(parent.stdout), 'line');
    const { directory, target } = JSON.parse(line) as { readonly directory: string; readonly target: string };
    const namespace = processNamespace(target.replace('--target=', ''));
    assert.ok(namespace !== undefined);
    const left = () =>
      globSync('/proc/[0-9]*')
        .map((path) => path.slice('/proc/'.length))
        .filter((pid) => processNamespace(pid) === namespace);
    const made = cgroups().filter((path) => !before.cgroups.includes(path));
    assert.ok(left().length > 8 && made.length > 0, 'it ran');
    assert.deepEqual(
      { kernel: kernelValues(), network: bridges() },
      { kernel: before.kernel, network: before.network },
    );

    parent.kill('SIGKILL');
    await eventually(() => assert.deepEqual(left(), []));
    await eventually(() =>
      assert.deepEqual(
        cgroups().filter((path) => made.includes(path)),
        [],
      ),
    );
    rmSync(directory, { recursive: true });
  });
});
