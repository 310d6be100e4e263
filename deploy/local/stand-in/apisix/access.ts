/** Who asks: by header, query or cookie. A viewer may only look. */
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../admin/refusal.ts';

export interface Credential {
  readonly token: string;
  readonly role: 'admin' | 'viewer';
}

const refusal = (description: string) => Refusal.with(401, { description, error_msg: 'failed to check token' });

function tokenOf({ headers, query }: FastifyRequest): string | undefined {
  const fromHeader = headers['x-api-key'];
  const fromQuery = (query as Readonly<Record<string, string>>)['api_key'];
  const fromCookie = /(?:^|;\s*)x_api_key=([^;]*)/.exec(headers.cookie ?? '')?.[1];
  return fromQuery ?? (typeof fromHeader === 'string' ? fromHeader : undefined) ?? fromCookie;
}

/** Throws a Refusal (401). */
export function authenticate(request: FastifyRequest, credentials: readonly Credential[]): void {
  const token = tokenOf(request);
  if (token === undefined) throw refusal('missing apikey');
  const credential = credentials.find((known) => known.token === token);
  if (credential === undefined) throw refusal('wrong apikey');
  if (credential.role === 'viewer' && request.method !== 'GET') throw refusal('invalid method for role viewer');
}
