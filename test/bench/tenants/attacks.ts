/** What a tenant does who may create, change and delete the two kinds, and ConfigMaps, in one namespace. */
import { toCertificatePem } from '../../../src/pki/x509/pem.ts';
import { aGateway } from '../../harness/given.ts';
import { ca, Openssl } from '../../pki/path/given.ts';
import { paths } from '../scale/api-client.ts';
import { anUpstreamAt, hostOf, nameOf, namespaces, slowPrefix } from '../scale/resources.ts';
import type { Stage } from '../scale/stage.ts';
import type { Kind } from './victim.ts';

export const [attacker = ''] = namespaces;
/** Of the attacker. */
export const resources = 8;

export interface Attack {
  readonly name: string;
  /** Of the resources of the attacker, and of the victim's, which share the workers of their kind. */
  readonly kind: Kind;
  readonly resource: (index: number, stage: Stage) => object;
  /** Whether it goes on only while the resources are edited all the time. */
  readonly isEdited: boolean;
}

const many = <Item>(count: number, make: (index: number) => Item) => Array.from({ length: count }, (_, i) => make(i));

/** 256 paths each, to an application that answers after 4 s. */
const slowApplications: Attack = {
  name: `${resources} MtlsUpstreams with 256 paths to a slow application`,
  kind: 'MtlsUpstream',
  resource: (index, { nginxPort }) => {
    const name = nameOf(slowPrefix, index);
    const base = anUpstreamAt({ namespace: attacker, name }, nginxPort) as { spec: { service: object } };
    const routes = many(4, (route) => ({ name: `r${route}`, paths: many(64, (path) => `/${route}/${path}`) }));
    return { ...base, spec: { ...base.spec, service: { ...base.spec.service, routes } } };
  },
  isEdited: false,
};

const largeKeys: Attack = {
  name: `${resources} MtlsGateways with 100 RSA-4096 clients each`,
  kind: 'MtlsGateway',
  resource: (index) => {
    const name = nameOf('keys', index);
    const clients = many(100, (client) => ({ name: `c${client}`, commonName: 'c', keyAlgorithm: 'RSA-4096' }));
    return aGateway({ name, hosts: [hostOf(name)], spec: { clients } });
  },
  isEdited: false,
};

const bundles = 32;
const perBundle = 254;
const bundlesFrom = (first: number, count: number) =>
  many(count, (index) => ({ configMapRef: { name: `bundle-${(first + index) % bundles}` } }));

/** What the attacks refer to. */
export async function makeConfigMaps({ api }: Stage): Promise<void> {
  for (const [index, text] of makeBundles().entries()) {
    const body = { metadata: { name: `bundle-${index}` }, data: { 'ca.crt': text } };
    await api.send('POST', paths.configMaps(attacker), JSON.stringify(body));
  }
}

/** 16 for each side, each resource beginning with others. */
const manyBundles: Attack = {
  name: `${resources} MtlsGateways with ${bundles} bundles of ${perBundle} CAs each, edited all the time`,
  kind: 'MtlsGateway',
  resource: (index) => {
    const name = nameOf('many', index);
    const spec = { clientTrust: bundlesFrom(index * 4, 16), serverTrust: bundlesFrom(index * 4 + 16, 16) };
    return aGateway({ name, hosts: [hostOf(name)], spec });
  },
  isEdited: true,
};

/** As much as is taken, and more of them than are remembered. */
const largeBundles: Attack = {
  name: `${resources} MtlsGateways with a bundle of ${perBundle} CAs of their own each, edited all the time`,
  kind: 'MtlsGateway',
  resource: (index) => {
    const name = nameOf('large', index);
    return aGateway({ name, hosts: [hostOf(name)], spec: { clientTrust: bundlesFrom(index, 1) } });
  },
  isEdited: true,
};

/** They differ in their key identifier; nobody verifies the signature of what is trusted as it is. */
function makeBundles(): readonly string[] {
  const openssl = new Openssl();
  try {
    const root = openssl.root();
    const { der, subjectKeyId = '' } = openssl.issue(root, { subject: '/CN=Below', extensions: ca }).certificate;
    const place = Buffer.from(der).indexOf(Buffer.from(subjectKeyId, 'hex'));
    const variant = (index: number) => {
      const other = Buffer.from(der);
      other.writeUInt32BE(index, place);
      return toCertificatePem(other);
    };
    return many(bundles, (bundle) =>
      [root.pem, ...many(perBundle - 1, (index) => variant(bundle * perBundle + index))].join(''),
    );
  } finally {
    openssl.remove();
  }
}

export const attacks: readonly Attack[] = [slowApplications, manyBundles, largeBundles, largeKeys];
