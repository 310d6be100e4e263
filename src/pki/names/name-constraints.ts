import { type Der, implicitConstructed, sequence } from '../der/encode.ts';
import type { DerElement } from '../der/tree.ts';
import { limits } from '../limits.ts';
import { encodeGeneralName, type GeneralName, readGeneralName } from './general-name.ts';
import { liesWithin, mayReachInto } from './name-forms.ts';

/** What a CA may certify (RFC 5280 4.2.1.10): of each form that is permitted at all, only names within. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** GeneralSubtrees under permittedSubtrees [0]; the minimum of 0 is the default and left out (X.690 11.5). */
export function encodePermittedDnsSubtrees(names: readonly string[]): Der {
  const subtrees = names.map((value) => sequence(encodeGeneralName({ type: 'DNS', value })));
  return sequence(implicitConstructed(0, ...subtrees));
}

/** SEQUENCE { permittedSubtrees [0], excludedSubtrees [1] }, both optional. Throws where it is malformed. */
export function readNameConstraints({ tag, children }: DerElement): NameConstraints {
  const permitted = children[0]?.tag === 0xa0 ? children[0].children : [];
  const [second, ...others] = children[0]?.tag === 0xa0 ? children.slice(1) : children;
  if (tag !== 0x30 || others.length > 0 || (second && second.tag !== 0xa1)) throw new Error('no name constraints');
  const excluded = second?.children ?? [];
  const count = permitted.length + excluded.length;
  if (count === 0 || count > limits.subtrees) throw new Error('no subtrees or too many');
  return { permitted: permitted.map(readSubtree), excluded: excluded.map(readSubtree) };
}

/** SEQUENCE { base, minimum [0] DEFAULT 0, maximum [1] OPTIONAL }: the whole subtree, as the latter two are not used. */
function readSubtree({ tag, children: [base, minimum, ...others] }: DerElement): GeneralName {
  if (tag !== 0x30 || base === undefined) throw new Error('no subtree');
  const isWhole = minimum === undefined || (minimum.tag === 0x80 && minimum.content.join() === '0');
  if (!isWhole || others.length > 0) throw new Error('part of a subtree');
  return readGeneralName(base);
}

/** Whether a CA of these constraints may certify the name. */
export function mayCertify(name: GeneralName, { permitted, excluded }: NameConstraints): boolean {
  return isPermitted(name, permitted) && !isExcluded(name, excluded);
}

/** Also where that cannot be told of the name. */
export function isExcluded(name: GeneralName, excluded: readonly GeneralName[]): boolean {
  return ofForm(name, excluded).some((subtree) => liesWithin(name, subtree) !== false || mayReachInto(name, subtree));
}

/** A form of which no subtree is named is not constrained. */
export function isPermitted(name: GeneralName, permitted: readonly GeneralName[]): boolean {
  const subtrees = ofForm(name, permitted);
  return subtrees.length === 0 || subtrees.some((subtree) => liesWithin(name, subtree) === true);
}

function ofForm({ type }: GeneralName, subtrees: readonly GeneralName[]): readonly GeneralName[] {
  return subtrees.filter((subtree) => subtree.type === type);
}
