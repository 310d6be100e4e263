import type { Resource } from '../../api/kinds.ts';
import type { TrustAnchor } from '../../model/gateway-state.ts';
import { limits } from '../../pki/limits.ts';
import { readPemCertificates } from '../../pki/path/pem-blocks.ts';
import { validatePath } from '../../pki/path/validate.ts';
import { inspectCertificate } from '../../pki/x509/inspect.ts';
import type { Observed } from '../observed.ts';
import type { Course } from '../plan.ts';
import { describeKept } from '../status/kept-roots.ts';
import { notInOrder } from '../status/rotation.ts';
import { type Certificates, requireLeaf } from './certificates.ts';
import { isFinding } from './held.ts';
import { forgetStep, keptOf, part } from './kept-roots.ts';
import type { KeptRoot, TrustList } from './remembered-roots.ts';

/** What CAs of a list that no bundle has any more are still needed for, as the end of a sentence; undefined: for nothing, as was seen. */
export type NeededFor = Readonly<Record<TrustList, string | undefined>>;

/**
 * Has those forgotten that nobody needs, by what was seen in this very plan; then the next one trusts them no more. A timer
 * never decides that. To be called last; throws the failure of the last write.
 */
export function planRetirement(
  resource: Resource<unknown>,
  { keptRoots }: Certificates,
  neededFor: NeededFor,
  { draft, observed }: Course,
): void {
  const failure = observed.failed.get(part);
  if (failure !== undefined) throw failure;
  if (keptRoots === undefined || keptRoots.kept.length === 0) return;
  const isInOrder = draft.failure === undefined && draft.pending === undefined;
  const waitOf = (root: KeptRoot) => {
    if (!isInOrder) return notInOrder;
    return observed.standing === undefined ? neededFor[root.list] : saidOf(root, observed);
  };
  draft.setKeptRoots(describeKept(keptRoots.kept, (root) => waitOf(root) ?? notInOrder));
  const gone = keptRoots.kept.filter((root) => waitOf(root) === undefined);
  if (gone.length > 0)
    draft.need({ steps: [forgetStep(keptRoots, gone, resource, 'it was seen that nobody needs it')] });
}

/** A proof that stands has looked at nothing in this plan: what it found is in the status, and else is made anew. */
function saidOf({ list, certificate }: KeptRoot, { resource }: Pick<Observed, 'resource'>): string {
  const { sha256Fingerprint } = certificate;
  const said = resource.status.keptRoots?.find(
    (one) => one.list === list && one.sha256Fingerprint === sha256Fingerprint,
  );
  return said?.waitsFor ?? notInOrder;
}

/** Whom the list trusts beside those that are kept; undefined where none is. */
export function besideKept({ keptRoots, ...lists }: Certificates, list: TrustList): readonly TrustAnchor[] | undefined {
  const kept = keptRoots === undefined ? [] : keptOf(keptRoots, list);
  if (kept.length === 0) return undefined;
  const fingerprints = new Set(kept.map(({ sha256Fingerprint }) => sha256Fingerprint));
  return lists[list].filter(({ sha256Fingerprint }) => !fingerprints.has(sha256Fingerprint));
}

/** Of an MtlsGateway. `proven`: addresses at which enforcement was seen; nobody sees the clients of a CA of others. */
export function neededAtGateway(proven: readonly string[], { dataPlane }: Pick<Observed, 'dataPlane'>): NeededFor {
  const shown =
    dataPlane?.needsKept === false ? undefined : 'every data-plane address to show a certificate of another CA';
  return { clientTrust: unseenClients, serverTrust: proven.length === 0 ? noAddress : shown };
}

const unseenClients =
  'its end, or the annotation mtls-operator.dev/retire-root with its SHA-256, since nobody sees which of its clients are left';
const noAddress =
  'an https data-plane address in the configuration of the operator, to see which certificate the gateway shows';

/** Of an MtlsUpstream. `reaches`: a request through the gateway was seen to be accepted by NGINX. */
export function neededAtUpstream(
  certificates: Certificates,
  reaches: boolean,
  { observed, now }: Pick<Course, 'observed' | 'now'>,
): NeededFor {
  const isShown = observed.nginx?.every(({ needsKept }) => needsKept === false) ?? false;
  return {
    clientTrust: leadsElsewhere(certificates, now) ? reachesOr(reaches) : ofClient,
    serverTrust: isShown ? undefined : 'every NGINX to show a certificate of another CA',
  };
}

const ofClient = 'the client certificate of the gateway to be one of another CA';
const reachesOr = (reaches: boolean) =>
  reaches ? undefined : 'a request to be seen to reach NGINX through the gateway';

/** Whether NGINX accepts the client certificate of the gateway without the CAs that are kept. */
function leadsElsewhere(certificates: Certificates, at: Temporal.Instant): boolean {
  const others = besideKept(certificates, 'clientTrust') ?? [];
  const anchors = others.flatMap(({ pem }) => {
    const facts = inspectCertificate(pem);
    return isFinding(facts) ? [] : [facts];
  });
  const { chainPem } = requireLeaf(certificates, 'client');
  const [certificate, ...intermediates] = readPemCertificates(chainPem, limits.intermediates + 1).certificates;
  return certificate !== undefined && validatePath({ certificate, intermediates, anchors, at, purpose: 'client' }).ok;
}
