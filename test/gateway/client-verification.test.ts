import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exempts } from '../../src/api/client-verification.ts';
import * as ssls from '../../src/gateway/api7-ee/ssls.ts';
import * as apisix from '../../src/gateway/apisix/payload.ts';
import type { ClientFacingTls, ClientVerification, Owner } from '../../src/model/gateway-state.ts';
import type { JsonObject } from '../../src/model/remote-object.ts';

const owner: Owner = { cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u1' };
const stateWith = (verification?: ClientVerification): ClientFacingTls => ({
  kind: 'client-facing',
  hosts: ['test.com'],
  server: { chainPem: 'LEAF', keyPem: 'KEY', sha256Fingerprint: '00' },
  clientTrust: [{ pem: 'CA', sha256Fingerprint: 'ab'.repeat(32) }],
  ...(verification && { verification }),
});
const apisixClient = (verification?: ClientVerification) => {
  const [ssl] = apisix.compile(stateWith(verification), owner, { verifiesUpstream: true });
  return ssl?.body['client'] as JsonObject;
};
const patternsOf = (exemptPaths: readonly string[]) =>
  apisixClient({ exemptPaths })['skip_mtls_uri_regex'] as readonly string[] | undefined;

describe('client verification at Apache APISIX', () => {
  it('is one intermediate and no exemption where nothing else is said', () => {
    assert.deepEqual(apisixClient(), { ca: 'CA\n', depth: 1 });
    assert.deepEqual(apisixClient({ exemptPaths: [] }), { ca: 'CA\n', depth: 1 });
  });

  it('has the depth that is asked for, 0 too', () => {
    assert.equal(apisixClient({ depth: 0, exemptPaths: [] })['depth'], 0);
    assert.equal(apisixClient({ depth: 3, exemptPaths: [] })['depth'], 3);
  });

  it('has a pattern for each path, anchored and without what a pattern takes for more', () => {
    assert.deepEqual(patternsOf(['/public/*', '/a.b+(c)']), ['^/a\\.b\\+\\(c\\)$(?!\\n)', '^/public/']);
  });

  it('has no sign that a pattern takes for more, whichever a path holds', () => {
    for (let code = 0x21; code < 0x7f; code += 1) {
      const path = `/a${String.fromCharCode(code)}b`;
      const [pattern = ''] = patternsOf([path]) ?? [];
      const others = ['/ab', '/a', '/b', '/aab', '/axb', `${path}c`, `x${path}`].filter((other) => other !== path);
      const matched = [path, ...others].filter((asked) => new RegExp(pattern).test(asked));
      assert.deepEqual(matched, [path]);
    }
  });

  it('exempts exactly what the paths say, whatever stands in them', () => {
    const path = fc.stringMatching(/^\/[A-Za-z0-9._~!$&'()+,;=:@/-]{0,12}$/);
    const exempt = fc.tuple(path, fc.constantFrom('', '*')).map(([start, end]) => `${start}${end}`);
    const asked = fc.tuple(path, fc.constantFrom('\n', '/', 'x', '%', '\r\n')).map(([start, end]) => `${start}${end}`);
    fc.assert(
      fc.property(exempt, fc.oneof(asked, path), (rule, wanted) => {
        const matches = patternsOf([rule])?.some((pattern) => new RegExp(pattern, 'u').test(wanted));
        assert.equal(matches, exempts(rule, wanted));
      }),
    );
  });
});

describe('client verification at API7 Enterprise before 3.6', () => {
  it('has the depth that is asked for', () => {
    const [ssl] = ssls.compile(stateWith({ depth: 2, exemptPaths: [] }), owner);
    assert.deepEqual(ssl?.body['client'], { ca: 'CA\n', depth: 2 });
  });
});
