import { sha256Hex } from '../std/digest.ts';

/**
 * Clients that may send requests of one route. Names are as OpenSSL writes them by RFC 2253. A certificate must have been
 * verified; one that only bears the names counts for nothing.
 */
export interface Allowance {
  /** Their issuer is one of these. Sorted, as all lists here, each once, and never empty. */
  readonly issuers: readonly string[];
  readonly subjects: readonly string[];
  /** Exact names or `*.` wildcards at which they were verified; left out: the hosts of the service. */
  readonly hosts?: readonly string[] | undefined;
  /** Left out: all that the route takes. */
  readonly methods?: readonly string[] | undefined;
  /** As routes have them; left out: all that the route takes. */
  readonly paths?: readonly string[] | undefined;
}

/**
 * What a gateway answers to everybody else, with HTTP 403. By it a probe tells such an answer from one of an application,
 * and which list has been loaded.
 */
export function notAllowedText(allow: readonly Allowance[]): string {
  return `This request is not allowed for the client (${sha256Hex(JSON.stringify(allow)).slice(0, 16)})\n`;
}

/** Whether each request for the narrow path, or for all below it, is one for the wide one. */
export function coversPath(wide: string, narrow: string): boolean {
  return wide.endsWith('*') ? narrow.startsWith(wide.slice(0, -1)) : wide === narrow;
}
