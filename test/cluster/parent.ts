/** A program like the demo, for node.test.ts: starts a node with a pod, prints how it is entered, and stays. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPauseImage } from '../../deploy/local/node/pause-image.ts';
import { startNode } from '../../deploy/local/node/start-node.ts';
import { Processes } from '../../deploy/local/processes/processes.ts';

const directory = mkdtempSync(join(tmpdir(), 'mtls-operator-parent-'));
const progress = () => {};
const processes = new Processes(join(directory, 'logs'));
const node = await startNode({ processes, directory: join(directory, 'node'), progress });
const { reference } = await buildPauseImage(progress);
await node.kubectl(['run', 'stays', '--image', reference, '--image-pull-policy=Never']);
await node.kubectl(['wait', '--for=condition=Ready', 'pod/stays', '--timeout=60s']);
console.log(JSON.stringify({ directory, target: node.enter.find((word) => word.startsWith('--target=')) }));
setInterval(() => {}, 1000);
