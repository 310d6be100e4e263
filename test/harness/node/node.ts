/**
 * One real node for all suites of this mocha process, started when the first of them asks and gone after the last. They
 * share it, so each works in namespaces of its own.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { applyObjects, restrictedNamespace } from '../../../deploy/local/cluster/objects.ts';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { type Node, startNode } from '../../../deploy/local/node/start-node.ts';
import { Processes } from '../../../deploy/local/processes/processes.ts';

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface UsedNode extends Node {
  /** What a suite starts beside the node, and files that it writes. */
  readonly processes: Processes;
  readonly directory: string;
  /** Server-side, as a user does. */
  apply(...objects: readonly object[]): Promise<void>;
  /** A new namespace that only lets restricted pods in. */
  namespace(): Promise<string>;
  /** Runs a program in the node's network, where pods and Services are reached. Does not throw when it fails. */
  run(command: string, args: readonly string[]): Promise<Outcome>;
}

/** An empty cache is filled first: some 10 minutes on 2 cores when Go has to compile everything. */
const installationTimeout = 40 * 60_000;

let started: Promise<UsedNode> | undefined;
let stop = async () => {};

/** To be called inside of `describe`; the node may be used from its hooks and tests on. */
export function useNode(): { readonly node: UsedNode } {
  let node: UsedNode | undefined;
  before('start the node', async function () {
    this.timeout(installationTimeout);
    started ??= start();
    node = await started;
  });
  return {
    get node() {
      if (node === undefined) throw new Error('the node is there only from the before hooks of the suite on');
      return node;
    },
  };
}

// Suites load this file before their first `describe`, so this is a hook of the root.
after('stop the node', () => stop());

async function start(): Promise<UsedNode> {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-operator-node-'));
  const processes = new Processes(join(directory, 'logs'));
  processes.own({ stop: () => rm(directory, { recursive: true, force: true }) });
  stop = () => processes.stop();
  const progress = printProgress(process.stderr);
  const node = await startNode({ processes, directory: join(directory, 'node'), progress });
  progress.done();
  return use(node, processes, directory);
}

function use(node: Node, processes: Processes, directory: string): UsedNode {
  const { kubectl, enter } = node;
  const apply = (...objects: readonly object[]) => applyObjects(kubectl, objects);
  const namespace = async () => {
    const name = `test-${randomBytes(5).toString('hex')}`;
    await apply(restrictedNamespace(name));
    return name;
  };
  const run = async (command: string, args: readonly string[]) => {
    const [enterer = '', ...rest] = [...enter, command, ...args];
    const { stdout, stderr, exitCode = -1 } = await execa(enterer, rest, { reject: false });
    return { stdout, stderr, exitCode };
  };
  return { ...node, processes, directory, apply, namespace, run };
}
