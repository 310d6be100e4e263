import * as z from 'zod';
import { parseDuration } from '../std/duration.ts';
import { adoptableKinds, adoptablePattern } from './adoption.ts';
import * as field from './fields.ts';
import { imageForm } from './nginx/deployment.ts';
import { type Parsed, parseWith } from './parse.ts';
import { hostOrAll, permittedAtMost, tenant } from './tenants.ts';

/**
 * The operator's configuration, written by the administrator: which gateways there are, where they answer and who
 * may use them. It is no field of a custom resource, since a tenant who could name an endpoint could have the admin
 * token sent there. It names files with secrets and holds none.
 */

/** Text of a form, and what it is refused with: a sentence and an example, also where YAML reads a number or nothing. */
const written = (fits: (text: string) => boolean, message: string) => z.string(message).refine(fits, message);
/** A form that other rooms share. */
const fitting = (form: z.ZodType<string>) => (text: string) => form.safeParse(text).success;

const absolutePath = (example = '/var/run/secrets/gateways/default/token') =>
  written(
    (text) => /^\/[^\0]*$/.test(text),
    `must be an absolute path, one that begins with a slash, for example ${example}`,
  );
const serverName = written(
  fitting(field.hostname()),
  'must be a host name in lower case, without port and scheme, for example admin.example.com',
);
const objectName = (longest = 253) =>
  written(
    fitting(field.objectName().max(longest)),
    `must be lower-case letters, digits, hyphens and dots, at most ${longest} characters, for example default`,
  );

/** https, on loopback too: the token travels in a header of every request. */
const adminUrl = written(
  isBareHttps,
  'must be an https URL without user, query and fragment, for example https://10.0.0.7:7443',
);

function isBareHttps(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && `${url.username}${url.password}${url.search}${url.hash}` === '';
}

