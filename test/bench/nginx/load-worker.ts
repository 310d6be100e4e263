/** The load in a thread of its own: who makes changes blocks now and then, and requests are to come steadily. */
import { parentPort, workerData } from 'node:worker_threads';
import { startLoad } from './load.ts';

const load = startLoad(workerData.target, workerData.rate);
parentPort?.once('message', async () => {
  parentPort?.postMessage(await load.stop());
});
