import { type Endpoint, endpointText, type GatewayConfig, type OperatorConfig } from './api/operator-config.ts';

/** What a configuration says, for the person who wrote it; pure. It names files with secrets and reads none. */
export function describeConfig(file: string, config: OperatorConfig): string {
  return [
    `${file} can be used.`,
    ...config.gateways.flatMap(describeGateway),
    describeTimes(config),
    `watches ${namespaces(config.watchNamespaces)} with ${config.workers} workers, log level ${config.logLevel}`,
    describeProcess(config),
    config.stateDirectory === undefined
      ? 'remembers nothing over its death: see stateDirectory'
      : `remembers in ${config.stateDirectory} what was under way when it died`,
    'Not looked at: whether its files, gateways and namespaces are there.',
  ].join('\n');
}

function describeTimes(config: OperatorConfig): string {
  const { livenessInterval, driftInterval, proofInterval, deletionDeadline, gracePeriod } = config;
  const looks = `asks every ${short(livenessInterval)} whether gateways answer, compares them every ${short(driftInterval)}`;
  return `${looks}, proves every ${short(proofInterval)}, a deletion waits for ${short(deletionDeadline)}, a stop for ${short(gracePeriod)}`;
}

function describeGateway(gateway: GatewayConfig): readonly string[] {
  const { name, type, adminUrl, tokenFile, dataPlane, allowedNamespaces, insecureSkipVerify } = gateway;
  const probed = (['https', 'http'] as const).flatMap((protocol) =>
    dataPlane[protocol].map((endpoint) => `${protocol} ${endpointText(endpoint)}`),
  );
  const open = allowedNamespaces.includes('*') ? [] : allowedNamespaces;
  return [
    `gateway ${name}: ${type} at ${adminUrl}, token in ${tokenFile}`,
    ...(insecureSkipVerify === true ? ['  does not verify its certificate: insecureSkipVerify'] : []),
    probed.length === 0
      ? '  probed nowhere: nothing is proven of what it enforces, see dataPlane'
      : `  probed at ${probed.join(', ')}`,
    `  for ${namespaces(open)}`,
  ];
}

function describeProcess({ metricsAddress, healthAddress, leaderElection: election }: OperatorConfig): string {
  const served = (what: string, at: Endpoint | undefined) =>
    at === undefined ? `no ${what}` : `${what} at ${endpointText(at)}`;
  const leads =
    election === undefined
      ? 'no election: there must never be a second operator'
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
