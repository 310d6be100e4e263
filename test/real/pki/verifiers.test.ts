import assert from 'node:assert/strict';
import fc from 'fast-check';
import { draftClientLeaf, draftServerLeaf, type LeafDraft } from '../../../src/pki/issue/draft.ts';
import { keyAlgorithms } from '../../../src/pki/keys/algorithm.ts';
import { comparableName, type DraftedName } from '../../../src/pki/names/general-name.ts';
import { validityAt } from '../../../src/pki/x509/validity.ts';
import { hostnames, otherNames, subjectFields } from '../../pki/arbitrary-names.ts';
import {
  aCa,
  aKeyPair,
  countingBytes,
  dnsNamesOf,
  type GivenCa,
  hours,
  issueFrom,
  requireFacts,
} from '../../pki/given.ts';
import { type IssuedChain, startVerifiers, type Verifiers } from './verifiers.ts';

const lifetime = fc.integer({ min: 1, max: 43_800 }).map(hours);
const leafAlgorithm = fc.constantFrom(...keyAlgorithms);

describe('the strictest verifiers', () => {
  let verifiers: Verifiers;
  // The verifiers know no other time than that of the machine.
  const now = Temporal.Now.instant();

  before(async () => {
    verifiers = await startVerifiers();
    await Promise.all(keyAlgorithms.map(aKeyPair));
  });
  after(() => verifiers.close());

  /** What each verifier that refuses the chain says. */
  async function refusals(chain: IssuedChain): Promise<Readonly<Record<string, string>>> {
    const said = Object.entries(verifiers.verify).map(async ([name, verify]) => [name, await verify(chain)] as const);
    const answers = await Promise.all(said);
    return Object.fromEntries(answers.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
  }

  async function judge(ca: GivenCa, draft: LeafDraft): Promise<void> {
    const leafPem = await issueFrom(ca, draft);
    const facts = requireFacts(leafPem);
    assert.deepEqual(facts.subjectAltNames.map(comparableName), draft.subjectAltNames.map(comparableName));
    assert.ok(facts.notAfter.equals(draft.notAfter) && facts.notBefore.equals(draft.notBefore));
    const hosts = dnsNamesOf(facts).map((name) => name.replace('*', 'any'));
    const chain = { rootPem: ca.certificatePem, leafPem, role: draft.profile, hosts };
    assert.deepEqual(await refusals(chain), {});
    const otherRole = { ...chain, role: draft.profile === 'server' ? 'client' : 'server' } as const;
    assert.deepEqual(Object.keys(await refusals(otherRole)), Object.keys(verifiers.verify));
  }

  for (const algorithm of keyAlgorithms) {
    it(`accept leaves of any algorithm, name and lifetime under a CA of ${algorithm}, in their own role only`, async () => {
      const ca = await aCa(algorithm, { at: now });
      await fc.assert(
        fc.asyncProperty(
          ...([leafAlgorithm, subjectFields, hostnames, otherNames, lifetime] as const),
          async (leaf, subject, dnsNames, subjectAltNames, duration) => {
            const { publicKeyDer } = await aKeyPair(leaf);
            const serialNumber = countingBytes(7)(16);
            const validity = validityAt(now, duration, ca.facts);
            const request = { publicKeyDer, serialNumber, subject, issuer: ca.facts, ...validity };
            await judge(ca, draftServerLeaf({ ...request, dnsNames, subjectAltNames }));
            await judge(
              ca,
              draftClientLeaf({ ...request, commonName: 'CLIENT', subjectAltNames: withMail(subjectAltNames) }),
            );
          },
        ),
        { numRuns: 20 },
      );
    });
  }

  it('accept what lies within the name constraints of a CA', async () => {
    const ca = await aCa('ECDSA-P256', { at: now, permittedDnsSubtrees: ['test.com', 'a.b'] });
    const { publicKeyDer } = await aKeyPair('ECDSA-P256');
    const request = {
      publicKeyDer,
      serialNumber: countingBytes(7)(16),
      issuer: ca.facts,
      ...validityAt(now, hours(1), ca.facts),
    };
    await judge(ca, draftServerLeaf({ ...request, dnsNames: ['test.com', '*.test.com', 'c.a.b'] }));
    await judge(ca, draftClientLeaf({ ...request, commonName: 'CLIENT', subjectAltNames: withMail([]) }));
  });
});

/** A client has a name in any case. */
function withMail(names: readonly DraftedName[]): readonly DraftedName[] {
  return names.length > 0 ? names : [{ type: 'email', value: 'client@test.com' }];
}
