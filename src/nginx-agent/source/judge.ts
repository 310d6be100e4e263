import { parseRelease, type Release } from '../../api/nginx/release.ts';
import { inspectCertificate, matches } from '../../pki/x509/inspect.ts';
import { sha256Hex } from '../../std/digest.ts';
import { namesIn, sizeOfNames } from '../release/authorities.ts';
import type { Inputs } from '../release/compose.ts';

/** A file of a mounted volume. */
export type MountedFile = Buffer | 'too large' | 'not readable';

/** By name. */
export type Mounted = ReadonlyMap<string, MountedFile>;

/** As large as a Secret can be at all; of a file that is larger nothing is taken. */
export const largestFile = 1024 * 1024;
/** What TLS has room for: NGINX starts with more, and then fails every handshake. */
const largestNames = 65_535;

/**
 * Whether what is mounted belongs together. `waiting` ends by itself when kubelet has brought the rest; `rejected` stays
 * until somebody changes the input. Messages are sentences without a final period.
 */
export type Judged =
  | { readonly kind: 'ready'; readonly inputs: Inputs }
  | { readonly kind: 'waiting' | 'rejected'; readonly reason: string; readonly message: string };

/** Pure. */
export function judge(mounted: Mounted): Judged {
  const nameOf = (state: MountedFile) => [...mounted].find(([, content]) => content === state)?.[0];
  const [large, closed] = [nameOf('too large'), nameOf('not readable')];
  if (large !== undefined)
    return rejected('FileTooLarge', `${large} is larger than ${largestFile / 1024} KiB, which is more than is read`);
  if (closed !== undefined) return rejected('FileNotReadable', `${closed} cannot be read by the user of the agent`);
  const text = contentOf(mounted, 'release.json');
  if (text === undefined) return waiting('ConfigMissing', 'The ConfigMap has no release.json yet');
  const parsed = parseRelease(text.toString());
  if (!parsed.ok) return rejected('InvalidRelease', parsed.findings.map(({ message }) => message).join('; '));
  return judgeFiles(mounted, parsed.value);
}

function judgeFiles(mounted: Mounted, release: Release): Judged {
  const [certificate, key, trust] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) => contentOf(mounted, name));
  if (certificate === undefined || key === undefined || trust === undefined)
    return waiting('SecretIncomplete', 'The Secret does not hold tls.crt, tls.key and ca.crt yet');
  const wantsLists = release.nginx.clientVerification?.revocationLists === true || release.revoked !== undefined;
  // A list that nothing checks is no part of the release: NGINX is not reloaded for it.
  const revoked = wantsLists ? contentOf(mounted, 'ca.crl') : undefined;
  if (wantsLists && revoked === undefined)
    return waiting('RevocationListMissing', 'The configuration wants ca.crl, which is not mounted');
  const files = { release, certificate, key, trust, ...(revoked !== undefined && { revoked }) };
  return belongTogether(files) ?? judgeTrust(files);
}

type Files = Omit<Inputs, 'leaf' | 'authorities'>;

/** Volumes change one after another, and a file may be half-written: both show in the digests that the release names. */
function belongTogether({ release, certificate, key, trust, revoked }: Files): Judged | undefined {
  const leaf = inspectCertificate(certificate.toString());
  if (!('sha256Fingerprint' in leaf) || leaf.sha256Fingerprint !== release.leaf)
    return waiting('GenerationsDiffer', 'tls.crt is not the certificate that release.json names: one of them is older');
  if (sha256Hex(trust) !== release.trust)
    return waiting('GenerationsDiffer', 'ca.crt is not the trust bundle that release.json names: one of them is older');
  if (release.revoked !== undefined && (revoked === undefined || sha256Hex(revoked) !== release.revoked))
    return waiting('GenerationsDiffer', 'ca.crl is not the list that release.json names: one of them is older');
  return matches(key.toString(), certificate.toString())
    ? undefined
    : waiting('KeyDiffers', 'tls.key is not the key of tls.crt: one of them is older');
}

function judgeTrust(files: Files): Judged {
  const authorities = namesIn(files.trust.toString());
  if (authorities === undefined)
    return rejected('TrustUnreadable', 'ca.crt holds no certificate, or one that cannot be read');
  const size = sizeOfNames(authorities);
  if (size > largestNames)
    return rejected(
      'TooManyAuthorities',
      `The names of the CAs in ca.crt take ${size} octets, and a handshake has room for ${largestNames}: with more, NGINX rejects every client`,
    );
  const leaf = inspectCertificate(files.certificate.toString());
  if (!('notBefore' in leaf)) return waiting('GenerationsDiffer', 'tls.crt cannot be read');
  const { notBefore, notAfter } = leaf;
  return { kind: 'ready', inputs: { ...files, authorities, leaf: { notBefore, notAfter } } };
}

function contentOf(mounted: Mounted, name: string): Buffer | undefined {
  const content = mounted.get(name);
  return Buffer.isBuffer(content) ? content : undefined;
}

const waiting = (reason: string, message: string): Judged => ({ kind: 'waiting', reason, message });
const rejected = (reason: string, message: string): Judged => ({ kind: 'rejected', reason, message });
