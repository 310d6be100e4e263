import type { Collection } from '../admin/collection.ts';
import type { Body } from './bodies.ts';
import type { Store } from './store.ts';

/** What differs between versions beyond their schemas. */
export interface Version {
  /** Whether `tls.verify` and `tls.ca_certs` of an upstream mean anything: from 3.19 on. */
  readonly verifiesUpstreams: boolean;
}

/** One kind of object: where it lives, and the rules that a JSON Schema cannot say. */
export interface Kind<Of extends Body> {
  /** In paths, `ssls`. */
  readonly plural: string;
  /** In texts and as name of its schema, `ssl`. */
  readonly singular: string;
  readonly collection: (store: Store) => Collection<Of>;
  /** Throws a Refusal for what APISIX cannot read. */
  readonly check: (body: Of, version: Version) => void;
  /** Throws a Refusal for what refers to an object that is not there. */
  readonly checkReferences: (body: Of, store: Store) => void;
  /** Private keys encrypted. */
  readonly seal: (body: Of) => Of;
  /** What GET and lists show. */
  readonly show: (body: Of) => object;
  /** Throws a Refusal while somebody uses it. */
  readonly refuseRemoval: (id: string, store: Store) => void;
}
