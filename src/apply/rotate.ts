import type { Resource } from '../api/kinds.ts';
import { recordEvent } from '../events/about.ts';
import { crossCertify } from '../issuing/cross.ts';
import { issue } from '../issuing/issue.ts';
import { makeKey } from '../issuing/make-key.ts';
import type { KeyAlgorithm } from '../pki/keys/algorithm.ts';
import { asClause } from '../plan/certificates/held.ts';
import { caSecret } from '../plan/rotation/moves.ts';
import type { PrepareStep, RotateStep } from '../plan/steps.ts';
import { writeChild } from './children.ts';
import type { Applying } from './context.ts';

/** The next CA and both cross certificates, in one write of the Secret of the present one. */
export async function prepareNextCa(
  { next, because, signing, seen, place }: PrepareStep,
  resource: Resource<unknown>,
  applying: Applying,
): Promise<void> {
  const make = (algorithm: KeyAlgorithm) => makeKey(algorithm, resource.metadata.namespace, applying);
  const held = 'brought' in next ? next.brought : await issue(next.issue, { makeKey: make }, applying);
  const crossPem = await crossCertify(held, signing, applying);
  const crossBackPem = await crossCertify(signing, held, applying);
  const other = { phase: 'next', held, crossPem, crossBackPem, leaves: [] } as const;
  const desired = caSecret({ signing, other }, place, applying.clock.now());
  await writeChild(seen, desired, resource, applying);
  const alone =
    crossPem === '' ? '; the present one cannot certify it, so it signs once every client is known to trust it' : '';
  tell(`Another CA is to follow, since ${asClause(because)}${alone}`, resource, applying);
}

/** The Secret of the CA as the next state wants it. */
export async function rotate(
  { to, desired, seen, note, evidence }: RotateStep,
  resource: Resource<unknown>,
  applying: Applying,
): Promise<void> {
  await writeChild(seen, desired, resource, applying);
  applying.log.info({ to, seenAt: evidence?.endpoints }, 'rotated the CA');
  if (to !== 'Replaced') return tell(note, resource, applying);
  recordEvent(resource, { type: 'Warning', reason: 'CaReplaced', action: 'Issue', note }, applying);
}

function tell(note: string, resource: Resource<unknown>, applying: Applying): void {
  recordEvent(resource, { type: 'Normal', reason: 'CaRotation', action: 'Rotate', note }, applying);
}
