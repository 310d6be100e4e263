import got from 'got';
import { SetupFailure } from '../../deploy/local/setup-failure.ts';
import type { Gateway, GatewayObject } from './gateway.ts';

export interface AdminAddress {
  readonly url: string;
  readonly token: string;
  /** PEM; without it the machine's own CAs are trusted. */
  readonly ca?: string;
}

export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
  readonly server: string;
}

export interface AdminCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the root, `apisix/admin/…`. */
  readonly path: string;
  /** A text is sent as it is. */
  readonly body?: unknown;
  /** In place of the token; empty: none. */
  readonly token?: string;
}

/** An error of got holds the headers of the request, and so the token: none of it goes on. */
function noAnswer(error: { readonly code?: string }): never {
  throw new SetupFailure(`The Admin API did not answer (${error.code ?? 'no reason is known'}).`);
}

const patience = { request: 30_000 };

/** The Admin API of a gateway for a client that is curious about every answer. */
export class AdminDoor {
  readonly #address: AdminAddress;
  readonly #groupId: string | undefined;

  /** The id of the gateway group that objects live in, for a gateway that has groups. */
  constructor(address: AdminAddress, groupId: string | undefined) {
    this.#address = address;
    this.#groupId = groupId;
  }

  /** Rejects only where there is no answer. */
  async call({ method, path, body, token = this.#address.token }: AdminCall): Promise<AdminAnswer> {
    const { url, ca } = this.#address;
    const answer = await got(new URL(path, `${url.replace(/\/$/, '')}/`), {
      method,
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { 'x-api-key': token }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(ca === undefined ? {} : { https: { certificateAuthority: ca } }),
      allowGetBody: false,
      throwHttpErrors: false,
      followRedirect: false,
      retry: { limit: 0 },
      timeout: patience,
    }).catch(noAnswer);
    return { status: answer.statusCode, text: answer.body, server: String(answer.headers.server ?? '') };
  }

  /** The path of an object, or of a list without an id, with the group that it lives in. */
  pathOf(kind: string, id?: string, query: Readonly<Record<string, string>> = {}): string {
    const group = this.#groupId === undefined ? {} : { gateway_group_id: this.#groupId };
    const search = new URLSearchParams({ ...group, ...query }).toString();
    return `apisix/admin/${kind}${id === undefined ? '' : `/${id}`}${search === '' ? '' : `?${search}`}`;
  }

  /** Throws unless it is accepted. */
  async put({ kind, id, body }: GatewayObject): Promise<void> {
    const { status, text } = await this.call({ method: 'PUT', path: this.pathOf(kind, id), body });
    if (status !== 200 && status !== 201) throw new Error(`PUT ${kind}/${id} was answered with ${status}: ${text}`);
  }

  /** Throws unless it is gone. */
  async remove({ kind, id }: Omit<GatewayObject, 'body'>): Promise<void> {
    const { status } = await this.call({ method: 'DELETE', path: this.pathOf(kind, id) });
    if (status !== 404 && status >= 300) throw new Error(`DELETE ${kind}/${id} was answered with ${status}`);
  }
}

export interface Found {
  readonly gateway: Gateway;
  readonly door: AdminDoor;
  /** What it says of itself. */
  readonly version: string;
}

function parsed<Shape>(text: string): Partial<Shape> {
  try {
    return JSON.parse(text) as Partial<Shape>;
  } catch {
    return {};
  }
}

async function findApisix(address: AdminAddress): Promise<Found> {
  const door = new AdminDoor(address, undefined);
  const { server } = await door.call({ method: 'GET', path: 'apisix/admin/routes' });
  const [, major = 0, minor = 0] = /^APISIX\/(\d+)\.(\d+)/.exec(server)?.map(Number) ?? [];
  if (major === 0) throw new SetupFailure('The Admin API does not call itself APISIX in its header Server.');
  const verifiesUpstreams = major > 3 || (major === 3 && minor >= 19);
  return { gateway: { dialect: 'apisix', verifiesUpstreams }, door, version: server };
}

async function findApi7Ee(address: AdminAddress, group: string): Promise<Found> {
  const asked = new AdminDoor(address, undefined);
  const { text: said } = await asked.call({ method: 'GET', path: 'api/version' });
  const { value: version = '' } = parsed<{ value: string }>(said);
  const { text } = await asked.call({ method: 'GET', path: 'api/gateway_groups' });
  const groups = parsed<{ list: readonly { id: string; name: string }[] }>(text).list ?? [];
  const found = groups.find(({ name }) => name === group);
  if (found === undefined) throw new SetupFailure(`There is no gateway group ${group}, or the token may not see it.`);
  const [, major = 0, minor = 0] = /^v?(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  const refers = version === 'dev' || major > 3 || (major === 3 && minor >= 6);
  const gateway: Gateway = { dialect: refers ? 'references' : 'ssls', verifiesUpstreams: refers };
  return { gateway, door: new AdminDoor(address, found.id), version: `API7 Enterprise ${version}` };
}

/** Looks at the gateway. Throws where it is none of that type, or the group is not there. */
export function findGateway(type: 'api7-ee' | 'apisix', address: AdminAddress, group: string): Promise<Found> {
  return type === 'apisix' ? findApisix(address) : findApi7Ee(address, group);
}
