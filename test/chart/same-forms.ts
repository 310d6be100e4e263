import { aGateway } from './chart-files.ts';

/** A form that the schema of the chart and the operator both know; `values` and `config` say a sample to each. */
export interface SameForm {
  readonly field: string;
  readonly samples: readonly unknown[];
  readonly values: (sample: unknown) => object;
  readonly config: (sample: unknown) => object;
}

/** The same gateway, as the operator reads it. */
export const operatorGateway = { name: 'default', type: 'api7-ee', adminUrl: aGateway.adminUrl, tokenFile: '/token' };

const hosts = ['*', 'a.test', '*.a.test', 'a..test', '*a.test', 'A.test', '-a.test', `${'a'.repeat(64)}.test`];
const blocks = ['10.0.0.0/8', '10.0.0.0', '10.0.0.0/33', '300.0.0.0/8', 'fd00::/8', 'fd00::/129', 'fd00::/64', 'x/8'];
const endpoints = [
  'a.example:9443',
  '[::1]:9443',
  ':9443',
  'a:0',
  'a:65535',
  'a:65536',
  'https://a:1',
  '::1:1',
  'a b:1',
];
const namespaces = ['shop', '*', 'Shop', 'shop.web', '-shop', 'a'.repeat(63), 'a'.repeat(64)];
const names = ['a', 'a.b', 'A', 'a_b', '.a', 'a'.repeat(253), 'a'.repeat(254)];
const urls = ['https://a:7443', 'https://a:7443/admin', 'http://a', 'https://u@a', 'https://a?x=1', 'https://a#b'];
const durations = ['30s', '1h30m', '1h30m10s', '5', '5min', '1.5h', '30m1h', '', 's'];
const ports = [1, 65535, 0, 65536, '8443', '8000-8999', '1-70000', '80-', 'http'];
const images = ['nginx:1.29', 'registry.example/a/b@sha256:00', 'Nginx', 'a b', 'nginx:*'];

const inGateway = (change: (sample: unknown) => object) => ({
  values: (sample: unknown) => ({ gateways: [{ ...aGateway, ...change(sample) }] }),
  config: (sample: unknown) => ({
    gateways: [{ ...operatorGateway, allowedNamespaces: ['shop'], ...change(sample) }],
  }),
});
const inTenant = (change: (sample: unknown) => object) =>
  inGateway((sample) => ({
    allowedNamespaces: undefined,
    tenants: [{ namespaces: ['shop'], hosts: [], ...change(sample) }],
  }));
const same = (change: (sample: unknown) => object) => ({ values: change, config: change });
export const sameForms: readonly SameForm[] = [
  { field: 'gateways[].name', samples: names, ...inGateway((name) => ({ name })) },
  { field: 'gateways[].type', samples: ['apisix', 'kong'], ...inGateway((type) => ({ type })) },
  { field: 'gateways[].adminUrl', samples: urls, ...inGateway((adminUrl) => ({ adminUrl })) },
  { field: 'gateways[].serverName', samples: ['a.test', 'A', 'a:1'], ...inGateway((serverName) => ({ serverName })) },
  { field: 'gateways[].group', samples: ['x', 'x'.repeat(101)], ...inGateway((group) => ({ group })) },
  { field: 'gateways[].dataPlane', samples: endpoints, ...inGateway((at) => ({ dataPlane: { https: [at] } })) },
  {
    field: 'gateways[].allowedNamespaces',
    samples: namespaces,
    ...inGateway((one) => ({ allowedNamespaces: [one] })),
  },
  {
    field: 'gateways[].insecureSkipVerify',
    samples: [true, 'yes'],
    ...inGateway((insecureSkipVerify) => ({ insecureSkipVerify })),
  },
  {
    field: 'gateways[].longestConnection',
    samples: durations,
    ...inGateway((longestConnection) => ({ longestConnection })),
  },
  { field: 'gateways[].tenants[].hosts', samples: hosts, ...inTenant((host) => ({ hosts: [host] })) },
  { field: 'gateways[].tenants[].namespaces', samples: namespaces, ...inTenant((one) => ({ namespaces: [one] })) },
  {
    field: 'gateways[].tenants[].nodes[].host',
    samples: [...hosts, ...blocks.filter((block) => !block.startsWith('fd00::/8'))],
    ...inTenant((host) => ({ nodes: [{ host }] })),
  },
  {
    field: 'gateways[].tenants[].nodes[].ports',
    samples: ports,
    ...inTenant((port) => ({ nodes: [{ host: '*', ports: [port] }] })),
  },
  {
    field: 'gateways[].adoption[].hosts',
    samples: hosts,
    ...inGateway((host) => ({ adoption: [{ namespaces: ['shop'], hosts: [host] }] })),
  },
  {
    field: 'gateways[].adoption[].objects',
    samples: ['services/a', 'routes/*', 'services', 'certificates/x', 'services/../x'],
    ...inGateway((object) => ({ adoption: [{ namespaces: ['shop'], objects: [object] }] })),
  },
  {
    field: 'upstreamAddresses.refuse',
    samples: blocks,
    ...same((block) => ({ upstreamAddresses: { refuse: [block] } })),
  },
  { field: 'watchNamespaces', samples: namespaces, ...same((one) => ({ watchNamespaces: [one] })) },
  { field: 'driftInterval', samples: durations, ...same((driftInterval) => ({ driftInterval })) },
  { field: 'orphans', samples: ['Report', 'Remove', 'Keep'], ...same((orphans) => ({ orphans })) },
  { field: 'workers', samples: [1, 64, 0, 65, 1.5, '8'], ...same((workers) => ({ workers })) },
  { field: 'logLevel', samples: ['trace', 'fatal'], ...same((logLevel) => ({ logLevel })) },
  {
    field: 'managedNginx.image',
    samples: images,
    values: (image: unknown) => ({ managedNginx: { enabled: true, image } }),
    config: (image: unknown) => ({ managedNginx: { agentImage: 'a', image } }),
  },
  {
    field: 'managedNginx.allowedImages',
    samples: images,
    values: (image: unknown) => ({ managedNginx: { enabled: true, image: 'nginx', allowedImages: [image] } }),
    config: (image: unknown) => ({ managedNginx: { agentImage: 'a', image: 'nginx', allowedImages: [image] } }),
  },
  {
    field: 'gracePeriodSeconds',
    samples: [1, 600, 0, 601],
    values: (gracePeriodSeconds: unknown) => ({ gracePeriodSeconds }),
    config: (seconds: unknown) => ({ gracePeriod: `${seconds}s` }),
  },
];
