/**
 * The probe room: looks at a server from outside, as a client would, and says what came of it. Every probe is a new
 * connection with one full handshake and one GET; no session is resumed, since a resumed one skips the very check that is
 * looked at, unless that is what is asked about. What the network does is a result, never an exception. It judges nothing but the server's
 * certificate, logs nothing and repeats nothing. This file is the contract.
 */
import type { TlsPair } from '../model/gateway-state.ts';
import type { HttpProbeResult, ProbeResult, TlsSession } from '../model/probe-result.ts';

/** The deadline of a probe, from the look-up of the name to the answer. */
export const probeDeadline = Temporal.Duration.from({ seconds: 5 });

export interface HttpProbeRequest {
  readonly address: { readonly host: string; readonly port: number };
  readonly path: string;
  /** Host header; left out, the server name or else the host of the address. */
  readonly host?: string;
  /** Beside the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole of it, from the look-up of the name to the body. */
  readonly deadline: Temporal.Duration;
}

export type ClientPair = Pick<TlsPair, 'chainPem' | 'keyPem'>;

export interface ProbeRequest extends HttpProbeRequest {
  /** SNI, and the name that the certificate must have; left out, no SNI is sent and the host of the address is checked. */
  readonly serverName?: string;
  /** PEMs of the anchors to which the server's certificate must chain; left out, it is not judged; empty, none is trusted. */
  readonly trust?: readonly string[];
  readonly client?: ClientPair;
  /** Once it is answered, it asks again: on the same connection, and on another one with the session of that. */
  readonly again?: true;
  /** The result has the session of the connection. */
  readonly keep?: true;
  /** Of an earlier connection: it is offered on another one, whatever came of the first. */
  readonly session?: TlsSession | undefined;
  /** Where nothing may connect; a name is looked up at that moment. What is refused is `unreachable` by `refusedCode`. */
  readonly refuses?: Refuses;
}

/** Says of an address that nothing may connect there. */
export type Refuses = (address: string) => boolean;

/** The code of a connection that was not made, since the address is refused. */
export const refusedCode = 'EREFUSEDADDRESS';

/** How the network is looked at. Each rejects only with the reason of the signal, or where a client's pair cannot be loaded. */
export interface Probes {
  tls(request: ProbeRequest, signal?: AbortSignal): Promise<ProbeResult>;
  http(request: HttpProbeRequest, signal?: AbortSignal): Promise<HttpProbeResult>;
  /** Every address of the host, which may be one itself; none where it has none. */
  addressesOf(host: string, within: Temporal.Duration, signal?: AbortSignal): Promise<readonly string[]>;
}
