import type { MarkedOwner } from './ownership.ts';

/**
 * Client certificates that a gateway refuses although a CA of theirs is trusted: of one issuer, at the hosts of one
 * resource. Names are as OpenSSL writes them by RFC 2253, serial numbers in lower-case hexadecimal.
 */
export interface Denial {
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

/** What a gateway answers to them, with HTTP 403; by it a probe tells such an answer from one of an application. */
export const denialText = 'The client certificate is revoked\n';

/** What a gateway group refuses so, for everybody who shares it, by one look at it. */
export interface DenyList {
  /** The rule of somebody else that keeps a gateway from taking or running ours, by its id. */
  readonly blockedBy?: string;
  /** There is a rule of ours, whatever it says. */
  readonly isThere: boolean;
  /** Whether it refuses exactly these for the owner, and runs. */
  holds(owner: MarkedOwner, denials: readonly Denial[]): boolean;
}
