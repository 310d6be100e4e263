import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mtlsUpstreamSpec } from '../../src/api/mtls-upstream.ts';
import { findViolations } from '../../src/nginx/grammar.ts';

/** Few signs, so that dots and slashes meet often; beside them what a user may write and NGINX does not take. */
const text = fc.string({ unit: fc.constantFrom(...'//..aA~+,=:@-%*$; '), maxLength: 6 });
const bodySign = fc.constantFrom('x', '"', '\\', '$', '\n', '\u0085', 'ü', '界', '🔐');
const body = fc.oneof(
  fc.string({ unit: bodySign, maxLength: 3 }),
  fc.tuple(bodySign, fc.integer({ min: 990, max: 1030 })).map(([sign, length]) => sign.repeat(length)),
);
const status = fc.oneof(fc.integer({ min: 199, max: 600 }), fc.constantFrom(301, 302, 408, 444, 494, 499));

/** One field at a time leaves the range of what is surely right. */
const right = { serverName: 'test.com', locations: [{ path: '/', return: { status: 200, body: 'ok' } }] };
const nginx = fc.oneof(
  text.map((serverName) => ({ ...right, serverName })),
  text.map((tlsDirectory) => ({ ...right, tlsDirectory })),
  fc.oneof(fc.ipV4(), fc.ipV6(), text).map((resolver) => ({ ...right, resolvers: [resolver] })),
  text.map((path) => ({ ...right, locations: [{ path: `/${path}`, return: { status: 200, body: 'ok' } }] })),
  text.map((rest) => ({
    ...right,
    locations: [{ path: `/.well-known/mtls-operator${rest}`, return: { status: 200, body: 'ok' } }],
  })),
  fc.record({ status, body }).map((answer) => ({ ...right, locations: [{ path: '/', return: answer }] })),
  text.map((host) => ({ ...right, locations: [{ path: '/', proxy: { host, port: 80 } }] })),
);

describe('spec.nginx', () => {
  it('is taken by the grammar of nginx.conf whenever the API takes it, so that apply tells it all', () => {
    let accepted = 0;
    fc.assert(
      fc.property(nginx, (spec) => {
        const parsed = mtlsUpstreamSpec.shape.nginx.safeParse(spec);
        if (!parsed.success) return;
        accepted += 1;
        assert.deepEqual(findViolations(parsed.data), []);
      }),
      { numRuns: 3000 },
    );
    assert.ok(accepted > 300, `only ${accepted} specs were accepted`);
  });
});
