/**
 * The probe room: looks at a server from outside, as a client would, and says what came of it. Every probe is a new
 * connection with one full handshake and one GET; no session is ever resumed, since a resumed one skips the very check
 * that is looked at. What the network does is a result, never an exception. It judges nothing but the server's
 * certificate, logs nothing and repeats nothing. This file is the contract.
 */
import type { TlsPair } from '../model/gateway-state.ts';
import type { Refuses } from './lookup.ts';

/** The deadline of a probe, from the look-up of the name to the answer. */
export const probeDeadline = Temporal.Duration.from({ seconds: 5 });

/** A name to probe a host by: itself, or one that the wildcard covers, which stands for exactly one label. */
export function concreteHost(host: string): string {
  return host.replace(/^\*/, 'mtls-operator-probe');
}

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
  /** Where nothing may connect; a name is looked up at that moment. What is refused is `unreachable` by `refusedCode`. */
  readonly refuses?: Refuses;
}

/** The certificate that the server showed, and until when it holds. */
export interface ServedLeaf {
  /** Lower-case hexadecimal, of the DER. */
  readonly sha256Fingerprint: string;
  readonly notAfter: Temporal.Instant;
  /** The time within which every certificate that was shown is valid, the intermediates too. */
  readonly chain: { readonly notBefore: Temporal.Instant; readonly notAfter: Temporal.Instant };
}

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** The first KiB. */
  readonly body: string;
}

/**
 * A deadline that passed has the code `ETIMEDOUT`, a connection that ended without an alert before the handshake was
 * done `ECONNRESET`; other codes are those of Node and OpenSSL.
 */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly code: string;
}

/** In TLS 1.3 the client has finished before the server judges its certificate, so the alert comes with the first read. */
export type Moment = 'handshake' | 'read';

export interface Refused {
  readonly kind: 'refused';
  /** RFC 8446 6.2; undefined where the connection just ended in place of the first answer. */
  readonly alert: number | undefined;
  readonly moment: Moment;
  /** Known if the handshake ended. */
  readonly leaf?: ServedLeaf;
}

export type DistrustReason = 'Expired' | 'NotYetValid' | 'UnknownIssuer' | 'WrongName' | 'WrongPurpose' | 'Invalid';

/** The server's certificate did not pass; no request was sent. */
interface Untrusted {
  readonly kind: 'untrusted';
  readonly leaf?: ServedLeaf;
  readonly reason: DistrustReason;
}

export type HttpProbeResult = Answered | Unreachable;

export type ProbeResult =
  | (Answered & { readonly protocol: string; readonly leaf: ServedLeaf })
  | Refused
  | Untrusted
  | Unreachable;
