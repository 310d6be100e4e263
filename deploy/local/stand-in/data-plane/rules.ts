import type { Route } from '../schemas/route.ts';
import type { Service } from '../schemas/service.ts';
import type { Group } from '../store.ts';
import { serviceName } from './digest.ts';

interface Rule {
  /** Exact, with a leading star, or empty for any host. */
  readonly host: string;
  /** Exact, or with a star at its end. */
  readonly path: string;
  readonly methods: readonly string[];
  readonly service: string;
  readonly priority: number;
  /** Octets of the path that the upstream does not see. */
  readonly strip: number;
}

function rulesOfRoute(route: Route, service: Service): readonly Rule[] {
  const prefix = (service.path_prefix ?? '').replace(/\/+$/, '');
  const strip = service.strip_path_prefix ? Buffer.byteLength(prefix) : 0;
  const rest = {
    methods: route.methods ?? [],
    service: serviceName(route.service_id),
    priority: route.priority,
    strip,
  };
  return (service.hosts ?? ['']).flatMap((host) =>
    route.paths.map((path) => ({ ...rest, host: host.toLowerCase(), path: prefix + path })),
  );
}

const hostRank = ({ host }: Rule) => (host === '' ? 0 : host.startsWith('*') ? 1 : 2);
const pathRank = ({ path }: Rule) => (path.endsWith('*') ? 0 : 1);

/** As APISIX's router: the nearer host, then an exact path, then the longer prefix, then the higher priority. */
const byPrecedence = (a: Rule, b: Rule) =>
  hostRank(b) - hostRank(a) ||
  b.host.length - a.host.length ||
  pathRank(b) - pathRank(a) ||
  b.path.length - a.path.length ||
  b.priority - a.priority;

const line = ({ host, path, methods, service, strip }: Rule) =>
  `${[host, path, methods.join(','), service, strip].join('\t')}\n`;

/** The key of the shared dictionary for routing: one line per rule, the first that fits wins (read by request.lua). */
export function ruleEntry({ routes, services }: Pick<Group, 'routes' | 'services'>): ReadonlyMap<string, string> {
  // The schemas let no tab or line end into a field.
  const lines = [...routes.values()]
    .flatMap(({ body: route }) => {
      const service = services.get(route.service_id)?.body;
      return service === undefined || service.status === 0 ? [] : rulesOfRoute(route, service);
    })
    .sort(byPrecedence)
    .map(line);
  return new Map([['rules', lines.join('')]]);
}
