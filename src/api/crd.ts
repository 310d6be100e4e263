import { gatewayColumns, type PrinterColumn, upstreamColumns } from './columns.ts';
import { group, version } from './group.ts';
import { type Kind, mtlsGateway, mtlsUpstream } from './kinds.ts';
import { status } from './status.ts';
import { type StructuralSchema, toStructuralSchema, withoutDefaultsInLists } from './structural-schema.ts';

/**
 * The CustomResourceDefinition of a kind, made from its zod definition: a structural schema with a sentence for every
 * field, a default where there is one and the field is not inside a list, and the rules that only the API server can
 * check. It reads nothing and knows no API server.
 */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: CustomResourceDefinitionSpec;
}

interface CustomResourceDefinitionSpec {
  readonly group: string;
  readonly scope: 'Namespaced';
  readonly names: {
    readonly kind: string;
    readonly listKind: string;
    readonly plural: string;
    readonly singular: string;
    readonly shortNames: readonly string[];
    readonly categories: readonly string[];
  };
  readonly versions: readonly CustomResourceVersion[];
}

interface CustomResourceVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
  readonly subresources: { readonly status: Readonly<Record<string, never>> };
  readonly additionalPrinterColumns: readonly PrinterColumn[];
}

const conventions = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';

/** Secrets and ConfigMaps are named after the resource: 253, less a hyphen and the 63 characters of a client's name. */
const nameIsShort = {
  rule: 'self.metadata.name.size() <= 189',
  message: 'metadata.name must be at most 189 characters, since names of Secrets are made from it',
};

export const customResourceDefinitions: readonly CustomResourceDefinition[] = [
  toCustomResourceDefinition(mtlsGateway, gatewayColumns),
  toCustomResourceDefinition(mtlsUpstream, upstreamColumns),
];

function toCustomResourceDefinition(kind: Kind, columns: readonly PrinterColumn[]): CustomResourceDefinition {
  const { plural, singular, shortNames } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: kind.kind, listKind: `${kind.kind}List`, plural, singular, shortNames, categories: ['mtls'] },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: objectSchema(kind) },
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}

function objectSchema(kind: Kind): StructuralSchema {
  return {
    type: 'object',
    description: kind.description,
    required: ['spec'],
    properties: {
      apiVersion: {
        type: 'string',
        description: `APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: ${conventions}#resources`,
      },
      kind: {
        type: 'string',
        description: `Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: ${conventions}#types-kinds`,
      },
      metadata: { type: 'object' },
      spec: withoutDefaultsInLists(toStructuralSchema(kind.spec)),
      status: withoutDefaultsInLists(toStructuralSchema(status)),
    },
    'x-kubernetes-validations': [nameIsShort],
  };
}
