/** The shape of the table: what is asked of a gateway, and what must be seen. */
import type { TlsVersion } from '../real/stand-in/gateway-client.ts';
import type { AdminCall, AdminDoor } from './admin-door.ts';
import type { Gateway, GatewayObject, Wish } from './gateway.ts';
import type { ClientName, Material } from './material.ts';

/** What rows can speak of. */
export interface World extends Material {
  readonly door: AdminDoor;
  /** Where the upstream of this run is seen by the gateway. */
  readonly upstreamHost: string;
  readonly tlsPort: number;
  readonly plainPort: number;
  /** A host of this run, `mtls.c0ffee.conformance.test`. */
  readonly host: (label: string) => string;
  /** An id of this run. */
  readonly id: (label: string) => string;
}

export type Question =
  /** A request on a TLS connection of its own. Seen: the status, or `hs`/`read` and the number of the alert. */
  | {
      readonly by: 'handshake';
      /** Empty: none. */
      readonly sni: string;
      readonly host?: string;
      readonly path?: string;
      readonly client?: ClientName;
      readonly version?: TlsVersion;
      /** Keep the session under this name. */
      readonly keep?: string;
      /** Offer the session of this name; what is seen ends with `resumed` if it was taken. */
      readonly offer?: string;
    }
  /** A request to the plain port. Seen: status and body. */
  | { readonly by: 'plain'; readonly host: string }
  /** A call to the Admin API. Seen: status and body. */
  | ({ readonly by: 'admin' } & AdminCall);

export interface Row {
  /** What the operator relies on, as a sentence that goes on from its section. */
  readonly row: string;
  /** The surprise of the measurement that it holds on to, by its number in docs/conformance.md. */
  readonly surprise?: number;
  /** Gateways that it is about; all without it. */
  readonly when?: (gateway: Gateway) => boolean;
  /** Written before it is asked; stays for the rows that follow. */
  readonly given?: (world: World) => readonly Wish[];
  /** Objects as they are, where it matters how they are written. */
  readonly objects?: (world: World) => readonly GatewayObject[];
  /** Removed before it is asked. */
  readonly removed?: (world: World) => readonly Omit<GatewayObject, 'body'>[];
  readonly ask: (world: World) => Question;
  readonly want: RegExp | ((gateway: Gateway) => RegExp);
}

export interface Section {
  readonly section: string;
  /** What of Apache APISIX 3.18 was measured for it. The same rows for any other gateway are assumptions. */
  readonly measured?: string;
  /** Where the rest of its rows comes from, which was not measured. */
  readonly documents?: string;
  readonly when?: (gateway: Gateway) => boolean;
  readonly rows: readonly Row[];
}

export const isApisix = ({ dialect }: Gateway) => dialect === 'apisix';
export const isApi7Ee = ({ dialect }: Gateway) => dialect !== 'apisix';
export const hasSsls = ({ dialect }: Gateway) => dialect !== 'references';
export const hasReferences = ({ dialect }: Gateway) => dialect === 'references';
