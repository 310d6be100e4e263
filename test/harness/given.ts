/** The two examples of the design, as values to vary. */

export interface GivenGateway {
  readonly name?: string;
  readonly hosts?: readonly string[];
  readonly spec?: object;
}

export function aGateway({ name = 'test-com', hosts = ['test.com'], spec = {} }: GivenGateway = {}): object {
  return {
    apiVersion: 'mtls-operator.dev/v1alpha1',
    kind: 'MtlsGateway',
    metadata: { name },
    spec: {
      hosts,
      ca: { generated: { commonName: 'ROOTCA' } },
      clients: [{ name: 'curl', commonName: 'CLIENT' }],
      ...spec,
    },
  };
}

export interface GivenUpstream {
  readonly name?: string;
  /** Where NGINX listens on 127.0.0.1. */
  readonly port: number;
  readonly spec?: object;
}

export function anUpstream({ name = 'mtls-nginx', port, spec = {} }: GivenUpstream): object {
  return {
    apiVersion: 'mtls-operator.dev/v1alpha1',
    kind: 'MtlsUpstream',
    metadata: { name },
    spec: {
      ca: { generated: { commonName: 'ROOTCA' } },
      serverCertificate: { dnsNames: ['test.com'] },
      clientCertificate: { commonName: 'client' },
      nginx: {
        listen: port,
        serverName: 'test.com',
        locations: [{ path: '/hello', return: { status: 200, body: 'Hello API7!' } }],
      },
      service: {
        name,
        upstream: { nodes: [{ host: '127.0.0.1', port }] },
        routes: [{ name: 'hello', paths: ['/hello'] }],
      },
      ...spec,
    },
  };
}
