import assert from 'node:assert/strict';
import fc from 'fast-check';
import { denyPlugin, denyRuleWith, readDenyRule } from '../../src/gateway/deny-rule.ts';
import { type Denial, denialText, type UnverifiedDenial } from '../../src/model/denial.ts';
import { idPrefix } from '../../src/model/ownership.ts';
import type { JsonObject } from '../../src/model/remote-object.ts';
import { Failure } from '../../src/std/failure.ts';

const now = Temporal.Instant.from('2026-11-30T10:00:00Z');
const until = '2027-01-01T00:00:00Z';
const ownerOf = (name: string) => ({ cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name });
const [web, other] = [ownerOf('web'), ownerOf('other')];
const denial: Denial = {
  issuer: 'CN=M\\C3\\BCller CA',
  by: 'serialNumber',
  values: ['0abc', 'ff'],
  hosts: ['*.test.com', 'test.com'],
  until,
};
const bySubject: Denial = { issuer: 'CN=CA', by: 'subject', values: ['CN=a'], hosts: ['test.com'] };
const ruleId = 'ours';
const read = (...rules: readonly JsonObject[]) => readDenyRule(rules, ruleId);
const ruleOf = (body: JsonObject | undefined, id = ruleId): JsonObject => ({ id, create_time: 1, ...body });
const write = (before: ReturnType<typeof read>, denials: readonly Denial[], owner = web, at = now) =>
  denyRuleWith(before, { owner, denials, scope: 'all' }, at);
const abortOf = (body: JsonObject = {}) =>
  ((body['plugins'] as JsonObject)[denyPlugin] as JsonObject)['abort'] as { readonly vars: readonly unknown[] };
const change = (body: JsonObject | undefined, fields: JsonObject): JsonObject => ({
  ...body,
  plugins: { [denyPlugin]: { abort: { ...(abortOf(body) as unknown as JsonObject), ...fields } } },
});

