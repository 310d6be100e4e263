import type { MarkedOwner } from './ownership.ts';

/** Clients that a gateway refuses at the hosts of one resource. */
export type Denial = CertificateDenial | UnverifiedDenial;

/**
 * Client certificates that are refused although a CA of theirs is trusted, of one issuer. Names are as OpenSSL writes them
 * by RFC 2253, serial numbers in lower-case hexadecimal.
 */
export interface CertificateDenial {
  readonly issuer: string;
  /** `issuer`: all of that issuer. */
  readonly by: 'serialNumber' | 'subject' | 'issuer';
  /** Sorted, each once; none where the issuer is enough. */
  readonly values: readonly string[];
  /** Exact names or `*.` wildcards, sorted. Nobody is refused at the hosts of others. */
  readonly hosts: readonly string[];
  /** From then on all of them have ended by themselves; left out: it is not known when. */
  readonly until?: string;
}

/**
 * Whoever shows no certificate that was verified, at hosts where nobody else may pass: on connections and by TLS sessions
 * from before that was so.
 */
export interface UnverifiedDenial {
  readonly by: 'unverified';
  /** As above. */
  readonly hosts: readonly string[];
  /** Names below the wildcards among them that are of others, sorted. */
  readonly except: readonly string[];
  /** By then all that began before has ended. The gateway itself refuses nobody from then on. */
  readonly until: string;
}

/** What a gateway answers to them, with HTTP 403; by it a probe tells such an answer from one of an application. */
export const denialText = 'The client certificate is revoked\n';

/** Which of the denials of an owner are meant: all, or those of clients that were not verified. */
export type DenialScope = 'all' | UnverifiedDenial['by'];

/** What a gateway group refuses so, for everybody who shares it, by one look at it. */
export interface DenyList {
  /** The rule of somebody else that keeps a gateway from taking or running ours, by its id. */
  readonly blockedBy?: string;
  /** There is a rule of ours, whatever it says. */
  readonly isThere: boolean;
  /** Whether it refuses exactly these for the owner, and runs. */
  holds(owner: MarkedOwner, denials: readonly Denial[], scope?: DenialScope): boolean;
}

/** How many certificates and subjects that are. */
export function countValues(denials: readonly Denial[]): number {
  return denials.reduce((sum, denial) => sum + (denial.by === 'unverified' ? 0 : denial.values.length), 0);
}
