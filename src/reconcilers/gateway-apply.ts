import type { Gateway } from '../gateway/gateway.ts';
import type { Change, RemoteRef } from '../model/remote-object.ts';
import { beforeWrite } from './standing.ts';
import type { Run } from './world.ts';

/** One after another, since each may refer to the one before; ends at the first that fails. */
export async function performAll(
  changes: readonly Change[],
  gateway: Gateway,
  run: Run,
  onAdopted?: (from: RemoteRef) => void,
): Promise<void> {
  for (const change of changes) {
    await perform(change, gateway, run);
    if (change.type === 'put' && change.because === 'adopted') onAdopted?.(change.from);
  }
}

async function perform(change: Change, gateway: Gateway, run: Run): Promise<void> {
  beforeWrite(run);
  if (change.type === 'put') {
    const { kind, id } = change.object;
    await (change.because === 'adopted' ? gateway.adopt(change.object, change.from) : gateway.put(change.object));
    run.log.info({ gateway: gateway.label, object: `${kind}/${id}`, because: change.because }, 'wrote gateway object');
  } else {
    const { kind, id } = change.ref;
    await gateway.remove(change.ref);
    run.log.info({ gateway: gateway.label, object: `${kind}/${id}` }, 'removed gateway object');
  }
}
