import * as z from 'zod';
import * as field from './fields.ts';
import { mapOf, setOf, withForm, withRules } from './rules.ts';

/** A prefix match ends in `/*`, as the Admin API has it. */
export const routePath = () =>
  withForm(
    z.string().min(1).max(1024),
    // Short, since a rule in a list within a list has its price: +-/ is + , - . and /.
    /^\/[\w~%=:@+-/]*\*?$/,
    'must be a path, like /hello, or like /hello/* for all below: letters, digits and . _ ~ + , = : @ % / -',
  );
/** Names of services and routes at the gateway; 100 characters is what every version takes. */
const gatewayName = () =>
  withForm(
    z.string().min(1).max(100),
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'must hold only letters, digits and . _ -, and begin with a letter or a digit',
  );

const node = z.object({
  host: field.nodeHost().describe('Host name or IP address at which the gateway reaches NGINX.'),
  port: field.port().describe('Port of NGINX.'),
  weight: z.int().min(0).max(65535).default(100).describe('Weight of this node: its share of the requests.'),
});

/** HTTP methods of a route, or of some of its requests. */
export const routeMethods = () =>
  setOf(z.enum(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']))
    .min(1)
    .max(7);

/** What a route takes that names no method. */
export const defaultMethods: readonly string[] = ['GET'];

const route = z.object({
  name: gatewayName().describe('Name of the route at the gateway.'),
  methods: routeMethods().default(['GET']).describe('HTTP methods that the route matches.'),
  paths: setOf(routePath())
    .min(1)
    .max(64)
    .describe('Paths that the route matches; a final /* matches all paths below.'),
});

const fields = z.object({
  name: gatewayName().describe('Name of the service at the gateway.'),
  hosts: setOf(field.sni()).max(32).default([]).describe('Hosts for which the service answers; if empty, every host.'),
  upstream: z
    .object({
      nodes: z.array(node).min(1).max(64).meta({ 'x-kubernetes-list-type': 'atomic' }).describe('Addresses of NGINX.'),
      retries: z
        .int()
        .min(0)
        .max(10)
        .default(2)
        .describe(
          'How often the gateway retries a request that failed at a node; 2 hides the reload of one NGINX. A POST is never retried.',
        ),
    })
    .describe('The NGINX behind the service.'),
  routes: mapOf(route, 'name').min(1).max(64).describe('Routes of the service.'),
});

/** Hosts and paths multiply: each pair is a place at the gateway. Without hosts each path is one. */
const most = { paths: 256, places: 1024 };

interface Places {
  readonly hosts: readonly unknown[];
  readonly routes: readonly { readonly paths: readonly unknown[] }[];
}

const pathsOf = ({ routes }: Places) => routes.reduce((sum, { paths }) => sum + paths.length, 0);
const placesOf = (service: Places) => Math.max(service.hosts.length, 1) * pathsOf(service);

/** For who reads a spec that was not parsed: one that is stored may be older than the rules. */
export function isWithinBounds(service: Places): boolean {
  return pathsOf(service) <= most.paths && placesOf(service) <= most.places;
}

/** CEL: how many paths all routes have. */
const paths = 'self.routes.map(r, r.paths.size()).sum()';

export const service = withRules(
  fields,
  {
    rule: `${paths} <= ${most.paths}`,
    message: `must have at most ${most.paths} paths in total; spread them over several MtlsUpstreams`,
    field: 'routes',
    holds: (service) => pathsOf(service) <= most.paths,
  },
  {
    rule: `!has(self.hosts) || self.hosts.size() * ${paths} <= ${most.places}`,
    message: `must be at most ${most.places} when multiplied by the number of paths of all routes; spread them over several MtlsUpstreams`,
    field: 'hosts',
    holds: (service) => service.hosts.length === 0 || placesOf(service) <= most.places,
  },
);
