import { type BaseBlock, fromBER, OctetString, Primitive, Sequence } from 'asn1js';
import { GeneralName } from 'pkijs';

/** One of GeneralNames (RFC 5280 4.2.1.6): the tag of its choice, and what pkijs has for its value. */
export type ParsedName = Pick<GeneralName, 'type' | 'value'>;

/** rfc822Name, dNSName and uniformResourceIdentifier: an IA5String. */
const textTags: readonly number[] = [1, 2, 6];
const addressTag = 7;

/**
 * The names of a subjectAltName, from the octets of its value; throws where pkijs' `AltName` does. That one builds the
 * schema of all nine forms anew for each name, 150 microseconds: texts and addresses are taken from the tree here,
 * and the rare forms left to it.
 */
export function parseGeneralNames(octets: Uint8Array): readonly ParsedName[] {
  const { offset, result } = fromBER(octets);
  if (offset === -1 || !(result instanceof Sequence) || !result.idBlock.isConstructed)
    throw new Error('no GeneralNames');
  return result.valueBlock.value.map(parseGeneralName);
}

function parseGeneralName(element: BaseBlock): ParsedName {
  const { tagClass, tagNumber: type, isConstructed, isHexOnly } = element.idBlock;
  if (element instanceof Primitive && tagClass === 3 && !isConstructed && !isHexOnly) {
    const content = element.valueBlock.valueHexView;
    if (textTags.includes(type)) return { type, value: Buffer.from(content).toString('latin1') };
    if (type === addressTag) return { type, value: new OctetString({ valueHex: content }) };
  }
  return new GeneralName({ schema: element });
}
