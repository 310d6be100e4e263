import type { Resource } from '../../api/kinds.ts';
import type { CertificateStatus } from '../../api/status.ts';
import type { TlsPair, TrustAnchor } from '../../model/gateway-state.ts';
import type { Certificate } from '../../pki/x509/certificate.ts';
import { Failure, permanent } from '../../std/failure.ts';
import type { Finding } from '../../std/finding.ts';
import type { Steps } from '../../std/steps.ts';
import { writeOf } from '../children/child.ts';
import { certificateSecret, withCrl } from '../children/secret.ts';
import { isNeeded, type Needed, type PartPlan } from '../draft.ts';
import type { Observed } from '../observed.ts';
import type { Course } from '../plan.ts';
import type { KeptCa, Rotation } from '../rotation/kept-ca.ts';
import { describeRotation } from '../rotation/rotation.ts';
import { describeKept } from '../status/kept-roots.ts';
import { notInOrder } from '../status/rotation.ts';
import { externalStatus } from '../status/status.ts';
import type { Look, Step } from '../steps.ts';
import { findAuthority, whileNamed } from './authority.ts';
import { isRevoked } from './crl-content.ts';
import { type Authority, endWarningTime, type Issuer, pemOf, readExternalLeaf } from './external.ts';
import { crlIn, type HeldCertificate } from './held.ts';
import { planIssued, type Situation } from './issued.ts';
import { type KeptRoots, keptOf, planKeptRoots, unlessTrusted } from './kept-roots.ts';
import { accept, readTrust, requireSecret, type Warned } from './references.ts';
import {
  type CertificateRequest,
  type CertificateRequests,
  type ExternalLeafRequest,
  findSharedSecret,
  placesOf,
} from './request.ts';
import { crlOf, type Listed, planRevocation, type Revocation } from './revocation.ts';

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
  /** The CA of the resource, where we keep it. */
  readonly kept?: KeptCa | undefined;
  /** Whom both lists have beside their bundles, since somebody may need them yet. */
  readonly keptRoots?: KeptRoots | undefined;
  /** Which clients of the CA are not let in any more; left out: there is no list. */
  readonly revocation?: Revocation | undefined;
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
  if (all.keptRoots !== undefined) draft.setKeptRoots(describeKept(all.keptRoots.kept, () => notInOrder));
  if (part instanceof Failure) throw part;
  return part;
}

/** A reconcile plans several times with the same Secrets: what they mean is found out once. */
const planned = new WeakMap<Observed['material'], CertificatesPlan>();

