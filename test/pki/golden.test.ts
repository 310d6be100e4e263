import { parse } from 'yaml';
import { draftCa, draftClientLeaf, draftServerLeaf } from '../../src/pki/issue/draft.ts';
import type { DraftedName } from '../../src/pki/names/general-name.ts';
import type { NameFields } from '../../src/pki/names/name.ts';
import { describeGolden } from '../harness/golden.ts';
import { requireFacts, requireLinted } from './given.ts';

interface Input {
  readonly profile: 'ca' | 'server' | 'client';
  readonly commonName: string;
  readonly generationSerial: string;
  readonly permittedDnsSubtrees?: readonly string[];
  readonly dnsNames: readonly string[];
  readonly subject?: NameFields;
  readonly subjectAltNames?: readonly DraftedName[];
  readonly serialNumber: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly publicKey: string;
  readonly issuer: string;
}

/** The bytes that would be signed. A change here changes every certificate; each case states its key, serial and clock. */
describeGolden({ directory: 'pki', input: '.in.yaml', output: '.out.txt' }, (text) => {
  const input: Input = parse(text);
  const lines =
    Buffer.from(requireLinted(draft(input)).tbsDer)
      .toString('hex')
      .match(/.{1,64}/g) ?? [];
  return `${lines.join('\n')}\n`;
});

function draft(input: Input) {
  const { profile, commonName, generationSerial, dnsNames, subject, subjectAltNames, permittedDnsSubtrees } = input;
  const request = {
    publicKeyDer: Buffer.from(input.publicKey, 'base64'),
    serialNumber: Buffer.from(input.serialNumber, 'hex'),
    notBefore: Temporal.Instant.from(input.notBefore),
    notAfter: Temporal.Instant.from(input.notAfter),
    ...(subject && { subject }),
    ...(subjectAltNames && { subjectAltNames }),
  };
  if (profile === 'ca')
    return draftCa({ ...request, ...(permittedDnsSubtrees && { permittedDnsSubtrees }), commonName, generationSerial });
  const issuer = requireFacts(input.issuer);
  return profile === 'server'
    ? draftServerLeaf({ ...request, dnsNames, issuer })
    : draftClientLeaf({ ...request, commonName, issuer });
}
