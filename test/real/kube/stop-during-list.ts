/** Its arguments are a kubeconfig and a namespace. Stops an informer in the middle of a list, and must then end by itself. */
import pino from 'pino';
import { KubeClient } from '../../../src/kube/client.ts';
import { Informer } from '../../../src/kube/informer.ts';
import { configMaps } from '../../../src/model/kube-object.ts';

const [path = '', namespace = ''] = process.argv.slice(2);
const stop = new AbortController();
const client = new KubeClient({ source: { kind: 'file', path }, random: Math.random });
const log = pino({ level: 'silent' });
const informer = new Informer({ client, type: configMaps, namespaces: [namespace], random: Math.random, log });
informer.onChange(() => console.log('a change after the stop'));
const running = informer.run(stop.signal);
setTimeout(() => stop.abort(), 300);
await running;
await client.close();
console.log('stopped');
