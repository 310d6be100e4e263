import type { Resource } from '../../api/kinds.ts';
import type { CertificateStatus } from '../../api/status.ts';
import type { TlsPair, TrustAnchor } from '../../model/gateway-state.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { Failure, permanent } from '../../std/failure.ts';
import type { Finding } from '../../std/finding.ts';
import type { Steps } from '../../std/steps.ts';
import { writeOf } from '../children/child.ts';
import { certificateSecret } from '../children/secret.ts';
import { isNeeded, type Needed, type PartPlan } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { Course } from '../plan.ts';
import { planAuthority, type Rotation } from '../rotation/authority.ts';
import { describeRotation, notInOrder } from '../rotation/rotation.ts';
import { externalStatus } from '../status/status.ts';
import type { Look, Step } from '../steps.ts';
import { type Authority, endWarningTime, type Issuer, pemOf, readExternalCa, readExternalLeaf } from './external.ts';
import type { HeldCertificate } from './held.ts';
import { planIssued } from './issued.ts';
import { accept, readTrust, requireSecret, type Warned } from './references.ts';
import {
  type CertificateRequest,
  type CertificateRequests,
  type ExternalCaRequest,
  type ExternalLeafRequest,
  findSharedSecret,
} from './request.ts';

/** What a resource has, once every certificate of it is as the spec asks. */
export interface Certificates {
  /** Absent where the CA was brought along without its key. */
  readonly issuer: Issuer | undefined;
  /** By the name of the request: `server`, `client`, `client/<name>`. */
  readonly leaves: ReadonlyMap<string, HeldCertificate>;
  /** Whose clients are let in. */
  readonly clientTrust: readonly TrustAnchor[];
  /** Who may vouch for the server. */
  readonly serverTrust: readonly TrustAnchor[];
  /** Set while another CA follows that of the resource. */
  readonly rotation?: Rotation | undefined;
}

/** Every certificate of the resource, brought along or held in its Secret, and whom both sides trust. */
export function* planCertificates(
  resource: Resource<unknown>,
  requests: CertificateRequests,
  { draft, observed, now }: Course,
): Steps<PartPlan<Certificates>> {
  const known = planned.get(observed.material);
  const all = known ?? new CertificatesPlan(resource, requests, observed, now);
  const part = all.part ?? (yield* all.make());
  if (known === undefined) planned.set(observed.material, all);
  for (const certificate of all.certificates) draft.addCertificate(certificate);
  for (const finding of all.warnings) draft.warn(finding);
  for (const end of all.ends) draft.lookAgainAfter(end);
  if (all.rotation !== undefined) draft.setRotation(describeRotation(all.rotation, [notInOrder], observed));
  if (part instanceof Failure) throw part;
  return part;
}

/** When a CA that is due is looked at again while that of another resource is exchanged. */
const turnInterval = Temporal.Duration.from({ seconds: 30 });

/** A reconcile plans several times with the same Secrets: what they mean is found out once. */
const planned = new WeakMap<Observed['material'], CertificatesPlan>();

class CertificatesPlan {
  readonly certificates: CertificateStatus[] = [];
  readonly warnings: Finding[] = [];
  readonly ends: Temporal.Instant[] = [];
  rotation: Rotation | undefined;
  part: PartPlan<Certificates> | Failure | undefined;
  readonly #resource: Resource<unknown>;
  readonly #requests: CertificateRequests;
  readonly #observed: Observed;
  readonly #now: Temporal.Instant;
  readonly #leaves = new Map<string, HeldCertificate>();

  constructor(resource: Resource<unknown>, requests: CertificateRequests, observed: Observed, now: Temporal.Instant) {
    this.#resource = resource;
    this.#requests = requests;
    this.#observed = observed;
    this.#now = now;
  }

  *make(): Steps<PartPlan<Certificates> | Failure> {
    try {
      this.part = yield* this.#plan();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.part = error;
    }
    return this.part;
  }

