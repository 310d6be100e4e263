import { HTTPError, RequestError } from 'got';
import { Failure, permanent, transient } from '../std/failure.ts';

/**
 * A got error carries the request with its headers, so the API key, and an answer may echo a body with a private
 * key: the safe facts are copied into a sentence and the original is dropped here, without a cause.
 * `action` is a gerund with its object, e.g. `writing certificates/mtls-1`.
 */
export function toFailure(gateway: string, action: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof HTTPError) return fromStatus(gateway, action, error.response.statusCode);
  if (error instanceof RequestError) return fromTransport(gateway, action, error.code);
  return transient('GatewayError', `The gateway ${gateway} could not be used while ${action}`);
}

export function fromStatus(gateway: string, action: string, status: number): Failure {
  if (status === 401 || status === 403) {
    // Transient: the administrator mends the token, not the resource, and no event tells us of it.
    return transient('GatewayUnauthorized', `The gateway ${gateway} refused the token of the operator while ${action}`);
  }
  if ([400, 404, 409, 422].includes(status)) {
    return permanent('GatewayRejected', `The gateway ${gateway} refused ${action} with status ${status}`);
  }
  return transient('GatewayError', `The gateway ${gateway} answered ${action} with status ${status}`);
}

function fromTransport(gateway: string, action: string, code: string): Failure {
  if (isTrustError(code)) {
    const advice = 'check caFile and serverName in the configuration of the operator';
    return transient(
      'GatewayUntrusted',
      `The certificate of the Admin API of ${gateway} is not trusted (${code}); ${advice}`,
    );
  }
  return transient('GatewayUnreachable', `The Admin API of ${gateway} could not be reached while ${action} (${code})`);
}

/** Codes of OpenSSL's verification and of Node's own name check. */
function isTrustError(code: string): boolean {
  return /CERT|ISSUER|SIGNATURE/.test(code);
}
