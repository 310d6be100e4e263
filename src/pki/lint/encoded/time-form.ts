import type { DerElement } from '../../der-tree.ts';
import type { EncodedCertificate } from '../../encoded-certificate.ts';
import type { Rule } from '../rule.ts';

const utcTime = 0x17;
const generalizedTime = 0x18;

/** RFC 5280 4.1.2.5: "through the year 2049 as UTCTime", from 2050 as GeneralizedTime, to the second, with a Z. */
export const timeForm: Rule<EncodedCertificate> = {
  reason: 'TimeForm',
  clause: 'RFC 5280 4.1.2.5',
  check: ({ validity }) =>
    validity.children.length === 2 && validity.children.every(hasRightForm)
      ? undefined
      : 'A time before 2050 is not a UTCTime, or a later one not a GeneralizedTime, of whole seconds in UTC',
};

function hasRightForm({ tag, content }: DerElement): boolean {
  const text = Buffer.from(content).toString('latin1');
  if (tag === utcTime) return /^\d{12}Z$/.test(text);
  return tag === generalizedTime && /^\d{14}Z$/.test(text) && text >= '2050';
}