  *#plan(): Steps<PartPlan<Certificates>> {
    const shared = findSharedSecret(this.#requests);
    if (shared !== undefined) throw permanent(shared.reason, shared.message);
    const authority = yield* this.#authority();
    if (isNeeded(authority)) return authority;
    const trusted = yield* readTrust(this.#observed.material, this.#now);
    const clientTrust = [...authority.anchors, ...this.#accepted(trusted.client)];
    const serverTrust = [...authority.anchors, ...this.#accepted(trusted.server)];
    for (const { notAfter } of [...clientTrust, ...serverTrust]) this.ends.push(notAfter);
    for (const request of this.#requests.external) {
      const anchors = yield* this.#bring(request, request.role === 'server' ? serverTrust : clientTrust);
      // Only of a server, which is known by its name: every client of a CA that is trusted is let in.
      if (request.role === 'server') serverTrust.push(...anchors);
    }
    const bundles = { server: pemOf(distinct(clientTrust)), client: pemOf(distinct(serverTrust)) };
    const needed = yield* this.#ownSecrets(bundles, authority);
    if (isNeeded(needed)) return needed;
    const value: Certificates = {
      issuer: authority.issuer === undefined ? undefined : requireIssuer(authority),
      leaves: this.#leaves,
      clientTrust: toTrustAnchors(distinct(clientTrust)),
      serverTrust: toTrustAnchors(distinct(serverTrust)),
      ...(this.rotation && { rotation: this.rotation }),
    };
    const { failure } = needed;
    if (failure === undefined)
      return {
        value,
        reason: 'Issued',
        message: 'Every certificate is issued, matches the spec and is not due for renewal',
      };
    return { value, status: 'False', reason: failure.reason, message: failure.message, failure };
  }

  /** The CA of the resource: made and kept by us, or brought along. */
  *#authority() {
    const { ca, leaves } = this.#requests;
    if ('issue' in ca) return this.#generated(ca.issue);
    const authority = yield* this.#externalCa(ca.external);
    const [leaf] = leaves;
    if (authority.issuer === undefined && leaf !== undefined) throw cannotIssue(ca.external, leaf);
    return authority;
  }

  #generated(request: CertificateRequest) {
    const asked = { request, leaves: this.#requests.leaves };
    const planned = planAuthority(asked, this.#resource, this.#observed, this.#now);
    if (planned.needed !== undefined) return planned.needed;
    const { authority, status, rotation, isQueued } = planned;
    this.certificates.push(status);
    this.rotation = rotation;
    if (rotation !== undefined) this.ends.push(rotation.other.held.facts.notAfter);
    if (isQueued === true) this.ends.push(this.#now.add(turnInterval));
    return authority;
  }

  *#externalCa(request: ExternalCaRequest): Steps<Authority> {
    const reference = { field: request.field, name: request.secretName };
    const secret = requireSecret(this.#observed.material, reference);
    const authority = this.#accepted(accept(yield* readExternalCa(secret, this.#now), reference));
    const { issuer } = authority;
    if (issuer === undefined) return authority;
    this.certificates.push(externalStatus(request, issuer));
    this.ends.push(issuer.facts.notAfter);
    return authority;
  }

  /** Gives whom the Secret itself names as its roots. */
  *#bring(request: ExternalLeafRequest, trust: readonly Certificate[]) {
    const reference = { field: request.field, name: request.secretName };
    const secret = requireSecret(this.#observed.material, reference);
    const trusted = request.mustBeTrusted ? trust : [];
    const judged = yield* readExternalLeaf(secret, { ...request, trusted }, this.#now);
    const { held, anchors } = this.#accepted(accept(judged, reference));
    this.certificates.push(externalStatus(request, held));
    this.ends.push(held.facts.notAfter, endWarningTime(held.facts));
    this.#leaves.set(request.name, held);
    return anchors;
  }

  /** The gateway and the other clients go on without the certificate of one client. */
  *#ownSecrets(bundles: Readonly<Record<'server' | 'client', string>>, authority: Authority) {
    const steps = this.#requests.external.flatMap((request) => this.#copy(request, bundles[request.role]));
    const looks: Look[] = [];
    let failure: Failure | undefined;
    for (const request of this.#requests.leaves) {
      yield;
      const found = this.#leaf(request, bundles[request.role === 'server' ? 'server' : 'client'], authority);
      if (found instanceof Failure) failure ??= found;
      else if ('looks' in found) looks.push(...found.looks);
      else steps.push(...found.steps);
    }
    if (looks.length > 0) return { looks };
    return steps.length > 0 ? { steps } : { failure };
  }

  #leaf(request: CertificateRequest, trustPem: string, authority: Authority): Needed | Failure {
    try {
      const { needed, held, status } = this.#issued(request, requireIssuer(authority), trustPem);
      if (needed !== undefined) return needed;
      this.#leaves.set(request.name, held);
      this.certificates.push(status);
      return { steps: [] };
    } catch (error) {
      if (error instanceof Failure && request.standalone === true) return error;
      throw error;
    }
  }

  /** NGINX mounts a Secret of ours, whoever issued what is in it: its `ca.crt` says whom it lets in. */
  #copy({ name, copy: place }: ExternalLeafRequest, trustPem: string): readonly Step[] {
    const held = this.#leaves.get(name);
    if (place === undefined || held === undefined) return [];
    const { chainPem, keyPem } = held;
    const desired = certificateSecret(this.#resource, place, { chainPem, keyPem, trustPem });
    const write = writeOf(desired, this.#observed.material, this.#resource);
    const part = `certificate/${place.name}`;
    const failure = this.#observed.failed.get(part);
    if (write !== undefined && failure !== undefined) throw failure;
    return write === undefined ? [] : [{ part, ...write }];
  }

  #issued(request: CertificateRequest, authority?: Issuer, trustPem?: string) {
    const situation = { authority, trustPem, now: this.#now };
    return planIssued(request, situation, this.#resource, this.#observed);
  }

  #accepted<Value>({ value, warnings }: Warned<Value>): Value {
    this.warnings.push(...warnings);
    return value;
  }
}

/** That leaves are asked for says that there is a key. */
function requireIssuer(authority: Authority): Issuer {
  const { issuer } = authority;
  if (issuer === undefined) throw new Error('a leaf was asked of a CA without its key');
  return { ...authority, issuer };
}

function cannotIssue({ field, secretName }: ExternalCaRequest, leaf: CertificateRequest) {
  const wanted = leaf.field.replace(/\.secretName$/, '');
  return permanent(
    'CaCannotIssue',
    `${wanted}: it cannot be issued, since the Secret ${secretName} of ${field} has a CA certificate but no tls.key: provide this certificate yourself, or add the key of the CA`,
  );
}

/** The leaf of that name; every kind asks for those that it uses. */
export function requireLeaf({ leaves }: Certificates, name: string): HeldCertificate {
  const leaf = leaves.get(name);
  if (leaf === undefined) throw new Error(`no certificate was requested as ${name}`);
  return leaf;
}

export function toTlsPair({ chainPem, keyPem, facts }: HeldCertificate): TlsPair {
  return { chainPem, keyPem, sha256Fingerprint: facts.sha256Fingerprint };
}

function toTrustAnchors(certificates: readonly Certificate[]): readonly TrustAnchor[] {
  return certificates.map((certificate) => ({
    pem: pemOf([certificate]),
    sha256Fingerprint: certificate.sha256Fingerprint,
  }));
}

function distinct(anchors: readonly Certificate[]): readonly Certificate[] {
  return [...new Map(anchors.map((anchor) => [anchor.sha256Fingerprint, anchor])).values()];
}
