import { type Endpoint, endpointText, type GatewayConfig, type OperatorConfig } from './api/operator-config.ts';
import type { LabelSelector, PermittedNode, Tenant } from './api/tenants.ts';

/** What a configuration says, for the person who wrote it; pure. It names files with secrets and reads none. */
export function describeConfig(file: string, config: OperatorConfig): string {
  return [
    `${file} can be used.`,
    ...config.gateways.flatMap(describeGateway),
    ...describeAddresses(config),
    describeTimes(config),
    describeOrphans(config),
    `watches ${namespaces(config.watchNamespaces)} with ${config.workers} workers, log level ${config.logLevel}`,
    describeProcess(config),
    config.stateDirectory === undefined
      ? 'does not remember across a crash what it was doing: see stateDirectory'
      : `remembers in ${config.stateDirectory} across a crash what it was doing`,
    'Not checked: whether its files, gateways and namespaces exist.',
  ].join('\n');
}

function describeAddresses({ upstreamAddresses: { allow, refuse } }: OperatorConfig): readonly string[] {
  const opened =
    allow.length === 0 ? [] : [`allows nodes of upstreams at ${allow.join(', ')}, even if these are special addresses`];
  return refuse.length === 0 ? opened : [...opened, `refuses nodes of upstreams at ${refuse.join(', ')}`];
}

function describeTimes(config: OperatorConfig): string {
  const { livenessInterval, driftInterval, proofInterval, deletionDeadline, gracePeriod } = config;
  const looks = `asks every ${short(livenessInterval)} whether gateways answer, compares them every ${short(driftInterval)}`;
  return `${looks}, proves every ${short(proofInterval)}, a deletion waits for ${short(deletionDeadline)}, a stop for ${short(gracePeriod)}`;
}

function describeOrphans({ orphans }: OperatorConfig): string {
  return orphans === 'Report'
    ? 'reports orphaned objects at a gateway, and does not remove them'
    : 'removes orphaned objects at a gateway';
}

function describeGateway(gateway: GatewayConfig): readonly string[] {
  const { name, type, adminUrl, tokenFile, dataPlane, insecureSkipVerify } = gateway;
  const probed = (['https', 'http'] as const).flatMap((protocol) =>
    dataPlane[protocol].map((endpoint) => `${protocol} ${endpointText(endpoint)}`),
  );
  return [
    `gateway ${name}: ${type} at ${adminUrl}, token in ${tokenFile}`,
    ...(insecureSkipVerify === true ? ['  does not verify its certificate: insecureSkipVerify'] : []),
    probed.length === 0
      ? '  no data-plane address: enforcement is not proven, see dataPlane'
      : `  probed at ${probed.join(', ')}`,
    ...describeUsers(gateway),
  ];
}

/** What a shared gateway opens, in full: nobody should have to guess it. */
function describeUsers({ allowedNamespaces, tenants }: GatewayConfig): readonly string[] {
  if (tenants !== undefined) return tenants.map(describeTenant);
  const why = allowedNamespaces === undefined ? ', since neither allowedNamespaces nor tenants is given' : '';
  const what = 'with any host or none, and NGINX anywhere; a host belongs to the namespace that claims it first';
  return [`  for ${anyOf(allowedNamespaces ?? ['*'])}${why}, ${what}`];
}

function describeTenant({ namespaces = [], namespaceSelector, hosts, routesWithoutHost, nodes }: Tenant): string {
  const who = namespaceSelector === undefined ? anyOf(namespaces) : describeSelector(namespaceSelector);
  const named = hosts.length === 0 ? 'no host' : `the hosts ${hosts.join(', ')}`;
  const given = hosts.includes('*') ? 'any host' : named;
  const services = routesWithoutHost ? 'with or without hosts' : 'with hosts only';
  const places =
    nodes === undefined ? 'NGINX anywhere' : `NGINX at ${nodes.map(describeNode).join(', ') || 'no place'}`;
  return `  for ${who}: ${given}, services ${services}, ${places}`;
}

function describeSelector({ matchLabels, matchExpressions }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values }) =>
    [key, operator, ...(values.length === 0 ? [] : [`(${values.join(', ')})`])].join(' '),
  );
  return `the namespaces with ${[...labels, ...expressions].join(', ')}`;
}

function describeNode({ host, ports = [] }: PermittedNode): string {
  const ranges = ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  return ranges.length === 0 ? host : `${host} (ports ${ranges.join(', ')})`;
}

function anyOf(names: readonly string[]): string {
  return namespaces(names.includes('*') ? [] : names);
}

function describeProcess({ metricsAddress, healthAddress, leaderElection: election }: OperatorConfig): string {
  const served = (what: string, at: Endpoint | undefined) =>
    at === undefined ? `no ${what}` : `${what} at ${endpointText(at)}`;
  const leads =
    election === undefined
      ? 'no leader election: never run a second operator'
      : `one leader by the Lease ${election.namespace}/${election.name}`;
  return [served('metrics', metricsAddress), served('probes', healthAddress), leads].join(', ');
}

function namespaces(names: readonly string[]): string {
  return names.length === 0 ? 'all namespaces' : `the namespaces ${names.join(', ')}`;
}

/** `PT1H30M` as `1h30m`. */
function short(duration: Temporal.Duration): string {
  return String(duration).slice('PT'.length).toLowerCase();
}
