/**
 * Two certificates of one resource in one Secret would replace each other for ever. Names that are left out are made
 * from the name of the resource and differ by themselves; here are those that are given.
 */
interface Named {
  readonly secretName?: string | undefined;
}

/** CEL: two objects that may name a Secret do not name the same one. */
export const differ = (one: string, other: string) =>
  `(!has(${one}.secretName) || !has(${other}.secretName) || ${one}.secretName != ${other}.secretName)`;

/** CEL: the object does not name the Secret of the CA that the resource generates, where it generates one. */
export const caNameDiffers = (other: string) => `(!has(self.ca.generated) || ${differ('self.ca.generated', other)})`;

/** CEL: no two of a list name the same Secret. */
export const allDiffer = (list: string) =>
  `${list}.all(a, !has(a.secretName) || ${list}.exists_one(b, has(b.secretName) && b.secretName == a.secretName))`;

export const secretNamesDiffer = {
  message: 'each certificate needs a Secret of its own, but two have the same secretName',
  holds: (...certificates: readonly Named[]) => {
    const given = certificates.flatMap(({ secretName }) => secretName ?? []);
    return new Set(given).size === given.length;
  },
};
