import type { KubeObject } from '../../src/model/kube-object.ts';

export const key = (name: string) => ({ namespace: 'shop', name });

export function anObject(name: string, version: number): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...key(name), resourceVersion: `${version}` } };
}

/** `a@7`. */
export const describeObject = ({ metadata }: KubeObject) => `${metadata.name}@${metadata.resourceVersion}`;
