import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DataPlaneState } from '../data-plane/state.ts';

/** One product in one version: its Admin API, and what its data plane shall do. */
export interface Product {
  /** How its data plane calls itself in `Server`; the Admin API too, where the product does. */
  readonly server: string;
  /** Headers of every answer of the Admin API. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ids of gateway groups by name; none where the product has no such thing. */
  readonly groups: Readonly<Record<string, string>>;
  /** Throws a Refusal unless the request may do what it asks for. */
  readonly authenticate: (request: FastifyRequest) => void;
  readonly serve: (app: FastifyInstance) => void;
  readonly dataPlane: () => DataPlaneState;
  /** From true to false lists show what they showed when it became true. */
  readonly freezeLists: (frozen: boolean) => void;
  /** Bodies of answers that do not come from a route. */
  readonly texts: {
    readonly notFound: object;
    /** The store behind the Admin API is away (503). */
    readonly storeDown: object;
  };
}
