import { type WorkloadKind, workloadKinds, workloadTypes } from '../model/kube-object.ts';
import type { Workload } from '../plan/nginx/workload.ts';
import type { Observed } from '../plan/observed.ts';
import type { Observing } from './context.ts';

/** The NGINX that the operator runs under that name, as far as it is there. Nobody watches it: it is read when asked for. */
export async function lookAtWorkload(
  name: string,
  { resource }: Observed,
  { kube, signal }: Pick<Observing, 'kube' | 'signal'>,
): Promise<Partial<Workload>> {
  const { namespace } = resource.metadata;
  const read = async (kind: WorkloadKind) => {
    const found = await kube.get(workloadTypes[kind], { namespace, name }, signal);
    return found === undefined ? [] : [[kind, found] as const];
  };
  return Object.fromEntries((await Promise.all(workloadKinds.map(read))).flat());
}
