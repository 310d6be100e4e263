import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printProgress } from '../../../deploy/local/install/progress.ts';
import { validatePath } from '../../../src/pki/path/validate.ts';
import { type Certificate, readCertificate } from '../../../src/pki/x509/certificate.ts';
import type { Finding } from '../../../src/std/finding.ts';
import { dependentOnPolicyInputs, dependentOnRevocation, type PkitsSection, sections } from './sections.ts';
import { ensurePkits } from './vectors.ts';

/** Within the period of all certificates of PKITS that are not about periods. */
const at = Temporal.Instant.from('2026-11-22T10:00:00Z');

describe("NIST's PKITS", () => {
  let directory = '';
  let anchor: Certificate;
  const scores: string[] = [];

  before(async function () {
    this.timeout(600_000);
    const progress = printProgress(process.stderr);
    directory = await ensurePkits(progress);
    progress.done();
    const root = read('TrustAnchorRootCertificate');
    assert.ok(!('reason' in root));
    anchor = root;
  });
  after(() => {
    for (const score of scores) console.log(`    ${score}`);
    for (const [number, tests] of Object.entries(dependentOnRevocation)) {
      console.log(`    ${number} not supported, as revocation is not worked out: ${tests}`);
    }
    for (const [number, tests] of Object.entries(dependentOnPolicyInputs)) {
      console.log(`    ${number} not run, as policies are not among our inputs: ${tests}`);
    }
  });

  const read = (name: string): Certificate | Finding => readCertificate(readFileSync(join(directory, `${name}.crt`)));

  /** The reasons why a row is refused, empty where it is accepted. Intermediates are given from the leaf up. */
  const refusals = (row: string): readonly string[] => {
    const all = row.split(' ').map(read).reverse();
    const damaged = all.filter((one) => 'reason' in one);
    const [certificate, ...intermediates] = all.filter((one): one is Certificate => !('reason' in one));
    if (damaged.length > 0 || certificate === undefined) return damaged.map(({ reason }) => reason);
    const result = validatePath({ certificate, intermediates, anchors: [anchor], at });
    return result.ok ? [] : result.findings.map(({ reason }) => reason);
  };

  for (const section of sections) {
    const { number, title, because, valid, invalid, unsupported = [] } = section;
    it(`is met by ${number} ${title}`, () => {
      const accepted = valid.filter((row) => refusals(row).length === 0);
      const wronglyAccepted = [...invalid, ...unsupported].filter((row) => refusals(row).length === 0);
      scores.push(scoreOf(section, accepted.length, wronglyAccepted));
      assert.deepEqual(wronglyAccepted, []);
      assert.deepEqual(accepted, valid);
      for (const row of invalid)
        assert.ok(
          refusals(row).some((reason) => because.includes(reason)),
          explain(row),
        );
    });
  }

  const explain = (row: string) => `${row} is refused because of ${refusals(row).join(', ')}`;
});

function scoreOf(section: PkitsSection, acceptedCount: number, wronglyAccepted: readonly string[]): string {
  const { number, title, valid, invalid, unsupported = [] } = section;
  const refusedCount = invalid.filter((row) => !wronglyAccepted.includes(row)).length;
  const accepted = `${acceptedCount} of ${valid.length + unsupported.length} valid accepted`;
  const rest = unsupported.length === 0 ? '' : ` (${unsupported.length} not supported)`;
  return `${number} ${title}: ${accepted}${rest}, ${refusedCount} of ${invalid.length} invalid refused`;
}
