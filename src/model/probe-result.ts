/** What a look at a server from outside showed, as a client sees it. */

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

/** By which a client goes on in a new connection without being verified again. It holds keys: it is told to nobody. */
export type TlsSession = Uint8Array;

/** What a client got by the session of an earlier connection, which it offered after this one; left out: it had none. */
interface Resuming {
  readonly resumed?: Answered | Refused | Unreachable;
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

/** What the same client gets after the first answer. */
export interface Again {
  /** On the connection that it has. */
  readonly kept: Answered | Refused | Unreachable;
  /** On another one, by the session of that, of which no certificate is shown again; left out: the server gave none. */
  readonly resumed?: Answered | Refused | Unreachable;
}

interface Shown {
  readonly protocol: string;
  readonly leaf: ServedLeaf;
  readonly again?: Again;
  /** Where it was to be kept, and the server gave one. */
  readonly session?: TlsSession;
}

export type ProbeResult = (Answered & Shown & Resuming) | (Refused & Resuming) | Untrusted | Unreachable;

/** Whether the client verified the server: else it sends no request that could be answered, or refused. */
export function hasVerified(result: ProbeResult): boolean {
  return result.kind === 'answered' || (result.kind === 'refused' && result.leaf !== undefined);
}
