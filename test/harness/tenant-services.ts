import { anUpstream } from './given.ts';

/** Nobody listens there: what matters is who has which route at the gateway. */
export const deadPort = 9;

export interface Service {
  readonly hosts?: readonly string[];
  readonly paths: readonly string[];
}

export const serviceOf = (name: string, { hosts = [], paths }: Service) => ({
  ...{ name, hosts, routes: [{ name: 'r', paths }] },
  upstream: { nodes: [{ host: '127.0.0.1', port: deadPort }] },
});
export const upstreamOf = (name: string, service: Service) =>
  anUpstream({ name, port: deadPort, spec: { service: serviceOf(name, service) } });
