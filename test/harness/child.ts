import { sha256Hex } from '../../src/std/digest.ts';

/** A Secret or ConfigMap, as kubectl shows it. */
export interface Child {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly object[];
  };
  readonly data: Readonly<Record<string, string>>;
}

/** Tells one content from any other, and shows no key. */
export const digestOf = (data: Child['data']) => sha256Hex(JSON.stringify(data));
