import type { SpecCase } from './spec-case.ts';

/** A text of another form is refused with a sentence that says which: one row for each form, at each sort of place. */
interface FormRow {
  readonly field: string;
  readonly text: string;
  readonly says: string;
}

type Tree = { readonly [name: string]: unknown };

const host = 'must be a host name in lower case, like test.com, without *, scheme, port and final dot';
const sni =
  'must be a host name in lower case, like test.com, or like *.test.com for one label more; without scheme, port and final dot';
const nodeHost = 'must be a host name or an IPv4 address, like app.internal or 10.0.0.7, without scheme, port and path';
const name =
  'must be a name as Kubernetes has them, like test-com: lower-case letters, digits, hyphens and dots, each part between letters or digits';
const key = 'must be a key as Secrets and ConfigMaps have them, like ca.crt: letters, digits and . _ -';
const oneLine =
  'must hold no control characters, so no line breaks, and no characters that change the direction of the text';
const duration = 'must be a duration in hours, minutes and seconds, like 2160h or 1h30m, each of at most six digits';
const renewal =
  'must be a duration in hours, minutes and seconds, like 720h or 1h30m, or a share of the lifetime, like 33%';

const gatewayForms: readonly FormRow[] = [
  { field: 'spec.hosts[0]', text: 'https://test.com', says: sni },
  { field: 'spec.gatewayRef.name', text: 'Default', says: name },
  { field: 'spec.gatewayRef.group', text: 'a\nb', says: oneLine },
  { field: 'spec.ca.generated.commonName', text: 'ROOT\u009bCA', says: oneLine },
  { field: 'spec.ca.generated.duration', text: '5y', says: duration },
  { field: 'spec.ca.generated.renewBefore', text: '30 days', says: renewal },
  { field: 'spec.ca.generated.permittedDnsDomains[0]', text: '*.test.com', says: host },
  { field: 'spec.serverCertificate.duration', text: '90d', says: duration },
  { field: 'spec.serverCertificate.renewBefore', text: '1.5%', says: renewal },
  { field: 'spec.serverCertificate.subject.country', text: 'de', says: 'must be two capital letters, like DE' },
  {
    field: 'spec.serverCertificate.subject.serialNumber',
    text: '1*',
    says: "must hold only letters, digits, spaces and ' ( ) + , - . / : = ?",
  },
  {
    field: 'spec.serverCertificate.ipAddresses[0]',
    text: '10.0.0.0/8',
    says: 'must be an IP address, like 10.0.0.1 or 2001:db8::1, without port, prefix length and zone',
  },
  { field: 'spec.clientTrust[0].secretRef.key', text: '../ca.crt', says: key },
  {
    field: 'spec.clientVerification.exemptPaths[0]',
    text: '/a?b',
    says: "must be a path, like /healthz, or like /public/* for all below: letters, digits and . _ ~ ! $ & ' ( ) + , ; = : @ / -",
  },
  {
    field: 'spec.verification.path',
    text: '/a?b',
    says: "must be a path, like /ip, without a query: letters, digits and . _ ~ ! $ & ' ( ) * + , ; = : @ % / -",
  },
];

/** Here a field without its default meets the rules of what surrounds it. */
const clientForms: readonly FormRow[] = [
  { field: 'spec.clients[0].name', text: 'Curl', says: name },
  { field: 'spec.clients[0].duration', text: '90d', says: duration },
  { field: 'spec.clients[0].renewBefore', text: '30d', says: renewal },
  { field: 'spec.clients[0].dnsNames[0]', text: 'test.com.', says: sni },
  {
    field: 'spec.clients[0].emailAddresses[0]',
    text: 'A <a@test.com>',
    says: 'must be an e-mail address, like user@test.com, in ASCII and without a display name',
  },
];

