/**
 * The gateway of the bench: the strict Admin API of the gateway stand-in, and in place of its NGINX, which loads its
 * configuration anew for each service, a data plane that reads what the Admin API was told.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdminServer } from '../../../deploy/local/stand-in/admin/server.ts';
import { readGroupCredentials } from '../../../deploy/local/stand-in/api7-ee/credentials.ts';
import { createGroup } from '../../../deploy/local/stand-in/api7-ee/group.ts';
import { openApi7Ee } from '../../../deploy/local/stand-in/api7-ee/product.ts';
import { readTokens } from '../../../deploy/local/stand-in/options.ts';
import { makeAdminCertificates } from '../../../deploy/local/stand-in/own-certificates.ts';
import { GatewayDataPlane } from './gateway-data-plane.ts';
import { serve } from './serve.ts';

export interface GatewayFacts {
  readonly adminUrl: string;
  readonly caFile: string;
  readonly tokenFile: string;
  readonly groupId: string;
  readonly httpPort: number;
}

const group = createGroup('default');
const dataPlane = new GatewayDataPlane(group);
const counts: Record<string, number> = {};

async function start(directory: string): Promise<GatewayFacts> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const tokenFile = join(directory, 'token');
  writeFileSync(tokenFile, `a7ee-${randomBytes(24).toString('base64url')}`, { mode: 0o600 });
  await makeAdminCertificates(directory);
  const [cert, key] = ['admin.crt', 'admin.key'].map((file) => readFileSync(join(directory, file), 'utf8'));
  if (cert === undefined || key === undefined) throw new Error('the Admin API has no certificate');
  const credentials = readGroupCredentials(readTokens(tokenFile), [group]);
  const product = openApi7Ee({ generation: '3.10', groups: [group], credentials, changed: () => {} });
  const app = createAdminServer({ product, tls: { cert, key } });
  app.addHook('onResponse', async ({ method: verb, url }) => {
    // A question, which changes nothing.
    const method = url.includes('/configs/validate') ? 'GET' : verb;
    counts[method] = (counts[method] ?? 0) + 1;
  });
  const adminUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  const server = createServer((request, response) => dataPlane.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: httpPort } = server.address() as AddressInfo;
  return { adminUrl, caFile: join(directory, 'admin-ca.crt'), tokenFile, groupId: group.id, httpPort };
}

/** Requests of the Admin API since the start, by method: the server's own count. */
function requests(): Readonly<Record<string, number>> {
  return counts;
}

/** The bodies that were put for the service of that name, with keys, in the order of creation, for the floor to put again. */
function bodiesOf(service: string): readonly PutBody[] {
  const found = [...group.services.values()].find(({ body }) => body.name === service);
  if (found === undefined) throw new Error(`no service ${service}`);
  const { client_certificate, ca_certificates = [] } = found.body.upstream;
  const pick = (kind: string, stored: { readonly id: string; readonly body: object } | undefined) =>
    stored === undefined ? [] : [{ kind, id: stored.id, body: stored.body }];
  const route = [...group.routes.values()].find(({ body }) => body.service_id === found.id);
  return [
    ...ca_certificates.flatMap((id) => pick('ca_certificates', group.caCertificates.get(id))),
    ...pick('certificates', group.certificates.get(client_certificate ?? '')),
    ...pick('services', found),
    ...pick('routes', route),
  ];
}

interface PutBody {
  readonly kind: string;
  readonly id: string;
  readonly body: object;
}

const handlers = serve({ start, requests, bodiesOf });
export type GatewayHandlers = typeof handlers;
