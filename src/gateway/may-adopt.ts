import type { AdoptionRule } from '../api/operator-config.ts';
import type { Adoptable } from '../model/remote-object.ts';

/** Whether the rule lets the namespace have the object: by its id, by its service, or by every host that it serves. */
export function permits({ namespaces, hosts, objects }: AdoptionRule, namespace: string, object: Adoptable): boolean {
  if (!namespaces.includes('*') && !namespaces.includes(namespace)) return false;
  const { kind, id, claims = [], service } = object;
  const named = [`${kind}/${id}`, `${kind}/*`, ...(service === undefined ? [] : [`services/${service}`, 'services/*'])];
  if (named.some((name) => objects.includes(name))) return true;
  return claims.length > 0 && claims.every((name) => hosts.some((host) => covers(host, name)));
}

/** A wildcard stands for itself and for one label in its place. */
function covers(host: string, name: string): boolean {
  if (host === '*' || host === name) return true;
  return host.startsWith('*.') && name.slice(name.indexOf('.')) === host.slice(1);
}
