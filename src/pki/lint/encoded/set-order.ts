import type { DerElement } from '../../der-tree.ts';
import type { EncodedCertificate } from '../../encoded-certificate.ts';
import type { Rule } from '../rule.ts';

/** X.690 11.6: the elements of a SET OF stand "in ascending order" of their octets; otherwise two names differ that are one. */
export const setOrder: Rule<EncodedCertificate> = {
  reason: 'SetNotSorted',
  clause: 'X.690 11.6',
  check: ({ whole }) => (isSorted(whole) ? undefined : 'The elements of a SET are not in ascending order'),
};

function isSorted({ tag, children }: DerElement): boolean {
  return (tag !== 0x31 || isAscending(children)) && children.every(isSorted);
}

function isAscending(elements: readonly DerElement[]): boolean {
  return elements.every(({ der }, index) => {
    const previous = elements[index - 1];
    return previous === undefined || Buffer.compare(previous.der, der) <= 0;
  });
}