/** Where something listens: a data plane of the gateway, or we ourselves. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** As it is written in the configuration; an empty host is every address. */
export function endpointText({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const endpointPattern =
  /^(?:\[(?<ipv6>[0-9a-fA-F:]+)\]|(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)):(?<port>\d{1,5})$/;

/** `anywhere`: the host may be left out, and is then empty. */
const endpointAt = (anywhere: boolean) =>
  written(
    (text) => endpointPattern.test(text) || (anywhere && anywherePattern.test(text)),
    anywhere
      ? 'must be host:port, or :port for every address of the machine, for example 127.0.0.1:8080, [::1]:8080 or :8080'
      : 'must be host:port without scheme and path, for example gateway.example:9443 or [::1]:9443',
  )
    .transform((text): Endpoint => {
      const { ipv6, host, port } = (endpointPattern.exec(text) ?? anywherePattern.exec(text))?.groups ?? {};
      return { host: ipv6 ?? host ?? '', port: Number(port) };
    })
    .refine(({ port }) => port >= 1 && port <= 65535, 'must hold a port from 1 to 65535');

const anywherePattern = /^:(?<port>\d{1,5})$/;
const endpoint = endpointAt(false);
/** Where to listen; without a host on every address of the machine. */
const listenAddress = endpointAt(true);

/** The same for a flag; undefined where it is none. */
export function parseListenAddress(text: string): Endpoint | undefined {
  return listenAddress.safeParse(text).data;
}

const isDuration = fitting(field.duration());
/** A timer of Node beyond 24 days fires at once: what was mistyped must not become a loop without a pause. */
const duration = (fallback: string, least: string, most: string) => writtenDuration(least, most).prefault(fallback);

const writtenDuration = (least: string, most: string) =>
  written(isDuration, 'must be a duration in hours, minutes and seconds, for example 5m')
    .transform((text) => parseDuration(isDuration(text) ? text : least))
    .refine((given) => Temporal.Duration.compare(given, parseDuration(least)) >= 0, `must be at least ${least}`)
    .refine((given) => Temporal.Duration.compare(given, parseDuration(most)) <= 0, `must be at most ${most}`);

const isNamespaceName = (text: string) => text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
const namespaceName = written(
  isNamespaceName,
  'must be the name of a namespace in lower case, at most 63 characters, for example shop',
);

const anyNamespace = written(
  (text) => text === '*' || isNamespaceName(text),
  'must be * or the name of a namespace in lower case, at most 63 characters, for example shop',
);

const adoptableForm = `must be KIND/ID or KIND/*, for example services/hello; KIND is one of ${adoptableKinds.join(', ')}`;

/** What resources of these namespaces may take over at the gateway, which others have made there. */
const adoption = z
  .strictObject({
    namespaces: z.array(anyNamespace).min(1).max(permittedAtMost),
    /** Objects that serve these hosts and no other; `*.test.com` is the wildcard and each name one label below it, `*` all. */
    hosts: z.array(hostOrAll()).max(permittedAtMost).default([]),
    /** `services/ID`, or `services/*` for all of the kind; the routes of a service go with it. */
    objects: z.array(z.string().regex(adoptablePattern, adoptableForm)).max(permittedAtMost).default([]),
  })
  .refine(({ hosts, objects }) => hosts.length + objects.length > 0, {
    message: 'must be given, or objects: by default nothing may be taken over',
    path: ['hosts'],
  });

const gateway = z
  .strictObject({
    name: objectName(),
    /** What the control plane is; its version is asked for. */
    type: z.enum(['api7-ee', 'apisix']),
    adminUrl,
    /** Holds the API key and nothing else; read anew when used, since it is rotated while we run. */
    tokenFile: absolutePath(),
    /** Trust anchors for the Admin API as PEM; left out, those of the system. */
    caFile: absolutePath().optional(),
    /** Name in the certificate of the Admin API where it is not the host of the URL. */
    serverName: serverName.optional(),
    /** Certificate and key of the operator as PEM, where the Admin API asks for one. */
    clientCertificateFile: absolutePath().optional(),
    clientKeyFile: absolutePath().optional(),
    /** Takes any certificate of the Admin API, and so sends it the token whoever it is. Every status says so. */
    insecureSkipVerify: z.boolean().optional(),
    /** Name of the one group of an Apache APISIX, or of an `a7adm-` key: there groups cannot be looked up. */
    group: z.string().min(1).max(100).optional(),
    /** Where the operator probes; without any, it cannot prove that the gateway enforces what it was told. */
    dataPlane: z
      .strictObject({ https: z.array(endpoint).default([]), http: z.array(endpoint).default([]) })
      .prefault({}),
    /** How long an answer or a WebSocket lasts at most, since the gateway or something before it ends it then; left out, nobody knows. */
    longestConnection: writtenDuration('1s', '8760h').optional(),
    /** Namespaces whose resources may use this gateway, all alike; `*` is all, and so it is where tenants are left out too. */
    allowedNamespaces: z.array(anyNamespace).min(1).optional(),
    /** The same with what they may have there. */
    tenants: z.array(tenant(anyNamespace)).min(1).max(permittedAtMost).optional(),
    /** Left out: nobody may take anything over. */
    adoption: z.array(adoption).max(100).optional(),
  })
  .refine(
    ({ clientCertificateFile: certificate, clientKeyFile: key }) => (certificate === undefined) === (key === undefined),
    {
      message: 'must be set together with clientKeyFile, or neither of them',
      path: ['clientCertificateFile'],
    },
  )
  .refine(({ allowedNamespaces, tenants }) => allowedNamespaces === undefined || tenants === undefined, {
    message:
      'must not be set beside allowedNamespaces: namespaces that may have anything are a tenant with hosts: ["*"]',
    path: ['tenants'],
  })
  .refine(({ insecureSkipVerify, caFile }) => insecureSkipVerify !== true || caFile === undefined, {
    message: 'must not be set beside caFile, which would have no effect then',
    path: ['insecureSkipVerify'],
  });

/** Times of client-go's leader election, and its defaults. */
const leaderElection = z
  .strictObject({
    /** Where the Lease is: that of the operator itself. */
    namespace: namespaceName,
    name: objectName(200).default('mtls-operator'),
    leaseDuration: duration('15s', '1s', '10m'),
    renewDeadline: duration('10s', '1s', '10m'),
    retryPeriod: duration('2s', '1s', '10m'),
  })
  .refine(({ leaseDuration, renewDeadline }) => Temporal.Duration.compare(renewDeadline, leaseDuration) < 0, {
    message: 'must be shorter than leaseDuration',
    path: ['renewDeadline'],
  })
  .refine(({ renewDeadline, retryPeriod }) => Temporal.Duration.compare(retryPeriod, renewDeadline) < 0, {
    message: 'must be shorter than renewDeadline',
    path: ['retryPeriod'],
  });

const addressBlock = z.union(
  [z.cidrv4(), z.cidrv6()],
  'must be a block of addresses, for example 10.0.0.0/8, 10.0.0.7/32 or fd00::/8',
);
const addressBlocks = z.array(addressBlock).max(permittedAtMost).default([]);

const image = (example: string) =>
  z.string().max(255).regex(imageForm, `must be a reference of an image, for example ${example}`);

/** What an image may be that a resource names: this one, or what begins like it where it ends with `*`. */
const imagePattern = written(
  (text) => text.length <= 255 && imageForm.test(text.replace(/\*$/, '')),
  'must be a reference of an image, or its beginning with * at the end, for example nginxinc/nginx-unprivileged:*',
);

const managedNginx = z.strictObject({
  /** Of the operator itself, for the agent in each pod. */
  agentImage: image('registry.example/mtls-operator:0.1.0'),
  /** Of NGINX, for who names none. */
  image: image('nginxinc/nginx-unprivileged:1.29'),
  /** What else a resource may name. */
  allowedImages: z.array(imagePattern).max(permittedAtMost).default([]),
});

export type ManagedNginx = z.output<typeof managedNginx>;

/** The whole file. */
export const operatorConfig = z.strictObject({
  gateways: z
    .array(gateway)
    .min(1)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'must not hold the same name twice'),
  /** How often each gateway group is read and compared with what the resources left there. */
  driftInterval: duration('5m', '10s', '24h'),
  /** How often each Admin API and each data-plane address is asked whether it still answers. */
  livenessInterval: duration('10s', '1s', '5m'),
  /** How often the proof of a settled resource is made again. */
  proofInterval: duration('1h', '1m', '168h'),
  /** What becomes of objects at a gateway whose resource is gone, also of those that `deletionPolicy: Retain` has left. */
  orphans: z.enum(['Report', 'Remove']).default('Report'),
  /** How long a deletion waits for a gateway that does not answer. */
  deletionDeadline: duration('1h', '1m', '8760h'),
  /** How long reconciles that are under way may go on after the operator was told to stop. */
  gracePeriod: duration('30s', '1s', '10m'),
  /** Where metrics are served, in plain HTTP; left out, nowhere. */
  metricsAddress: listenAddress.optional(),
  /** Where the probes of the kubelet are answered; left out, nowhere. */
  healthAddress: listenAddress.optional(),
  /**
   * A directory that outlives the process and belongs to it alone: what is under way is remembered there, so that a
   * resource on which the process dies is set aside. Left out: nothing is remembered.
   */
  stateDirectory: absolutePath('/var/lib/mtls-operator').optional(),
  /**
   * Where `spec.service.upstream.nodes` may point. By default everywhere but to loopback, link-local, multicast and other
   * special addresses, the API servers and the operator itself.
   */
  upstreamAddresses: z
    .strictObject({
      /** What of the default is wanted here. */
      allow: addressBlocks,
      /** What is refused beside the default, for example the nodes of the control plane. */
      refuse: addressBlocks,
    })
    .prefault({}),
  /** Lets resources ask for an NGINX that the operator runs (`spec.nginx.deployment`). Left out: none may. */
  managedNginx: managedNginx.optional(),
  /** Resources that are reconciled at the same time, at most half of them of one namespace. */
  workers: z.int().min(1).max(64).default(8),
  /** Left out: there is one operator and no other, ever. */
  leaderElection: leaderElection.optional(),
  /** Empty: all namespaces. */
  watchNamespaces: z.array(namespaceName).default([]),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
});

export type OperatorConfig = z.output<typeof operatorConfig>;
export type AdoptionRule = z.output<typeof adoption>;
export type GatewayConfig = OperatorConfig['gateways'][number];
export type LogLevel = OperatorConfig['logLevel'];

export const logLevels: readonly LogLevel[] = operatorConfig.shape.logLevel.unwrap().options;

/** Parses the configuration; findings name the field: `gateways[0].adminUrl: …`. */
export function parseOperatorConfig(value: unknown): Parsed<OperatorConfig> {
  return parseWith(operatorConfig, value, '', 'InvalidConfig');
}
