/** The parts of a URI as they are written (RFC 3986 3): nothing is decoded, folded or resolved, as URL would. */
export interface UriParts {
  readonly scheme: string;
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

/** RFC 3986 2: ASCII, and `%` only before two hex digits. */
const characters = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})+$/i;
/** RFC 3986 appendix B, with a scheme (3.1) that has to be there, and something after it. */
const parts = /^([a-z][a-z0-9+.-]*):(?=.)(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i;

/** Undefined where the text is not an absolute URI. */
export function splitUri(text: string): UriParts | undefined {
  const [, scheme, authority, path = '', query, fragment] = (characters.test(text) && parts.exec(text)) || [];
  return scheme === undefined ? undefined : { scheme: scheme.toLowerCase(), authority, path, query, fragment };
}

/** The host of an authority, without user and port; brackets of an IPv6 address stay (RFC 3986 3.2). */
export function hostOf(authority: string): string {
  return authority.replace(/^.*@/, '').replace(/:\d*$/, '');
}
