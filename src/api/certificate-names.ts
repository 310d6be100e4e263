import * as z from 'zod';
import * as field from './fields.ts';
import { type Rule, setOf, withForm } from './rules.ts';

/** RFC 5280 A.1 upper bounds; the country is an ISO 3166 code of two letters. */
const shared = {
  country: withForm(z.string().length(2), /^[A-Z]{2}$/, 'must be two capital letters, like DE')
    .optional()
    .describe('Country, as a code of two letters (C).'),
  stateOrProvince: field.attribute(128).optional().describe('State or province (ST).'),
  locality: field.attribute(128).optional().describe('Locality (L).'),
  organization: field.attribute(64).optional().describe('Organization (O).'),
  organizationalUnit: field.attribute(64).optional().describe('Organizational unit (OU).'),
};

/** The subject of a CA beside its common name: its serial number tells its generations apart. */
export const caSubject = () => z.object(shared);

export const leafSubject = () =>
  z.object({
    ...shared,
    serialNumber: withForm(
      z.string().min(1).max(64),
      /^[A-Za-z0-9 '()+,./:=?-]+$/,
      "must hold only letters, digits, spaces and ' ( ) + , - . / : = ?",
    )
      .optional()
      .describe('Attribute serialNumber of the subject; not the serial number of the certificate.'),
  });

const named = <Item extends z.ZodType>(item: Item) => setOf(item).max(32).optional();

/** Names of a server beside its host names. */
export const serverNames = () => ({
  ipAddresses: named(field.ipAddress()).describe('IP addresses of the server, as subject alternative names.'),
  uris: named(field.uri()).describe('URIs of the server, for example a SPIFFE ID, as subject alternative names.'),
});

/** Names of a client. */
export const clientNames = () => ({
  dnsNames: named(field.sni()).describe('DNS names of the client, as subject alternative names.'),
  ipAddresses: named(field.ipAddress()).describe('IP addresses of the client, as subject alternative names.'),
  uris: named(field.uri()).describe(
    'URIs of the client, for example a SPIFFE ID, as subject alternative names. A client without any name gets a URI made from its common name.',
  ),
  emailAddresses: named(field.email()).describe('E-mail addresses of the client, as subject alternative names.'),
});

/** Names of every type but DNS, as a spec gives them. */
export interface OtherNames {
  readonly ipAddresses?: readonly string[] | undefined;
  readonly uris?: readonly string[] | undefined;
  readonly emailAddresses?: readonly string[] | undefined;
}

/** Of the names of one certificate; a much larger certificate is refused by programs, or cannot be encoded. */
const mostCharacters = 8192;

type NameList = 'dnsNames' | 'ipAddresses' | 'uris' | 'emailAddresses';
type Names = { readonly [List in NameList]?: readonly string[] | undefined };

/** Each list may be long and so may each name, but not all at once. */
function namesFit(...lists: readonly NameList[]): Rule<Names> {
  const characters = lists.map((list) => `(has(self.${list}) ? self.${list}.map(n, n.size()).sum() : 0)`).join(' + ');
  return {
    rule: `${characters} <= ${mostCharacters}`,
    message: `the names of one certificate must have at most ${mostCharacters} characters in total`,
    holds: (names) => lists.flatMap((list) => names[list] ?? []).join('').length <= mostCharacters,
  };
}

/** For `serverNames`; host names are counted where they stand. */
export const serverNamesFit = namesFit('ipAddresses', 'uris');
export const clientNamesFit = namesFit('dnsNames', 'ipAddresses', 'uris', 'emailAddresses');

/** CEL: how many names `clientNames` has. */
export const countOfNames = (self: string) =>
  ['dnsNames', 'ipAddresses', 'uris', 'emailAddresses']
    .map((list) => `(has(${self}.${list}) ? ${self}.${list}.size() : 0)`)
    .join(' + ');