class CertificatesPlan {
  readonly certificates: CertificateStatus[] = [];
  readonly warnings: Finding[] = [];
  readonly ends: Temporal.Instant[] = [];
  rotation: Rotation | undefined;
  keptRoots: KeptRoots | undefined;
  #kept: KeptCa | undefined;
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
    const [client, server] = [this.#accepted(trusted.client), this.#accepted(trusted.server)];
    const sources = { clientTrust: trusted.client.bundles, serverTrust: trusted.server.bundles };
    const asked = { resource: this.#resource, requests: this.#requests, bundles: sources, anyway: authority.anchors };
    const roots = yield* planKeptRoots(asked, this.#observed, this.#now);
    if (isNeeded(roots)) return roots;
    const named = [...client, ...keptOf(roots, 'clientTrust')];
    this.rotation = whileNamed(this.rotation, 'spec.clientTrust to name the other CA no more', named);
    const clientTrust = [...authority.anchors, ...named];
    const serverTrust = [...authority.anchors, ...server, ...keptOf(roots, 'serverTrust')];
    for (const { notAfter } of [...clientTrust, ...serverTrust]) this.ends.push(notAfter);
    this.keptRoots = roots;
    for (const request of this.#requests.external) {
      const anchors = yield* this.#bring(request, request.role === 'server' ? serverTrust : clientTrust);
      // Only of a server, which is known by its name: every client of a CA that is trusted is let in.
      if (request.role !== 'server') continue;
      serverTrust.push(...anchors);
      this.keptRoots = unlessTrusted(this.keptRoots, 'serverTrust', anchors);
    }
    const revocation = this.#revocation(authority, distinct(clientTrust));
    if (isNeeded(revocation)) return revocation;
    const bundles = { server: pemOf(distinct(clientTrust)), client: pemOf(distinct(serverTrust)) };
    const needed = yield* this.#ownSecrets(bundles, authority, revocation);
    if (isNeeded(needed)) return needed;
    const value: Certificates = {
      issuer: authority.issuer === undefined ? undefined : requireIssuer(authority),
      leaves: this.#leaves,
      clientTrust: toTrustAnchors(distinct(clientTrust)),
      serverTrust: toTrustAnchors(distinct(serverTrust)),
      rotation: this.rotation,
      kept: this.#kept,
      keptRoots: this.keptRoots,
      revocation: revocation.list,
    };
    return issuedPart(value, needed.failure);
  }

  *#authority(): Steps<Authority | Needed> {
    const found = yield* findAuthority(this.#requests, this.#resource, this.#observed, this.#now);
    if (isNeeded(found)) return found;
    const { authority, certificate, rotation, kept, warnings, ends } = found;
    if (certificate !== undefined) this.certificates.push(certificate);
    this.warnings.push(...warnings);
    this.ends.push(...ends);
    this.rotation = rotation;
    this.#kept = kept;
    return authority;
  }

  /** Gives whom the Secret itself names as its roots. */
  *#bring(request: ExternalLeafRequest, trust: readonly Certificate[]) {
    const reference = { field: request.field, name: request.secretName };
    const secret = requireSecret(this.#observed.material, reference);
    const trusted = request.mustBeTrusted ? trust : [];
    const judged = yield* readExternalLeaf(secret, { ...request, trusted }, this.#now);
    const { held, anchors } = this.#accepted(accept(judged, reference));
    if (this.#isRevoked(held.facts)) throw revokedInUse(request);
    this.certificates.push(externalStatus(request, held));
    this.ends.push(held.facts.notAfter, endWarningTime(held.facts));
    this.#leaves.set(request.name, held);
    return anchors;
  }

  /** Which certificates of the CA are on a list, and that list; or what makes it. */
  #revocation({ issuer, anchors }: Authority, clientTrust: readonly Certificate[]) {
    const other = this.rotation?.other.held;
    const isTrusted = anchors.some(({ sha256Fingerprint }) => sha256Fingerprint === other?.facts.sha256Fingerprint);
    const issuers = [issuer, isTrusted && other?.keyPem !== '' ? other : undefined].filter((one) => one !== undefined);
    const place = placesOf(this.#requests).find(({ name }) => name === 'server');
    const secret = place && this.#secretOf(place);
    const { revoked = [] } = this.#requests;
    const listed = planRevocation({ revoked, issuers, clientTrust, secret, now: this.#now }, this.#observed);
    if (isNeeded(listed)) return listed;
    this.warnings.push(...listed.warnings);
    this.ends.push(...listed.ends);
    return listed;
  }

  #secretOf({ secretName }: { readonly secretName: string }) {
    return this.#observed.material.secrets.get(secretName);
  }

  #isRevoked(facts: Certificate): boolean {
    return isRevoked(facts, this.#requests.revoked ?? []);
  }

  /** The list beside the CA, for whoever else verifies its certificates. */
  #published(listed: Listed): readonly Step[] {
    const { ca } = this.#requests;
    const seen = 'issue' in ca ? this.#secretOf(ca.issue) : undefined;
    const crl = crlOf(seen, listed);
    if (seen === undefined || crl === undefined || crlIn(seen) === crl.pem) return [];
    return [{ part: 'certificate/ca', do: 'write', desired: withCrl(seen, crl.pem), seen }];
  }

  /** The gateway and the other clients go on without the certificate of one client. */
  *#ownSecrets(bundles: Bundles, authority: Authority, listed: Listed) {
    const copies = this.#requests.external.flatMap((request) => this.#copy(request, bundles[request.role], listed));
    const steps = [...copies, ...this.#published(listed)];
    const looks: Look[] = [];
    let failure: Failure | undefined;
    for (const request of this.#requests.leaves) {
      yield;
      const found = this.#leaf(request, authority, this.#besides(request, bundles, listed));
      if (found instanceof Failure) failure ??= found;
      else if ('looks' in found) looks.push(...found.looks);
      else steps.push(...found.steps);
    }
    if (looks.length > 0) return { looks };
    return steps.length > 0 ? { steps } : { failure };
  }

  /** What lies beside a certificate: NGINX alone gets the list. */
  #besides(request: CertificateRequest, bundles: Bundles, listed: Listed): Besides {
    if (request.role === 'client') return { trustPem: bundles.client };
    return { trustPem: bundles.server, crl: crlOf(this.#secretOf(request), listed) };
  }

  #leaf(request: CertificateRequest, authority: Authority, given: Besides): Needed | Failure {
    try {
      const { needed, held, status } = this.#issued(request, { ...given, authority: requireIssuer(authority) });
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
  #copy({ name, copy: place }: ExternalLeafRequest, trustPem: string, listed: Listed): readonly Step[] {
    const held = this.#leaves.get(name);
    if (place === undefined || held === undefined) return [];
    const { chainPem, keyPem } = held;
    const secret = this.#secretOf(place);
    const crl = crlOf(secret, listed) ?? { pem: crlIn(secret) };
    const desired = certificateSecret(this.#resource, place, { chainPem, keyPem, trustPem, crlPem: crl.pem });
    const write = writeOf(desired, this.#observed.material, this.#resource);
    const part = `certificate/${place.name}`;
    const failure = this.#observed.failed.get(part);
    if (write !== undefined && failure !== undefined) throw failure;
    return write === undefined ? [] : [{ part, ...write }];
  }

  #issued(request: CertificateRequest, given: Omit<Situation, 'now' | 'isRevoked'> = {}) {
    const situation = { ...given, now: this.#now, isRevoked: (facts: Certificate) => this.#isRevoked(facts) };
    return planIssued(request, situation, this.#resource, this.#observed);
  }

  #accepted<Value>({ value, warnings }: Warned<Value>): Value {
    this.warnings.push(...warnings);
    return value;
  }
}

/** `ca.crt` for each side. */
type Bundles = Readonly<Record<'server' | 'client', string>>;
type Besides = Pick<Situation, 'trustPem' | 'crl'>;

function issuedPart(value: Certificates, failure: Failure | undefined): PartPlan<Certificates> {
  if (failure !== undefined)
    return { value, status: 'False', reason: failure.reason, message: failure.message, failure };
  const message = 'Every certificate is issued, matches the spec and is not due for renewal';
  return { value, reason: 'Issued', message };
}

function revokedInUse({ field, secretName }: ExternalLeafRequest) {
  const message = `${field}: the Secret ${secretName} holds a certificate that spec.revoked names: put another one there first`;
  return permanent('RevokedInUse', message);
}

/** That leaves are asked for says that there is a key. */
function requireIssuer(authority: Authority): Issuer {
  const { issuer } = authority;
  if (issuer === undefined) throw new Error('a leaf was asked of a CA without its key');
  return { ...authority, issuer };
}

/** Names of our Secrets; none keeps a CA that cannot be followed, or is not to be. */
export function secretsInUse(requests: CertificateRequests, { kept }: Certificates): readonly string[] {
  const { ca } = requests;
  const unused = 'external' in ca && kept === undefined ? ca.external.copy?.secretName : undefined;
  return placesOf(requests)
    .map(({ secretName }) => secretName)
    .filter((name) => name !== unused);
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
