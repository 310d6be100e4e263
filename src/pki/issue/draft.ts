import { isEllipticCurve } from '../keys/algorithm.ts';
import { keyIdOf, type PublicKey, readPublicKey } from '../keys/public-key.ts';
import type { DraftedName } from '../names/general-name.ts';
import { encodeName, knownAttributes, type Name, type NameFields, toName } from '../names/name.ts';
import type { NameConstraints } from '../names/name-constraints.ts';
import type { Certificate } from '../x509/certificate.ts';
import { earlierOf, laterOf, type Validity } from '../x509/validity.ts';

/**
 * The pki room: certificates from draft to signature, and foreign ones read. A draft says in full what will be
 * signed; `LintedDraft.check` judges it and encodes it; `issue` signs those bytes and nothing else. No clock, no
 * chance and no I/O of its own: instants and random bytes are parameters. Findings for what a person gave us, and
 * never a private key in a message.
 */
export type Draft = CaDraft | LeafDraft;

export interface CaDraft extends CertificateDraft {
  readonly profile: 'ca';
  /** Host names; with any of them the CA may certify no DNS name but these and those below (RFC 5280 4.2.1.10). */
  readonly permittedDnsSubtrees: readonly string[];
  /** Of a cross certificate: the subject of the CA octet for octet, as RFC 5280 7.1 lets verifiers compare names so. */
  readonly subjectDer?: Uint8Array;
}

export interface LeafDraft extends CertificateDraft {
  readonly profile: 'server' | 'client';
}

interface CertificateDraft extends Validity {
  /** Big-endian, as it stands in the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly subject: Name;
  readonly publicKey: PublicKey;
  readonly subjectAltNames: readonly DraftedName[];
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[];
  readonly basicConstraints: BasicConstraints;
  readonly issuer: DraftIssuer;
}

export type KeyUsage = 'digitalSignature' | 'keyEncipherment' | 'keyCertSign' | 'cRLSign';

export type ExtendedKeyUsage = 'serverAuth' | 'clientAuth';

export interface BasicConstraints {
  readonly isCa: boolean;
  /** How many intermediate CAs may follow. */
  readonly pathLength?: number;
}

/** What a certificate takes over from its issuer; for a CA that signs itself, its own. */
interface DraftIssuer extends Validity {
  /** The issuer's subject byte for byte: RFC 5280 7.1 lets verifiers compare so. */
  readonly nameDer: Uint8Array;
  readonly publicKeyDer: Uint8Array;
  readonly keyAlgorithm: string;
  readonly keyId: Uint8Array;
  /** May sign certificates, as `Certificate` has it. */
  readonly isCa: boolean;
  readonly nameConstraints: NameConstraints | undefined;
}

/** What every profile is told. The period comes from `validityAt`, the serial number from `randomSerialNumber`. */
interface DraftRequest extends Validity {
  readonly publicKeyDer: Uint8Array;
  readonly serialNumber: Uint8Array;
  /** Attributes of the subject in addition to the common name. */
  readonly subject?: Omit<NameFields, 'commonName'>;
}

interface LeafRequest extends DraftRequest {
  readonly issuer: Certificate;
  /** Names beside those that the profile has of itself; of any type. */
  readonly subjectAltNames?: readonly DraftedName[];
}

export interface CaRequest extends DraftRequest {
  readonly commonName: string;
  readonly generationSerial: string;
  readonly permittedDnsSubtrees?: readonly string[];
}

/**
 * A root that signs leaves, and one CA at most: its successor or predecessor, in a cross certificate. For that the path
 * length is 1: below 0 GnuTLS, Go and OpenSSL reject such a path (measured). Each generation has a subject of its own:
 * resumed sessions of clients of an old CA would outlive its replacement by one of the same name.
 */
export function draftCa(request: CaRequest): CaDraft {
  const { notBefore, notAfter, serialNumber, commonName, generationSerial } = request;
  const publicKey = readPublicKey(request.publicKeyDer);
  const subject = toName({ ...request.subject, commonName, serialNumber: generationSerial });
  return {
    profile: 'ca',
    ...{ notBefore, notAfter, serialNumber, subject, publicKey },
    permittedDnsSubtrees: request.permittedDnsSubtrees ?? [],
    subjectAltNames: [],
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    basicConstraints: { isCa: true, pathLength: 1 },
    issuer: {
      nameDer: encodeName(subject),
      publicKeyDer: publicKey.der,
      keyAlgorithm: publicKey.algorithm,
      keyId: publicKey.keyId,
      isCa: true,
      nameConstraints: undefined,
      notBefore,
      notAfter,
    },
  };
}

/** Whose key is certified, and by whom. */
interface CrossRequest {
  readonly ca: Certificate;
  readonly issuer: Certificate;
  readonly serialNumber: Uint8Array;
}

