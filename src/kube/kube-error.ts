/**
 * What the API server answered, as a `Failure`. Taken from the answer are its reason, the field names of its causes and
 * nothing else: messages of the server repeat values, and its headers move with each request.
 */
import { type Failure, permanent, transient } from '../std/failure.ts';
import { type Call, describeCall, resourceOf } from './call.ts';

/** The API server's `Status`; every field is as untrusted as the answer. */
interface Status {
  readonly reason: string;
  readonly fields: readonly string[];
  /** Reasons of the causes. */
  readonly causes: readonly string[];
}

/** The failure behind an answer of 400 and above. */
export function toFailure(call: Call, code: number, body: unknown): Failure {
  const status = readStatus(body);
  const what = describeCall(call);
  if (code === 409 && status.reason === 'AlreadyExists')
    return transient('AlreadyExists', `Cannot ${what}: it already exists`);
  if (code === 429 || code >= 500) {
    return transient('ApiServerUnavailable', `Cannot ${what}: the API server answered ${code} ${status.reason}`.trim());
  }
  switch (code) {
    case 401:
      return transient(
        'Unauthorized',
        `Cannot ${what}: the API server does not accept the credentials of the operator`,
      );
    case 403:
      return forbidden(call, status);
    case 404:
      return transient('NotFound', `Cannot ${what}: the API server knows no such object, namespace or type`);
    case 409:
      return transient('Conflict', `Cannot ${what}: it was changed meanwhile`);
    case 410:
      return transient('Expired', `Cannot ${what}: the version asked for is too old`);
    case 422:
      // A uid never changes: what was meant is gone, and another has its name.
      if (status.fields.includes('metadata.uid'))
        return transient('Conflict', `Cannot ${what}: it was deleted and created again`);
      return permanent('Invalid', `Cannot ${what}: the API server rejects ${listFields(status.fields)}`);
    default:
      return permanent('Rejected', `Cannot ${what}: the API server answered ${code} ${status.reason}`.trim());
  }
}

/**
 * Whether the API server says that it has no such object. A proxy before it, and it itself where the type is not served,
 * answer 404 without naming any: whoever took that for a deletion would clear away what is in use.
 */
export function isAbsence(code: number, body: unknown): boolean {
  const names = typeof property(property(body, 'details'), 'name') === 'string';
  return code === 404 && names && readStatus(body).reason === 'NotFound';
}

/** The failure behind a call without an answer: no connection, reset, time-out, or bytes that are no answer. */
export function unreachable(call: Call, error: unknown): Failure {
  return transient(
    'ApiServerUnreachable',
    `Cannot ${describeCall(call)}: no answer from the API server (${codeOf(error)})`,
  );
}

export const tooLargeReason = 'ApiServerAnswerTooLarge';

/** The failure behind an answer that was not read to its end; see `largestAnswer`. */
export function tooLarge(call: Call): Failure {
  return transient(tooLargeReason, `Cannot ${describeCall(call)}: the answer of the API server is too large`);
}

const outages = ['ApiServerUnavailable', 'ApiServerUnreachable', 'Unauthorized', 'CredentialsUnreadable'];

/** Whether the API server could not be used at all, by whatever call: it is over for all at once. */
export function isOutage({ reason }: Failure): boolean {
  return outages.includes(reason);
}

function forbidden(call: Call, { causes }: Status): Failure {
  if (causes.includes('NamespaceTerminating')) {
    return permanent('NamespaceTerminating', `Cannot ${describeCall(call)}: its namespace is being deleted`);
  }
  const apiGroup = call.type.group === '' ? 'the core group' : call.type.group;
  const where = call.namespace === undefined ? 'all namespaces' : `namespace ${call.namespace}`;
  const verb = call.verb === 'apply' ? 'patch' : call.verb;
  return permanent(
    'Forbidden',
    `The API server forbids the operator to ${verb} ${resourceOf(call)} of ${apiGroup} in ${where}: see its RBAC, quotas and admission policies`,
  );
}

function listFields(fields: readonly string[]): string {
  return fields.length === 0 ? 'the object' : [...new Set(fields)].sort().join(', ');
}

function readStatus(body: unknown): Status {
  const reason = word(property(body, 'reason')) ?? '';
  const listed = property(property(body, 'details'), 'causes');
  const causes: readonly unknown[] = Array.isArray(listed) ? listed : [];
  return {
    reason,
    fields: causes.flatMap((cause) => fieldPath(property(cause, 'field')) ?? []),
    causes: causes.flatMap((cause) => word(property(cause, 'reason')) ?? []),
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z]{1,60}$/.test(value) ? value : undefined;
}

function fieldPath(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.[\]()/-]{1,200}$/.test(value) ? value : undefined;
}

/** `ECONNRESET`, `UND_ERR_CONNECT_TIMEOUT`, `CERT_HAS_EXPIRED`; the name of the class where there is no code. */
function codeOf(error: unknown): string {
  const code = property(error, 'code');
  if (typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code)) return code;
  return word(property(error, 'name')) ?? 'unknown';
}
