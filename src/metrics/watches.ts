import { Counter, Gauge, type Registry } from 'prom-client';
import type { WatchState } from '../kube/watch-state.ts';
import type { Look } from './look.ts';

const labelNames = ['resource', 'namespace', 'content'];
const labelsOf = ({ resource, namespace, content }: WatchState) => ({ resource, namespace, content });

export function countWatches(registry: Registry, look: Look): void {
  const registers = [registry];
  const counter = (name: string, help: string, read: (state: WatchState) => number) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const state of look()?.watches ?? []) this.inc(labelsOf(state), read(state));
      },
    });
  counter('mtls_operator_watch_lists_total', 'Full lists with which a watch began.', ({ lists }) => lists);
  const interruptions = 'mtls_operator_watch_interruptions_total';
  counter(interruptions, 'Times that a list or a watch ended by an error.', (state) => state.interruptions);
  new Gauge({
    name: 'mtls_operator_watch_silence_seconds',
    help: 'Time since anything came from a watch; the API server sends a bookmark about every minute.',
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const state of look()?.watches ?? []) {
        if (state.silentMilliseconds !== undefined) this.set(labelsOf(state), state.silentMilliseconds / 1000);
      }
    },
  });
}
