/**
 * What keeps the node apart from the machine that it runs on. It is in namespaces of its own for the network, mounts
 * and process ids already; here it gets a network, a place for its files that ends with it, and values of the kernel
 * that it believes to have set.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { addresses } from './addresses.ts';

/** Directories whose paths are compiled into containerd and kubelet: what they write there the machine does not see. */
const written = ['/run', '/var/lib', '/var/log'];

/** kubelet sets these for the whole machine. It finds them as it wants them, so it leaves the machine's alone. */
const kernelValues = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

/** `state` becomes a file system in memory: one that ends with the node, and that overlays can be put on. */
export async function isolate(state: string, ip: string): Promise<void> {
  await mountState(state);
  await hideWrites(state);
  await hideKernelValues(state);
  await makeNetwork(ip);
}

async function mountState(state: string): Promise<void> {
  mkdirSync(state, { recursive: true });
  await execa('mount', ['-t', 'tmpfs', '-o', 'mode=0755', 'node', state]);
}

async function hideWrites(state: string): Promise<void> {
  for (const [at, directory] of written.entries()) {
    const layer = join(state, 'hidden', String(at));
    for (const part of ['upper', 'work']) mkdirSync(join(layer, part), { recursive: true });
    const options = `lowerdir=${directory},upperdir=${layer}/upper,workdir=${layer}/work`;
    await execa('mount', ['-t', 'overlay', '-o', options, 'node', directory]);
  }
}

async function hideKernelValues(state: string): Promise<void> {
  const directory = join(state, 'kernel');
  mkdirSync(directory);
  for (const [name, value] of Object.entries(kernelValues)) {
    const file = join(directory, name.replaceAll('/', '.'));
    writeFileSync(file, `${value}\n`);
    await execa('mount', ['--bind', file, `/proc/sys/${name}`]);
  }
}

/** A bridge that nothing is attached to holds the node's address: kubelet refuses one of the loopback. */
async function makeNetwork(ip: string): Promise<void> {
  for (const args of [
    ['link', 'set', 'lo', 'up'],
    ['link', 'add', 'node0', 'type', 'bridge'],
    ['addr', 'add', addresses.nodeNetwork, 'dev', 'node0'],
    ['link', 'set', 'node0', 'up'],
    ['route', 'add', 'default', 'via', addresses.node],
  ])
    await execa(ip, args);
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
}
