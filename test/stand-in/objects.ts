import { type AdminApi, makePair } from './admin-api.ts';

export const pair = makePair('/CN=leaf', 'subjectAltName=DNS:a.test,DNS:*.b.test,IP:10.0.0.7');
export const other = makePair('/CN=other.test');

export const certificate = { name: 'leaf', ...pair };
export const ca = { name: 'ca', cert: other.cert };
export const sni = {
  name: 'a',
  domain: 'a.test',
  certificates: ['leaf'],
  mtls: { enabled: true, ca_certificates: ['ca'] },
};
export const service = {
  name: 'up',
  type: 'http',
  upstream: {
    scheme: 'https',
    nodes: [{ host: '10.0.0.7', port: 8443, weight: 100 }],
    client_certificate: 'client',
    ca_certificates: ['ca'],
    tls_verify: true,
  },
};
export const route = { name: 'hello', service_id: 'up', paths: ['/hello'], methods: ['GET'] };

/** One object of each kind, with every reference that there is, and a certificate that nobody uses. */
export async function fill({ put }: AdminApi) {
  await put('certificates', 'leaf', certificate);
  await put('certificates', 'client', { ...certificate, name: 'client' });
  await put('certificates', 'spare', { ...certificate, name: 'spare' });
  await put('ca_certificates', 'ca', ca);
  await put('snis', 'a', sni);
  await put('services', 'up', service);
  await put('routes', 'hello', route);
}
