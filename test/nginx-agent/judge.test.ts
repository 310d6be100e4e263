import assert from 'node:assert/strict';
import type { Release } from '../../src/nginx/release.ts';
import { printRelease } from '../../src/nginx/release.ts';
import { compose } from '../../src/nginx-agent/release/compose.ts';
import { judge, type Mounted } from '../../src/nginx-agent/source/judge.ts';
import { sha256Hex } from '../../src/std/digest.ts';
import { aSpec, buildSpec, purpose } from '../nginx/specs.ts';
import { caRequest, issued, serverRequest } from '../plan/given.ts';

const ca = await issued(caRequest);
const leaf = await issued(serverRequest, ca);

const place = { state: '/run/mtls-operator', form: 'whole' } as const;
const abilities = { canSwapLeaf: true, canKeepIdle: true };

function mounted(change: Partial<Release>, files: Readonly<Record<string, string>> = {}): Mounted {
  const built = buildSpec(aSpec());
  assert.ok(built.ok);
  const { nginx, fingerprint } = built.value;
  const { verifyDepth, namespace } = purpose;
  const digests = { leaf: leaf.facts.sha256Fingerprint, trust: sha256Hex(ca.chainPem) };
  const release: Release = { format: 1, nginx, verifyDepth, namespace, fingerprint, ...digests, ...change };
  const all = {
    'tls.crt': leaf.chainPem,
    'tls.key': leaf.keyPem,
    'ca.crt': ca.chainPem,
    'release.json': printRelease(release),
    ...files,
  };
  return new Map(Object.entries(all).map(([name, text]) => [name, Buffer.from(text)]));
}

function composedOf(files: Mounted) {
  const judged = judge(files);
  assert.ok(judged.kind === 'ready', JSON.stringify(judged));
  return compose(judged.inputs, place, abilities);
}

const list = 'a list';
const listed = { format: 2, revoked: sha256Hex(list) } as const;
const lists = { mode: 'Required', revocationLists: true } as const;

describe('what is mounted beside NGINX', () => {
  it('waits for the list of revoked certificates that the release names', () => {
    const { kind, reason } = { reason: '', ...judge(mounted(listed)) };
    assert.deepEqual([kind, reason], ['waiting', 'RevocationListMissing']);
  });

  it('waits while that list is of another generation', () => {
    const judged = judge(mounted(listed, { 'ca.crl': 'an older list' }));
    assert.deepEqual(judged, {
      kind: 'waiting',
      reason: 'GenerationsDiffer',
      message: 'ca.crl is not the list that release.json names: one of them is older',
    });
  });

  it('becomes a release with that list, which NGINX is to load as a whole', () => {
    const { about, files } = composedOf(mounted(listed, { 'ca.crl': list }));
    assert.equal(String(files.get('ca.crl')), list);
    assert.match(String(files.get('nginx.conf')), /ssl_crl \/run\/mtls-operator\/current\/ca\.crl;/);
    const next = 'the next list';
    const other = composedOf(mounted({ ...listed, revoked: sha256Hex(next) }, { 'ca.crl': next }));
    assert.notEqual(other.about.loads, about.loads, 'another list is another load');
  });

  it('is the same release whatever list lies there that nobody checks', () => {
    const without = composedOf(mounted({}));
    const { about, files } = composedOf(mounted({}, { 'ca.crl': list }));
    assert.deepEqual(about, without.about);
    assert.ok(!files.has('ca.crl'));
  });

  it('takes the list of a person where the fields ask for one, whatever it is', () => {
    const nginx = aSpec({ clientVerification: lists });
    const { files } = composedOf(mounted({ nginx }, { 'ca.crl': list }));
    assert.equal(String(files.get('ca.crl')), list);
  });
});
