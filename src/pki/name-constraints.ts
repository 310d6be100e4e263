import { type GeneralSubtree, NameConstraints as ParsedConstraints } from 'pkijs';
import { type Der, implicitConstructed, sequence } from './der.ts';
import { encodeGeneralName, readGeneralName, type SubjectAltName } from './subject-alt-name.ts';

/** What a CA may certify (RFC 5280 4.2.1.10): of each type that is permitted at all, only names within. */
export interface NameConstraints {
  readonly permitted: readonly SubjectAltName[];
  readonly excluded: readonly SubjectAltName[];
}

/** GeneralSubtrees under permittedSubtrees [0]; the minimum of 0 is the default and left out (X.690 11.5). */
export function encodePermittedDnsSubtrees(names: readonly string[]): Der {
  const subtrees = names.map((value) => sequence(encodeGeneralName({ type: 'DNS', value })));
  return sequence(implicitConstructed(0, ...subtrees));
}

/** From the DER of the extension's value; throws where it is malformed. */
export function readNameConstraints(der: Uint8Array): NameConstraints {
  const { permittedSubtrees, excludedSubtrees } = ParsedConstraints.fromBER(der);
  return { permitted: readSubtrees(permittedSubtrees), excluded: readSubtrees(excludedSubtrees) };
}

function readSubtrees(subtrees: readonly GeneralSubtree[] = []): readonly SubjectAltName[] {
  return subtrees.map(({ base }) => readGeneralName(base));
}

/**
 * Whether a CA of these constraints may certify a DNS name. "Any DNS name that can be constructed by simply adding
 * zero or more labels to the left-hand side of the name satisfies the name constraint."
 */
export function mayCertifyHost(host: string, { permitted, excluded }: NameConstraints): boolean {
  const name = host.toLowerCase();
  const [allowed, forbidden] = [dnsNamesOf(permitted), dnsNamesOf(excluded)];
  return (allowed.length === 0 || allowed.some((base) => isWithin(name, base))) && !forbidden.some(overlaps(name));
}

function dnsNamesOf(names: readonly SubjectAltName[]): readonly string[] {
  return names.filter(({ type }) => type === 'DNS').map(({ value }) => value.toLowerCase());
}

/** A leading dot, which RFC 5280 does not have, asks for one label more, as OpenSSL takes it. */
function isWithin(name: string, base: string): boolean {
  return base === '' || name === base || name.endsWith(base.startsWith('.') ? base : `.${base}`);
}

/** A wildcard also stands for names below it that are excluded. */
function overlaps(name: string): (base: string) => boolean {
  const parent = name.replace(/^\*\./, '');
  return (base) => isWithin(name, base) || (parent !== name && isWithin(base, parent));
}
