import { Counter, type Registry } from 'prom-client';
import type { OperatorHooks } from '../operator/options.ts';

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  patch: 'PATCH',
  apply: 'PATCH',
  delete: 'DELETE',
} as const;

/** What client-go says of a request that got no answer. */
const noAnswer = '<error>';

export function countRequests(registry: Registry): Required<Pick<OperatorHooks, 'onKubeRequest' | 'onAdminCall'>> {
  const registers = [registry];
  const kube = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server, by status code, method and resource.',
    labelNames: ['code', 'method', 'resource'],
    registers,
  });
  const gateways = new Counter({
    name: 'mtls_operator_gateway_requests_total',
    help: 'Requests to the Admin API of a gateway, by status code and method; repeats count too.',
    labelNames: ['code', 'method', 'gateway'],
    registers,
  });
  return {
    onKubeRequest: ({ verb, resource, code }) =>
      kube.inc({ code: `${code ?? noAnswer}`, method: methods[verb], resource }),
    onAdminCall: ({ gateway, method, status }) => gateways.inc({ code: `${status ?? noAnswer}`, method, gateway }),
  };
}