const upstreamForms: readonly FormRow[] = [
  { field: 'spec.serverCertificate.dnsNames[0]', text: 'test.com:8443', says: sni },
  { field: 'spec.nginx.serverName', text: 'test.com x', says: host },
  {
    field: 'spec.nginx.tlsDirectory',
    text: '../tls',
    says: 'must be a directory, like tls or /etc/nginx/tls: letters, digits and . _ -, no part beginning with a dot, no / at the end',
  },
  {
    field: 'spec.nginx.locations[0].path',
    text: '/$uri',
    says: 'must be a path, like /hello, which matches all paths that begin with it: letters, digits and . _ ~ + , = : @ / -',
  },
  {
    field: 'spec.nginx.locations[0].return.body',
    text: '$host',
    says: 'must be one line without control characters, and without $, which NGINX would take for a variable',
  },
  {
    field: 'spec.nginx.resolvers[0]',
    text: '10.0.0.256',
    says: 'must be an IP address, like 10.0.0.10 or 2001:db8::1, without port, prefix length and zone',
  },
  { field: 'spec.nginx.locations[1].proxy.host', text: 'http://app', says: nodeHost },
  {
    field: 'spec.nginx.deployment.image',
    text: 'nginx latest',
    says: 'must be a reference of an image, like nginxinc/nginx-unprivileged:1.29',
  },
  ...['requests', 'limits'].flatMap((of) => [
    {
      field: `spec.nginx.deployment.resources.${of}.cpu`,
      text: '0.5',
      says: 'must be a number of CPUs, like 2, or of thousandths, like 500m',
    },
    {
      field: `spec.nginx.deployment.resources.${of}.memory`,
      text: 'banana',
      says: 'must be an amount of memory, like 64Mi or 1Gi',
    },
  ]),
  {
    field: 'spec.nginx.locations[0].return.contentType',
    text: 'JSON',
    says: 'must be a media type in lower case, like application/json, or like text/html; charset=utf-8',
  },
  {
    field: 'spec.nginx.locations[2].proxy.serviceRef.name',
    text: 'app.other',
    says: 'must be the name of a Service, like app: lower-case letters, digits and hyphens, beginning with a letter',
  },
  {
    field: 'spec.nginx.locations[3].root',
    text: '/etc/nginx/tls',
    says: 'must be a directory in /srv, /var/www, /usr/share/nginx, /opt or /data, like /srv/site: letters, digits and . _ -, no part beginning with a dot, no / at the end',
  },
  {
    field: 'spec.service.name',
    text: 'a b',
    says: 'must hold only letters, digits and . _ -, and begin with a letter or a digit',
  },
  { field: 'spec.service.hosts[0]', text: 'https://a', says: sni },
  { field: 'spec.service.upstream.nodes[0].host', text: '10.0.0.7:8443', says: nodeHost },
  {
    field: 'spec.service.routes[0].paths[0]',
    text: '/a?b=c',
    says: 'must be a path, like /hello, or like /hello/* for all below: letters, digits and . _ ~ + , = : @ % / -',
  },
];

/** What is sound but for the text: lists have the items that rows name, and every field that is required. */
export interface SoundSpecs {
  readonly gateway: Tree;
  readonly withClient: Tree;
  readonly upstream: Tree;
}

export function formCases({ gateway, withClient, upstream }: SoundSpecs): readonly SpecCase[] {
  return [
    ...gatewayForms.map((row) => toCase('MtlsGateway', gateway, row)),
    ...clientForms.map((row) => toCase('MtlsGateway', withClient, row)),
    ...upstreamForms.map((row) => toCase('MtlsUpstream', upstream, row)),
  ];
}

function toCase(kind: SpecCase['kind'], sound: Tree, { field, text, says }: FormRow): SpecCase {
  const [, ...path] = field.replaceAll(']', '').split(/[.[]/);
  const spec = withText(sound, path, text) as SpecCase['spec'];
  return { kind, name: `${JSON.stringify(text)} as ${field}`, spec, refused: { field, message: says } };
}

/** A copy with the text at that path; what is missing on the way is made. */
function withText(tree: unknown, [step, ...rest]: readonly string[], text: string): unknown {
  if (step === undefined) return text;
  if (/^\d+$/.test(step)) {
    const items = Array.isArray(tree) ? tree : [];
    return Object.assign([...items], { [step]: withText(items[Number(step)], rest, text) });
  }
  const fields = (tree ?? {}) as Tree;
  return { ...fields, [step]: withText(fields[step], rest, text) };
}
