import { RequestError } from 'got';
import { type Failure, permanent, transient } from '../std/failure.ts';

/** What was tried, for sentences: `writing apisix/admin/certificates/mtls-1`. */
export interface Action {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
}

/** Only a refused object is permanent: nothing else carries what a person could change in the resource. */
export function fromStatus(gateway: string, action: Action, status: number): Failure {
  const what = describe(action);
  if (status === 401 || status === 403) {
    // Transient: the administrator mends the token, not the resource, and no event tells us of it.
    return transient('GatewayUnauthorized', `The gateway ${gateway} rejected the token of the operator while ${what}`);
  }
  if (isWrite(action) && [400, 404, 409, 422].includes(status)) {
    return permanent('GatewayRejected', `The gateway ${gateway} rejected ${what} with status ${status}`);
  }
  return transient('GatewayError', `The gateway ${gateway} answered ${what} with status ${status}`);
}

export const tooLargeReason = 'GatewayAnswerTooLarge';

/** The failure behind an answer that was not read to its end. */
export function answerTooLarge(gateway: string, action: Action): Failure {
  return transient(
    tooLargeReason,
    `The gateway ${gateway} answered ${describe(action)} with more data than the operator reads`,
  );
}

/**
 * A got error carries the request with its headers and body, so the token and a private key: its code is copied into
 * a sentence and the original is dropped here, without a cause.
 */
export function fromTransport(gateway: string, error: unknown): Failure {
  const code = error instanceof RequestError ? error.code : 'unknown error';
  if (/^ERR_(OSSL|CRYPTO)/.test(code)) {
    const what = 'caFile, clientCertificateFile or clientKeyFile cannot be used';
    return transient(
      'GatewayMisconfigured',
      `A file of the gateway ${gateway} is not PEM or does not match the other file: ${what} (${code})`,
    );
  }
  if (!isTrustError(code)) {
    // Without what was tried: whatever a resource asks for first, all of them say the same of one outage.
    return transient('GatewayUnreachable', `The Admin API of the gateway ${gateway} does not answer (${code})`);
  }
  const advice = 'check caFile and serverName in the configuration of the operator';
  return transient(
    'GatewayUntrusted',
    `The certificate of the Admin API of ${gateway} is not trusted (${code}); ${advice}`,
  );
}

function isWrite({ method }: Action): boolean {
  return method === 'PUT' || method === 'POST';
}

const gerund = { GET: 'reading', PUT: 'writing', POST: 'making', DELETE: 'removing' } as const;

function describe({ method, path }: Action): string {
  return `${gerund[method]} ${path}`;
}

/** Codes of OpenSSL's verification and of Node's own name check; not those of alerts, in which the peer complains. */
function isTrustError(code: string): boolean {
  return /CERT|ISSUER|SIGNATURE|^INVALID_(CA|PURPOSE)$/.test(code) && !code.startsWith('ERR_SSL_');
}