/**
 * A cross certificate: the name and the key of a CA, certified by another one. Whoever trusts the issuer alone then
 * verifies the leaves of both. It ends with the first of the two. Undefined where the CA may certify less than we could
 * say of it.
 */
export function draftCross({ ca, issuer, serialNumber }: CrossRequest): CaDraft | undefined {
  const { permitted = [], excluded = [] } = ca.nameConstraints ?? {};
  if (excluded.length > 0 || permitted.some(({ type }) => type !== 'DNS')) return undefined;
  return {
    profile: 'ca',
    ...{ serialNumber, publicKey: keyOf(ca) },
    subject: knownAttributes(ca.subject),
    subjectDer: ca.subject.der,
    notBefore: laterOf(ca.notBefore, issuer.notBefore),
    notAfter: earlierOf(ca.notAfter, issuer.notAfter),
    permittedDnsSubtrees: permitted.map(({ value }) => value),
    subjectAltNames: [],
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    basicConstraints: { isCa: true, pathLength: 0 },
    issuer: toDraftIssuer(issuer),
  };
}

/** RFC 5280 4.2.1.2: with the key identifier that leaves of the CA name, however it was derived. */
function keyOf({ publicKeyDer, subjectKeyId }: Certificate): PublicKey {
  const key = readPublicKey(publicKeyDer);
  return subjectKeyId === undefined ? key : { ...key, keyId: Buffer.from(subjectKeyId, 'hex') };
}

/** Whether it certifies the key of another CA than its issuer. */
export function isCross({ publicKey, issuer }: CaDraft): boolean {
  return Buffer.compare(publicKey.der, issuer.publicKeyDer) !== 0;
}

/**
 * For whoever is called by these names, wildcards among them. The subject is for people: verifiers read the SAN. Its
 * common name is the first DNS name that fits.
 */
export function draftServerLeaf(request: LeafRequest & { dnsNames: readonly string[] }): LeafDraft {
  const { notBefore, notAfter, serialNumber, dnsNames, subjectAltNames = [] } = request;
  const publicKey = readPublicKey(request.publicKeyDer);
  return {
    profile: 'server',
    ...{ notBefore, notAfter, serialNumber, publicKey },
    subject: toName({ ...request.subject, commonName: commonNameFrom(dnsNames) }),
    subjectAltNames: [...dnsNames.map((value) => ({ type: 'DNS', value }) as const), ...subjectAltNames],
    keyUsage: isEllipticCurve(publicKey.algorithm) ? ['digitalSignature'] : ['digitalSignature', 'keyEncipherment'],
    extendedKeyUsage: ['serverAuth'],
    basicConstraints: { isCa: false },
    issuer: toDraftIssuer(request.issuer),
  };
}

/**
 * For a client that is known by its common name, or by names of its own, which then stand alone. Below a CA with name
 * constraints it needs names of its own: the lint `uriHostUnderConstraints` says why.
 */
export function draftClientLeaf(request: LeafRequest & { commonName: string }): LeafDraft {
  const { notBefore, notAfter, serialNumber, commonName } = request;
  return {
    profile: 'client',
    ...{ notBefore, notAfter, serialNumber },
    publicKey: readPublicKey(request.publicKeyDer),
    subject: toName({ ...request.subject, commonName }),
    subjectAltNames: request.subjectAltNames ?? [clientName(commonName)],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    basicConstraints: { isCa: false },
    issuer: toDraftIssuer(request.issuer),
  };
}

/** The first name, if RFC 5280's ub-common-name holds it, which host names may exceed. */
export function commonNameFrom([first]: readonly string[]): string | undefined {
  return first === undefined || first.length > 64 ? undefined : first;
}

/**
 * A common name is a label and no host, so it must not stand as a DNS name, which would make a claim and fall under
 * name constraints. A tag URI (RFC 4151) needs no registration, as a urn: namespace would.
 */
export function clientName(commonName: string): DraftedName {
  return { type: 'URI', value: `tag:mtls-operator.dev,2026:client:${encodeURIComponent(commonName.toWellFormed())}` };
}

/** RFC 5280 4.2.1.1: the key identifier is the issuer's own SKI; a foreign CA without one gets the derived value. */
function toDraftIssuer(facts: Certificate): DraftIssuer {
  const { publicKeyDer, keyAlgorithm, subjectKeyId, notBefore, notAfter } = facts;
  const { isCa, nameConstraints } = facts;
  const keyId = subjectKeyId === undefined ? keyIdOf(publicKeyDer) : Buffer.from(subjectKeyId, 'hex');
  return { nameDer: facts.subject.der, publicKeyDer, keyAlgorithm, keyId, isCa, nameConstraints, notBefore, notAfter };
}
