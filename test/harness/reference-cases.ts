/** For each field that names a Secret or ConfigMap: a spec that does, for `aGateway` and `anUpstream`. */
export interface ReferenceCase {
  readonly kind: 'MtlsGateway' | 'MtlsUpstream';
  /** As the schema has it, without indices. */
  readonly field: string;
  readonly to: 'secret' | 'configmap';
  readonly spec: (name: string) => object;
}

const keystore = (name: string) => ({ keystore: { pkcs12: { passwordSecretRef: { name } } } });

/** Those that both kinds have. */
const ofBoth = (kind: ReferenceCase['kind']): readonly ReferenceCase[] => [
  { kind, field: 'ca.secretRef', to: 'secret', spec: (name) => ({ ca: { secretRef: { name } } }) },
  ...(['clientTrust', 'serverTrust'] as const).flatMap((field): readonly ReferenceCase[] => [
    { kind, field: `${field}[].secretRef`, to: 'secret', spec: (name) => ({ [field]: [{ secretRef: { name } }] }) },
    {
      kind,
      field: `${field}[].configMapRef`,
      to: 'configmap',
      spec: (name) => ({ [field]: [{ configMapRef: { name } }] }),
    },
  ]),
];

export const referenceCases: readonly ReferenceCase[] = [
  ...ofBoth('MtlsGateway'),
  {
    kind: 'MtlsGateway',
    field: 'serverCertificate.secretRef',
    to: 'secret',
    spec: (name) => ({ serverCertificate: { secretRef: { name } } }),
  },
  {
    kind: 'MtlsGateway',
    field: 'serverCertificate.keystore.pkcs12.passwordSecretRef',
    to: 'secret',
    spec: (name) => ({ serverCertificate: keystore(name) }),
  },
  {
    kind: 'MtlsGateway',
    field: 'clients[].keystore.pkcs12.passwordSecretRef',
    to: 'secret',
    spec: (name) => ({ clients: [{ name: 'app', commonName: 'APP', ...keystore(name) }] }),
  },
  ...ofBoth('MtlsUpstream'),
  {
    kind: 'MtlsUpstream',
    field: 'serverCertificate.secretRef',
    to: 'secret',
    spec: (name) => ({ serverCertificate: { secretRef: { name } } }),
  },
  {
    kind: 'MtlsUpstream',
    field: 'serverCertificate.keystore.pkcs12.passwordSecretRef',
    to: 'secret',
    spec: (name) => ({ serverCertificate: { dnsNames: ['test.com'], ...keystore(name) } }),
  },
  {
    kind: 'MtlsUpstream',
    field: 'clientCertificate.secretRef',
    to: 'secret',
    spec: (name) => ({ clientCertificate: { secretRef: { name } } }),
  },
  {
    kind: 'MtlsUpstream',
    field: 'clientCertificate.keystore.pkcs12.passwordSecretRef',
    to: 'secret',
    spec: (name) => ({ clientCertificate: { commonName: 'client', ...keystore(name) } }),
  },
];
