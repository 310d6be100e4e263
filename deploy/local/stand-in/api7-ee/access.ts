/** Who asks, and for which gateway group. A user token names the group in each request, a group's key implies it. */
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../admin/refusal.ts';
import type { Group } from './group.ts';

export interface Credential {
  readonly token: string;
  /** Set for a group's admin key (`a7adm-…`). */
  readonly group?: Group;
}

/** Throws a Refusal (401). HTTP Basic is not played. */
export function authenticate(request: FastifyRequest, credentials: readonly Credential[]): Credential {
  const token = request.headers['x-api-key'];
  if (token === undefined) throw new Refusal(401, 'failed to check token: missing apikey');
  const credential = credentials.find((known) => known.token === token);
  if (credential === undefined) throw new Refusal(401, 'failed to check token: wrong apikey');
  return credential;
}

/** Throws a Refusal: 400 without `gateway_group_id` from a user token, 404 for a group that does not exist. */
export function selectGroup({ group: implied }: Credential, id: string | undefined, groups: readonly Group[]): Group {
  if (implied !== undefined) return implied;
  if (id === undefined) throw new Refusal(400, 'parameter "gateway_group_id" in query has an error: value is required');
  const group = groups.find((known) => known.id === id);
  if (group === undefined) throw new Refusal(404, 'gateway group not found');
  return group;
}
