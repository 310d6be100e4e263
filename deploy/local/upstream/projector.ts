import { setTimeout } from 'node:timers/promises';
import { CoreV1Api, type KubeConfig, Watch } from '@kubernetes/client-node';
import type { Payload, ProjectedVolume } from './projected-volume.ts';

/** The Secret or ConfigMap that a volume shows. */
export interface Source {
  readonly plural: 'secrets' | 'configmaps';
  readonly namespace: string;
  readonly name: string;
}

export interface Observer {
  /** After each swap of `..data`. */
  readonly swapped: () => void;
  /** Each time that the volume shows what the API server has, or that it has nothing. */
  readonly listed: () => void;
  /** When the object cannot be read or its files not be written. It is tried again every second; told once in a row. */
  readonly failed: () => void;
}

interface Volumed {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

const pause = 1000;

/**
 * Kubelet's part: keeps the volume equal to the object until the signal, by list and watch, and by a new list whenever
 * a watch ends. As with kubelet, an object that is deleted leaves its last files, and one that is made anew replaces them.
 */
export async function project(
  kubeConfig: KubeConfig,
  source: Source,
  volume: ProjectedVolume,
  observer: Observer,
  signal: AbortSignal,
): Promise<void> {
  const show = (object: Volumed) => {
    if (volume.write(payloadOf(source, object))) observer.swapped();
  };
  let told = false;
  while (!signal.aborted) {
    try {
      const { items, resourceVersion } = await list(kubeConfig, source);
      for (const object of items) show(object);
      observer.listed();
      told = false;
      await watchUntilEnd(kubeConfig, source, resourceVersion, show, signal);
    } catch {
      if (!told) observer.failed();
      told = true;
    }
    await setTimeout(pause, undefined, { signal }).catch(() => {});
  }
}

async function list(kubeConfig: KubeConfig, { plural, namespace, name }: Source) {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const query = { namespace, fieldSelector: `metadata.name=${name}` };
  const found = plural === 'secrets' ? await api.listNamespacedSecret(query) : await api.listNamespacedConfigMap(query);
  const items: readonly Volumed[] = found.items;
  return { items, resourceVersion: found.metadata?.resourceVersion ?? '' };
}

/** Ends without an error however the watch ends: the list that follows tells what was missed. */
async function watchUntilEnd(
  kubeConfig: KubeConfig,
  { plural, namespace, name }: Source,
  resourceVersion: string,
  show: (object: Volumed) => void,
  signal: AbortSignal,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const onEvent = (phase: string, object: Volumed) => {
    if (phase === 'ADDED' || phase === 'MODIFIED') show(object);
  };
  const query = { fieldSelector: `metadata.name=${name}`, resourceVersion };
  const path = `/api/v1/namespaces/${namespace}/${plural}`;
  const request = await new Watch(kubeConfig).watch(path, query, onEvent, () => ended.resolve());
  const stop = () => {
    request.abort();
    ended.resolve();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  await ended.promise;
  signal.removeEventListener('abort', stop);
}

function payloadOf({ plural }: Source, { data = {}, binaryData = {} }: Volumed): Payload {
  const text = plural === 'secrets' ? 'base64' : 'utf8';
  return new Map([
    ...Object.entries(data).map(([key, value]) => [key, Buffer.from(value, text)] as const),
    ...Object.entries(binaryData).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
  ]);
}
