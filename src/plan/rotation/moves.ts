import type { Resource } from '../../api/kinds.ts';
import type { Secret } from '../../model/kube-object.ts';
import { pemOf } from '../certificates/external.ts';
import type { HeldCertificate } from '../certificates/held.ts';
import type { CertificateRequest } from '../certificates/request.ts';
import { certificateSecret } from '../children/secret.ts';
import { anchorsOf, type FormerLeaf, type OtherGeneration, rotationTexts } from './generations.ts';
import { type WithdrawnIssuer, withdrawnTexts } from './withdrawn.ts';

/** Who signs, and who does not. */
export interface Pair {
  readonly signing: HeldCertificate;
  readonly other?: OtherGeneration | undefined;
}

/** Both generations, where a second one is there. */
export interface TwoGenerations extends Pair {
  readonly other: OtherGeneration;
}

/** The next CA signs from now on. */
export function switched({ signing, other }: TwoGenerations, leaves: readonly FormerLeaf[]): TwoGenerations {
  return { signing: other.held, other: { ...other, phase: 'previous', held: signing, leaves } };
}

/** The previous CA signs again; the cross certificates change their places. */
export function turnedBack({ signing, other }: TwoGenerations, leaves: readonly FormerLeaf[]): TwoGenerations {
  const { crossPem: crossBackPem, crossBackPem: crossPem } = other;
  return { signing: other.held, other: { phase: 'previous', held: signing, crossPem, crossBackPem, leaves } };
}

/** The other generation is trusted no more; its key stays until it was seen that its clients are rejected. */
export function retired({ signing, other }: TwoGenerations): TwoGenerations {
  return { signing, other: { ...other, phase: 'retired', crossPem: '', crossBackPem: '', leaves: [] } };
}

/** Where the Secret of the CA lies, the order that was carried out with what it holds, and which CAs went before. */
export interface CaPlace {
  readonly resource: Resource<unknown>;
  readonly request: Pick<CertificateRequest, 'role' | 'secretName'>;
  readonly mark: string | undefined;
  readonly withdrawn: readonly WithdrawnIssuer[];
}

/** The Secret of the CA that holds these generations. */
export function caSecret(
  { signing, other }: Pair,
  { resource, request, mark, withdrawn }: CaPlace,
  now: Temporal.Instant,
): Secret {
  const { chainPem, keyPem } = signing;
  const trustPem = pemOf(anchorsOf(signing, other, now));
  return certificateSecret(resource, request, {
    ...{ chainPem, keyPem, trustPem },
    rotation: { texts: { ...rotationTexts(other), ...withdrawnTexts(withdrawn) }, mark },
  });
}
