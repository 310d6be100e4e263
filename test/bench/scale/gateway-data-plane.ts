import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { Stored } from '../../../deploy/local/stand-in/admin/collection.ts';
import type { Service } from '../../../deploy/local/stand-in/api7-ee/bodies.ts';
import type { Group } from '../../../deploy/local/stand-in/api7-ee/group.ts';

/**
 * Passes a plain request on as a gateway does: by host and path to a service, and from there over mutual TLS, with the
 * client certificate and the trust that the service refers to. Each request is a handshake of its own.
 */
export class GatewayDataPlane {
  readonly #group: Group;
  /** Found once: a walk through ten thousand services for each request would be the bench's cost and no gateway's. */
  readonly #serviceIds = new Map<string, string>();

  constructor(group: Group) {
    this.#group = group;
  }

  answer(incoming: IncomingMessage, response: ServerResponse): void {
    const service = this.#find(incoming.headers.host ?? '', incoming.url ?? '');
    if (service === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error_msg":"404 Route Not Found"}');
      return;
    }
    const { nodes, upstream_host, client_certificate, ca_certificates = [] } = service.body.upstream;
    const client = this.#group.certificates.get(client_certificate ?? '')?.body;
    const [node] = nodes;
    const outgoing = request({
      ...{ host: node?.host, port: node?.port, path: incoming.url, agent: false },
      ...{ servername: upstream_host, headers: { host: upstream_host } },
      ca: ca_certificates.flatMap((id) => this.#group.caCertificates.get(id)?.body.cert ?? []),
      ...(client === undefined ? {} : { cert: client.cert, key: client.key }),
    });
    outgoing.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502)));
    outgoing.on('error', () => response.writeHead(502).end());
    outgoing.end();
  }

  #find(host: string, path: string): Stored<Service> | undefined {
    const key = `${host} ${path}`;
    const known = this.#group.services.get(this.#serviceIds.get(key) ?? '');
    if (known !== undefined) return known;
    const service = [...this.#group.services.values()].find(({ body }) => body.hosts?.includes(host));
    const routes = [...this.#group.routes.values()];
    if (!routes.some(({ body }) => body.service_id === service?.id && body.paths.includes(path))) return undefined;
    if (service !== undefined) this.#serviceIds.set(key, service.id);
    return service;
  }
}