describe('the rule for revoked certificates', () => {
  it('refuses a verified certificate by its issuer and number, at the hosts of its owner, in any case of the SNI', () => {
    const mark = `#${idPrefix(web)} until ${until}`;
    assert.deepEqual(write(read(), [denial]), {
      plugins: {
        'fault-injection': {
          abort: {
            http_status: 403,
            body: denialText,
            vars: [
              [
                ['ssl_client_i_dn', '==', 'CN=M\\C3\\BCller CA'],
                ['ssl_client_serial', 'in', ['0ABC', 'FF', mark]],
                ['ssl_client_verify', '==', 'SUCCESS'],
                ['ssl_server_name', '~*', '^(?:[^.]+\\.test\\.com|test\\.com)$'],
              ],
            ],
          },
        },
      },
    });
  });

  it('refuses subjects', () => {
    const [[, condition]] = abortOf(write(read(), [bySubject])).vars as [[unknown, unknown]];
    assert.deepEqual(condition, ['ssl_client_s_dn', 'in', ['CN=a', `#${idPrefix(web)}`]]);
  });

  it('refuses all of an issuer, whatever their numbers and subjects', () => {
    const byIssuer: Denial = { issuer: 'CN=CA', by: 'issuer', values: [], hosts: ['test.com'], until };
    const [all] = abortOf(write(read(), [byIssuer])).vars;
    assert.deepEqual(all, [
      ['ssl_client_verify', '==', 'SUCCESS'],
      ['ssl_client_i_dn', 'in', ['CN=CA', `#${idPrefix(web)} until ${until}`]],
      ['ssl_server_name', '~*', '^(?:test\\.com)$'],
    ]);
    assert.ok(read(ruleOf(write(read(), [byIssuer]))).holds(web, [byIssuer]));
  });

  const unverified: UnverifiedDenial = {
    by: 'unverified',
    hosts: ['*.test.com', 'test.com'],
    except: ['open.test.com'],
    until: '2026-11-30T11:00:00Z',
  };

  it('refuses who was not verified, at the hosts and not at those of others, until then by the clock of the gateway', () => {
    const [all] = abortOf(write(read(), [unverified])).vars;
    assert.deepEqual(all, [
      ['ssl_client_verify', '~=', 'SUCCESS'],
      ['ssl_client_verify', '~=', `#${idPrefix(web)} until 2026-11-30T11:00:00Z`],
      ['ssl_server_name', '~*', '^(?!(?:open\\.test\\.com)$)(?:[^.]+\\.test\\.com|test\\.com)$'],
      ['msec', '<', 1_796_036_400],
    ]);
    assert.ok(read(ruleOf(write(read(), [unverified]))).holds(web, [unverified]));
  });

  it('changes what it refuses of the unverified alone, and leaves the revoked as they are', () => {
    const before = read(ruleOf(write(read(ruleOf(write(read(), [denial, unverified]))), [unverified], other)));
    assert.ok(before.holds(web, [unverified], 'unverified') && !before.holds(web, [], 'unverified'));
    const wish = { owner: web, denials: [], scope: 'unverified' } as const;
    const after = read(ruleOf(denyRuleWith(before, wish, now)));
    assert.ok(after.holds(web, [denial]) && after.holds(web, [], 'unverified') && after.holds(other, [unverified]));
  });

  const label = fc.constantFrom('a', 'b', 'x-1');
  const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => [...labels, 'test'].join('.'));
  const host = fc.oneof(
    name,
    name.map((one) => `*.${one}`),
    fc.constant('*.test'),
  );

  it('is about a name where a host is that name or its wildcard, and it is not of others, in any case', () => {
    const hosts = fc.uniqueArray(host, { minLength: 1, maxLength: 4 });
    const others = fc.uniqueArray(name, { maxLength: 3 });
    fc.assert(
      fc.property(hosts, others, name, fc.boolean(), (wanted, except, asked, isUpper) => {
        const [all] = abortOf(write(read(), [{ ...unverified, hosts: wanted, except }])).vars as [
          [unknown, unknown, [string, string, string]],
        ];
        const matches = new RegExp(all[2][2], 'i').test(isUpper ? asked.toUpperCase() : asked);
        const isWanted = wanted.includes(asked) || wanted.includes(asked.replace(/^[^.]+/, '*'));
        assert.equal(matches, isWanted && !except.includes(asked));
      }),
    );
  });

  it('is one expression for all who share it, and the same whoever wrote last', () => {
    const first = write(read(ruleOf(write(read(), [denial]))), [bySubject], other);
    const second = write(read(ruleOf(write(read(), [bySubject], other))), [denial]);
    assert.deepEqual(first, second);
    const { vars } = abortOf(first);
    assert.equal(vars.length, 1);
    assert.deepEqual((vars[0] as readonly unknown[]).length, 3);
    assert.equal((vars[0] as readonly unknown[])[0], 'OR');
  });

  it('keeps the entries of others, and replaces its own', () => {
    const both = read(ruleOf(write(read(ruleOf(write(read(), [denial]))), [bySubject], other)));
    assert.ok(both.holds(web, [denial]) && both.holds(other, [bySubject]));
    const after = read(ruleOf(write(both, [{ ...denial, hosts: ['new.test'] }])));
    assert.ok(!after.holds(web, [denial]) && after.holds(other, [bySubject]));
  });

  it('is no rule where nothing is refused: an empty one would refuse nobody, one without vars everybody', () => {
    assert.equal(write(read(ruleOf(write(read(), [denial]))), []), undefined);
    assert.equal(write(read(), []), undefined);
  });

  it('drops what others had refused and has ended, and nothing that may live', () => {
    const before = read(ruleOf(write(read(ruleOf(write(read(), [denial]))), [bySubject], other)));
    const later = Temporal.Instant.from('2027-01-01T00:00:01Z');
    const after = read(ruleOf(write(before, [bySubject], ownerOf('third'), later)));
    assert.ok(after.holds(web, []) && after.holds(other, [bySubject]));
    const atEnd = Temporal.Instant.from(until);
    assert.ok(read(ruleOf(write(before, [bySubject], ownerOf('third'), atEnd))).holds(web, [denial]));
  });

  it('takes 10,000 certificates, and says so rather than drop a living one', () => {
    const values = (count: number) => Array.from({ length: count }, (_, i) => (i + 1).toString(16).padStart(4, '0'));
    const most = { ...denial, values: values(10_000) };
    const body = write(read(), [most]);
    assert.ok(read(ruleOf(body)).holds(web, [most]));
    assert.throws(
      () => write(read(ruleOf(body)), [bySubject], other),
      (error) => error instanceof Failure && error.reason === 'RevocationFull' && error.class === 'permanent',
    );
  });

  it('takes 1 MB of names', () => {
    const values = Array.from({ length: 1000 }, (_, i) => `CN=${i}-${'x'.repeat(1020)}`);
    assert.throws(
      () => write(read(), [{ ...bySubject, values }]),
      (error) => error instanceof Failure && error.reason === 'RevocationFull',
    );
  });

  const body = write(read(), [denial]);
  const rows: readonly { readonly name: string; readonly rules: readonly JsonObject[]; readonly by?: string }[] = [
    { name: 'nothing', rules: [] },
    { name: 'another plugin', rules: [{ id: 'x', plugins: { prometheus: {} } }] },
    { name: 'no plugins', rules: [{ id: 'x' }] },
    { name: 'ours', rules: [ruleOf(body)] },
    { name: 'the plugin in a rule of somebody else', rules: [ruleOf(body, 'theirs')], by: 'theirs' },
    {
      name: 'the plugin under our id with something else to do',
      rules: [{ id: ruleId, plugins: { [denyPlugin]: { abort: { http_status: 503 } } } }],
      by: ruleId,
    },
    {
      name: 'an entry of somebody else in ours',
      rules: [ruleOf(change(body, { vars: [['OR', [['a', '==', 'b']], [['a', '==', 'c']]]] }))],
      by: ruleId,
    },
    {
      name: 'a second expression in ours',
      rules: [ruleOf(change(body, { vars: [...(abortOf(body).vars as never[]), [['a', '==', 'b']]] }))],
      by: ruleId,
    },
    {
      name: 'no expression at all, so everybody is refused',
      rules: [ruleOf(change(body, { vars: null }))],
      by: ruleId,
    },
    {
      name: 'another plugin beside ours',
      rules: [ruleOf({ plugins: { ...(body?.['plugins'] as JsonObject), prometheus: {} } })],
      by: ruleId,
    },
    { name: 'both', rules: [ruleOf(body), ruleOf(body, 'theirs')], by: 'theirs' },
  ];
  for (const { name, rules, by } of rows) {
    it(`is ${by === undefined ? 'not blocked' : `blocked by ${by}`} with ${name}`, () => {
      const rule = read(...rules);
      assert.equal(rule.blockedBy, by);
      assert.equal(rule.isThere, rules.some(({ id }) => id === ruleId) && by !== ruleId);
      assert.equal(rule.holds(web, [denial]), name === 'ours');
    });
  }

  for (const fields of [{ http_status: 200 }, { body: 'x' }, { percentage: 99 }]) {
    it(`does not hold with ${JSON.stringify(fields)}`, () => {
      assert.equal(read(ruleOf(change(body, fields))).holds(web, [denial]), false);
    });
  }

  it('does not hold where it is switched off', () => {
    const off = {
      plugins: { [denyPlugin]: { abort: abortOf(body) as unknown as JsonObject, _meta: { disable: true } } },
    };
    assert.equal(read(ruleOf(off)).holds(web, [denial]), false);
  });

  it('holds with what a product fills in', () => {
    assert.equal(read(ruleOf(change(body, { percentage: 100, headers: {} }))).holds(web, [denial]), true);
  });
});
