import fc from 'fast-check';
import { comparableName, type DraftedName } from '../../src/pki/names/general-name.ts';

/** Names of every length that a certificate takes, wildcards among them. */
const hostname = fc
  .tuple(fc.constantFrom('', '*.'), fc.domain({ size: 'large' }))
  .map(([wildcard, domain]) => wildcard + domain)
  .filter((name) => name.length <= 253);

export const hostnames = fc.uniqueArray(hostname, { minLength: 1, maxLength: 8 });

/** One of each character that Unicode has, but for controls. */
const text = (maxLength: number) =>
  fc.string({ minLength: 1, maxLength, unit: 'binary' }).filter((value) => !/[\x00-\x1f\x7f-\x9f]/.test(value));

export const subjectFields = fc.record(
  {
    countryName: fc.stringMatching(/^[A-Z]{2}$/),
    stateOrProvinceName: text(128),
    localityName: text(128),
    organizationName: text(64),
    organizationalUnitName: text(64),
    serialNumber: fc.stringMatching(/^[A-Za-z0-9 '()+,./:=?-]{1,64}$/),
  },
  { requiredKeys: [] },
);

const named = (type: DraftedName['type']) => (value: string) => ({ type, value });

const spiffeId = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9_-]{1,40}(\.[a-z0-9_-]{1,40}){0,5}$/),
    fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/)),
  )
  .map(([domain, path]) => ['spiffe:/', domain, ...path].join('/'));

const mailbox = fc
  .tuple(fc.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}$/), fc.domain())
  .map(([local, host]) => `${local}@${host}`);

/** Names of the types that are not DNS; at most one URI, as a SPIFFE ID stands alone. */
export const otherNames = fc
  .tuple(
    fc.array(fc.oneof(fc.ipV4(), fc.ipV6()).map(named('IP')), { maxLength: 4 }),
    fc.array(mailbox.map(named('email')), { maxLength: 2 }),
    fc.array(fc.oneof(spiffeId, fc.webUrl({ validSchemes: ['https'] })).map(named('URI')), { maxLength: 1 }),
  )
  .map((names) => [...new Map(names.flat().map((name) => [comparableName(name), name])).values()]);
