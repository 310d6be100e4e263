const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** RFC 1034 3.5 as RFC 1123 2.1 changed it: the "preferred name syntax", at most 253 characters, without a wildcard. */
export function isHostname(name: string): boolean {
  return name.length <= 253 && name.split('.').every((part) => label.test(part));
}

/** Whether OpenSSL takes a common name for a host where no alternative name is one: with a dot, perhaps a wildcard. */
export function isTakenForHost(commonName: string): boolean {
  return /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(commonName);
}

export function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** RFC 5891 5: the name as DNS and certificates have it, `xn--...`; undefined where it has no such form. */
export function toALabels(name: string): string | undefined {
  const wildcard = name.startsWith('*.') ? '*.' : '';
  const ascii = hostOfUrl(name.slice(wildcard.length));
  return ascii !== undefined && isHostname(ascii) ? wildcard + ascii : undefined;
}

/** Whether what looks like an A-label stands for a U-label (RFC 5890 2.3.2.1). */
export function isALabel(label: string): boolean {
  // The parser for URLs decodes labels only in a name that is not all ASCII.
  return hostOfUrl(`${label}.ü`) !== undefined;
}

function hostOfUrl(name: string): string | undefined {
  // Nothing that would make a part of the name something else in a URL: a port, a user, an escape.
  return /[\x00-\x2c/:-@[-`{-\x7f]/.test(name) ? undefined : URL.parse(`http://${name}`)?.hostname;
}
