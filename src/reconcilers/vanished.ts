import type { ReconcileKey } from '../controller/controller.ts';
import { transient } from '../std/failure.ts';
import { clearAll } from './gateway-clear.ts';
import { isThere } from './presence.ts';
import type { Run } from './world.ts';

/**
 * Of a resource that is gone and was not retired by us, takes what this process put at the gateways: somebody else let it
 * go, another operator or a person who took the finalizer off, while we were at work on what we had heard last. `uid` is
 * that of the resource which has the name now. Throws what may be over when it is tried again.
 */
export async function clearVanished(key: ReconcileKey, uid: string | undefined, run: Run): Promise<void> {
  const look = run.looks.of(key);
  if (look === undefined || look.uid === uid) return;
  const { kind, uid: former, gateways } = look;
  if (gateways.length === 0) return run.looks.forget(key);
  const owner = { cluster: run.cluster, kind, ...key, uid: former };
  // The watch is behind, or a list was; nothing is taken from what is there.
  if (await isThere(owner, run)) throw transient('Conflict', `${kind} ${key.namespace}/${key.name} is there`);
  const { failure } = await clearAll(gateways, owner, undefined, run);
  if (failure?.class === 'transient') throw failure;
  run.looks.forget(key);
  if (failure === undefined) return;
  const { reason, message } = failure;
  run.log.warn({ reason, message, gateways }, 'cannot look for what a resource left that is gone');
}
