import type { Manifest } from '../chart/chart.ts';
import type { Asked } from './audit-log.ts';

/** One verb on one resource, as RBAC grants it. */
export interface Grant {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** The only objects that it is for; left out, all. */
  readonly names?: readonly string[];
  /** Left out: everywhere. */
  readonly namespace?: string;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface Binding extends Manifest {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

/** Of the Roles and ClusterRoles of an account. */
export function grantsOf(
  account: { readonly namespace: string; readonly name: string },
  manifests: readonly Manifest[],
) {
  const roles = new Map(manifests.map((manifest) => [roleKey(manifest), (manifest.rules ?? []) as readonly Rule[]]));
  const isBound = ({ subjects = [] }: Binding) =>
    subjects.some(
      ({ kind, name, namespace }) =>
        kind === 'ServiceAccount' && name === account.name && namespace === account.namespace,
    );
  const bindings = manifests.filter((manifest): manifest is Binding => manifest.kind.endsWith('RoleBinding'));
  return bindings.filter(isBound).flatMap(({ kind, metadata: { namespace }, roleRef }) => {
    const scope = kind === 'RoleBinding' && namespace !== undefined ? { namespace } : {};
    const rules = roles.get(roleKey({ kind: roleRef.kind, metadata: { name: roleRef.name, ...scope } }));
    if (rules === undefined) throw new Error(`${kind}/${roleRef.name} binds a role that is not there`);
    return rules.flatMap((rule) => grantsIn(rule, scope));
  });
}

type Named = Pick<Manifest, 'kind'> & { readonly metadata: { readonly name: string; readonly namespace?: string } };

function roleKey({ kind, metadata: { name, namespace } }: Named): string {
  return kind === 'ClusterRole' ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

function grantsIn(
  { apiGroups, resources, resourceNames: names, verbs }: Rule,
  scope: Pick<Grant, 'namespace'>,
): readonly Grant[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.map((verb) => ({ verb, group, resource, ...(names && { names }), ...scope })),
    ),
  );
}

/** `get leases.coordination.k8s.io mtls-operator in mtls-operator-system`. */
export function describeGrant({ verb, group, resource, names = [], namespace }: Grant): string {
  const [plural, subresource] = resource.split('/');
  const type = `${plural}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
  return [verb, type, ...names, namespace === undefined ? 'everywhere' : `in ${namespace}`].join(' ');
}

/** Whether the request took this right, be there another one for it or not. */
export function isFor(grant: Grant, asked: Asked): boolean {
  const { group, resource, names, namespace } = grant;
  return (
    verbsOf(asked).includes(grant.verb) &&
    asked.group === group &&
    asked.resource === resource &&
    (names === undefined || names.includes(asked.name)) &&
    (namespace === undefined || namespace === asked.namespace)
  );
}

/** Server-side apply of what is not there yet takes the right to create it, too, which the API server checks by itself. */
function verbsOf({ verb, code }: Asked): readonly string[] {
  return verb === 'patch' && code === 201 ? ['patch', 'create'] : [verb];
}

/** `403 get secrets shop/token`: what a failed test shows. */
export function describeAsked({ verb, group, resource, namespace, name, code }: Asked): string {
  return `${code} ${describeGrant({ verb, group, resource, names: name === '' ? [] : [name], namespace })}`;
}
