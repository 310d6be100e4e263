import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { toRfc2253 } from '../../../src/pki/names/rfc2253.ts';
import { openCertificate } from '../../../src/pki/x509/inspect.ts';

/** As `openssl req -subj` takes them. */
const subjects = [
  '/C=DE/O=Acme, Inc./CN=Müller CA',
  '/CN= two ',
  '/CN=#1 a#b = c',
  '/CN=a;b<c>d"e\\\\f',
  '/CN=a+OU=b+O=d/O=c',
  '/CN=x/serialNumber=0011223344556677/emailAddress=a@b.c/DC=test/UID=u/SN=s/GN=g/L=l/ST=st',
  '/jurisdictionC=DE/jurisdictionST=j/jurisdictionL=l/businessCategory=p/postalCode=1/street=s/pseudonym=p',
  '/organizationIdentifier=o/title=t/initials=i/name=n/description=d/generationQualifier=g/dnQualifier=d',
  '/postalAddress=a/postOfficeBox=b/physicalDeliveryOfficeName=c/telephoneNumber=1/facsimileTelephoneNumber=2',
  '/x500UniqueIdentifier=a/houseIdentifier=b/dmdName=c/role=d/dnsName=e.test/mail=f@test.com/uid=g',
  '/c3=DEU/n3=276/unstructuredName=h/unstructuredAddress=i',
];

describe('names as OpenSSL writes them', () => {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'names-'));
    await execa('openssl', ['genpkey', '-algorithm', 'ED25519', '-out', join(directory, 'key.pem')]);
  });
  after(() => rm(directory, { recursive: true }));

  for (const subject of subjects) {
    it(`are those of ours: ${subject}`, async () => {
      const openssl = (...parameters: readonly string[]) => execa('openssl', parameters, { cwd: directory });
      const options = ['-multivalue-rdn', '-utf8', '-days', '1', '-out', 'one.pem'];
      await openssl('req', '-new', '-x509', '-key', 'key.pem', '-subj', subject, ...options);
      const { stdout } = await openssl('x509', '-in', 'one.pem', '-noout', '-subject', '-nameopt', 'rfc2253');
      const { der } = openCertificate(await readFile(join(directory, 'one.pem'), 'utf8')).subject;
      assert.equal(`subject=${toRfc2253(der)}`, stdout);
    });
  }
});
