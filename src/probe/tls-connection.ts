import type { IncomingMessage } from 'node:http';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { DistrustReason, Refused, ServedLeaf, TlsSession, Unreachable } from '../model/probe-result.ts';
import type { ProbeRequest } from '../ports/probe.ts';
import { sha256Hex } from '../std/digest.ts';
import { permanent } from '../std/failure.ts';
import { keeping, onceOver, sendGet, unreachable, type Way } from './http-get.ts';
import { guardedLookup } from './lookup.ts';

/** Facts that are there only while the connection is. */
export interface Handshake {
  readonly leaf: ServedLeaf;
  /** TLSv1.2 or TLSv1.3. */
  readonly protocol: string;
}

/** One connection from the first packet to the answer; it knows at which moment it broke, and so what that means. */
export class TlsConnection {
  readonly #socket: TLSSocket;
  /** Listens from the start: an alert may come between the end of the handshake and the request. */
  readonly #broken = Promise.withResolvers<never>();
  readonly #way: Way;
  #leaf: ServedLeaf | undefined;
  /** To resume with, where the server gave one. */
  session: Buffer | undefined;

  /** Throws a permanent Failure where the client's pair cannot be loaded. `session`: is resumed, if the server agrees. */
  constructor(request: ProbeRequest, signal: AbortSignal, session?: TlsSession) {
    const secureContext = secureContextOf(request);
    const { address, serverName, refuses } = request;
    this.#socket = connect({
      ...address,
      ...(refuses && { lookup: guardedLookup(refuses) }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      secureContext,
      ...(session && { session: Buffer.from(session) }),
      ALPNProtocols: ['http/1.1'],
      // Judged in findDistrust: Node would end the connection before the leaf was seen.
      rejectUnauthorized: false,
    });
    this.#way = request.again === true ? keeping(this.#socket) : onceOver(this.#socket);
    this.#socket.on('session', (given) => {
      this.session = given;
    });
    this.#broken.promise.catch(() => {});
    this.#socket.on('error', this.#broken.reject);
    this.#socket.once('close', () => this.#broken.reject(connectionEnded()));
    signal.addEventListener('abort', () => this.#broken.reject(signal.reason));
  }

  async handshake(): Promise<Handshake> {
    const secure = new Promise((resolve) => this.#socket.once('secureConnect', resolve));
    await Promise.race([secure, this.#broken.promise]);
    this.#leaf = servedLeaf(this.#socket);
    return { leaf: this.#leaf, protocol: this.#socket.getProtocol() ?? 'unknown' };
  }

  /** Chain, purpose and time are judged by OpenSSL, the name by Node's checkServerIdentity (RFC 6125). */
  findDistrust(): DistrustReason | undefined {
    if (this.#socket.authorized) return undefined;
    return distrustReasons[String(this.#socket.authorizationError)] ?? 'Invalid';
  }

  get(request: ProbeRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const host = request.host ?? request.serverName ?? request.address.host;
    return Promise.race([sendGet({ ...request, host }, signal, this.#way), this.#broken.promise]);
  }

  explain(error: unknown): Refused | Unreachable {
    const leaf = this.#leaf;
    const alert = receivedAlert(error);
    if (leaf === undefined) {
      return alert === undefined ? unreachable(error) : { kind: 'refused', alert, moment: 'handshake' };
    }
    const refused = alert !== undefined || endings.includes(unreachable(error).code);
    return refused ? { kind: 'refused', alert, moment: 'read', leaf } : unreachable(error);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A server that has closed may reset before its alert is read. */
const endings: readonly string[] = ['ECONNRESET', 'EPIPE'];

/** Codes of OpenSSL's verification (X509_V_ERR_...) as Node names them. */
const distrustReasons: Readonly<Record<string, DistrustReason>> = {
  CERT_HAS_EXPIRED: 'Expired',
  CERT_NOT_YET_VALID: 'NotYetValid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'UnknownIssuer',
  ERR_TLS_CERT_ALTNAME_INVALID: 'WrongName',
  INVALID_PURPOSE: 'WrongPurpose',
  SELF_SIGNED_CERT_IN_CHAIN: 'UnknownIssuer',
  UNABLE_TO_GET_ISSUER_CERT: 'UnknownIssuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'UnknownIssuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'UnknownIssuer',
};

/** A context of its own for each probe, so that no session of another one can be resumed. */
function secureContextOf({ trust, client }: ProbeRequest): SecureContext {
  try {
    return createSecureContext({
      // Never the CAs of the system: who judges names its anchors, and loading a hundred others costs time and memory.
      ca: [...(trust ?? [])],
      ...(client === undefined ? {} : { cert: client.chainPem, key: client.keyPem }),
    });
  } catch {
    throw permanent(
      'UnusableClientCertificate',
      'The client certificate for a probe and its key cannot be loaded or do not match',
    );
  }
}

function servedLeaf(socket: TLSSocket): ServedLeaf {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new Error('a handshake without a certificate of the server');
  return {
    sha256Fingerprint: sha256Hex(certificate.raw),
    notAfter: certificate.validToDate.toTemporalInstant(),
    chain: periodOf([...shownBy(certificate)]),
  };
}

type Shown = NonNullable<ReturnType<TLSSocket['getPeerX509Certificate']>>;

/** No chain of sense is longer; a certificate that names itself as its issuer ends it. */
const longestChain = 16;

function* shownBy(leaf: Shown): Generator<Shown> {
  let next: Shown | undefined = leaf;
  for (let length = 0; next !== undefined && length < longestChain; length += 1) {
    yield next;
    const issuer: Shown | undefined = next.issuerCertificate;
    next = issuer === next || issuer?.fingerprint256 === next.fingerprint256 ? undefined : issuer;
  }
}

function periodOf(shown: readonly Shown[]): ServedLeaf['chain'] {
  const begins = shown.map(({ validFromDate }) => validFromDate.getTime());
  const ends = shown.map(({ validToDate }) => validToDate.getTime());
  const { fromEpochMilliseconds: at } = Temporal.Instant;
  return { notBefore: at(Math.max(...begins)), notAfter: at(Math.min(...ends)) };
}

/** Only an alert that the peer sent has its number in OpenSSL's text; no property carries it. */
function receivedAlert(error: unknown): number | undefined {
  const number = error instanceof Error ? /SSL alert number (\d+)/.exec(error.message)?.[1] : undefined;
  return number === undefined ? undefined : Number(number);
}

function connectionEnded(): Error {
  return Object.assign(new Error('the connection ended'), { code: 'ECONNRESET' });
}
