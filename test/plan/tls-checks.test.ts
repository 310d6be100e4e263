import assert from 'node:assert/strict';
import { denialText } from '../../src/model/denial.ts';
import type { ProbeResult, Refused } from '../../src/model/probe-result.ts';
import { judgeTlsCheck, type TlsCheck } from '../../src/plan/proof/tls-checks.ts';
import { servedLeaf } from './given.ts';

const wanted = 'aa';
const answered = (status: number, body = '', leaf = servedLeaf(wanted)) => ({
  ...{ kind: 'answered' as const, protocol: 'TLSv1.3', status, body, leaf },
});
const denied = answered(403, denialText);
const refused = (alert?: number): Refused => ({ kind: 'refused', alert, moment: 'handshake' });
const asks: TlsCheck = {
  ...{ who: 'a client', mustPass: true, endpoint: { host: '10.0.0.1', port: 9443 }, host: 'a.test', path: '/' },
  refusedByStatus: false,
};
const byStatus = { refusedByStatus: true };
const page = '<html><head><title>400 Bad Request</title></head></html>';

interface Row {
  readonly name: string;
  readonly result: ProbeResult;
  readonly visit?: Partial<TlsCheck>;
  readonly mustPass: boolean;
  readonly now?: string;
  /** Undefined: nothing is wrong. */
  readonly want: string | undefined;
  readonly says?: RegExp;
}

describe('a visit to the data plane', () => {
  const rows: readonly Row[] = [
    { name: 'an answer for who is welcome', result: answered(404), mustPass: true, want: undefined },
    { name: 'an answer for who is not', result: answered(200), mustPass: false, want: 'NotEnforced' },
    { name: 'a refusal of who is welcome', result: refused(48), mustPass: true, want: 'NotEnforced' },
    { name: 'a refusal of who is not', result: refused(116), mustPass: false, want: undefined },
    { name: 'an end without an alert for who is not welcome', result: refused(), mustPass: false, want: undefined },
    {
      name: 'a name that is not served, to who is welcome',
      result: refused(80),
      mustPass: true,
      want: 'HostNotServed',
    },
    {
      name: 'a name that is not served, which refuses nobody',
      ...{ result: refused(80), mustPass: false, want: 'HostNotServed' },
    },
    {
      name: 'an answer in the last second of the chain',
      result: answered(200),
      mustPass: true,
      now: '2027-01-01T00:00:00Z',
      want: undefined,
    },
    {
      name: 'a chain that has ended',
      result: answered(200),
      mustPass: true,
      now: '2027-01-01T00:00:01Z',
      want: 'ServedChainNotValid',
    },
    {
      name: 'a chain that has yet to begin',
      result: answered(200),
      mustPass: true,
      now: '2025-12-31T23:59:59Z',
      want: 'ServedChainNotValid',
    },
    {
      name: 'another certificate for who is welcome',
      ...{ result: answered(200, '', servedLeaf('bb')), mustPass: true, want: 'OtherCertificateServed' },
    },
    {
      name: 'another certificate for who is refused by status',
      ...{ result: answered(400, page, servedLeaf('bb')), visit: byStatus, mustPass: false, want: undefined },
    },
    {
      name: 'the page that asks for a certificate, to who is not welcome',
      ...{ result: answered(400, page), visit: byStatus, mustPass: false, want: undefined },
    },
    {
      name: 'the page that asks for a certificate, to who is welcome',
      ...{ result: answered(400, page), visit: byStatus, mustPass: true, want: 'NotEnforced' },
    },
    {
      name: 'a 400 of the application behind',
      ...{ result: answered(400, 'no such item'), visit: byStatus, mustPass: true, want: undefined },
    },
    {
      name: 'that page where the handshake refuses',
      ...{ result: answered(400, page), mustPass: false, want: 'NotEnforced' },
    },
    {
      name: 'the answer of the rule for revoked certificates, to who is',
      ...{ result: answered(403, denialText), mustPass: false, want: undefined },
    },
    {
      name: 'that answer on a kept connection and a resumed session, too',
      result: { ...denied, again: { kept: denied, resumed: denied } },
      ...{ mustPass: false, want: undefined },
    },
    {
      name: 'that answer, and an end of the connection, without a session',
      result: { ...denied, again: { kept: refused() } },
      ...{ mustPass: false, want: undefined },
    },
    {
      name: 'that answer, and a session that nobody could be asked with',
      result: { ...denied, again: { kept: denied, resumed: { kind: 'unreachable', code: 'ECONNREFUSED' } } },
      ...{ mustPass: false, want: 'DataPlaneUnreachable' },
    },
    {
      name: 'that answer, and another one on a kept connection',
      result: { ...denied, again: { kept: answered(200), resumed: denied } },
      ...{ mustPass: false, want: 'NotEnforced', says: /accepted a client on a kept connection for / },
    },
    {
      name: 'that answer, and another one on a resumed session',
      result: { ...denied, again: { kept: denied, resumed: answered(404) } },
      ...{ mustPass: false, want: 'NotEnforced', says: /accepted a client on a resumed TLS session for / },
    },
    {
      name: 'a refusal, and that answer by a session from before',
      ...{ result: { ...refused(48), resumed: denied }, mustPass: false, want: undefined },
    },
    {
      name: 'a refusal, and another one by a session from before',
      ...{ result: { ...refused(48), resumed: refused(48) }, mustPass: false, want: undefined },
    },
    {
      name: 'a refusal, and an answer by a session from before',
      result: { ...refused(48), resumed: answered(404) },
      ...{ mustPass: false, want: 'NotEnforced', says: /accepted a client on a TLS session from before for / },
    },
    {
      name: 'that answer, and another one by a session from before',
      result: { ...denied, resumed: answered(200) },
      ...{ mustPass: false, want: 'NotEnforced', says: /accepted a client on a TLS session from before for / },
    },
    {
      name: 'a refusal, and a session from before that nobody could be asked with',
      result: { ...refused(48), resumed: { kind: 'unreachable', code: 'ECONNREFUSED' } },
      ...{ mustPass: false, want: 'DataPlaneUnreachable' },
    },
    {
      name: 'the answer of that rule to who is not',
      ...{ result: answered(403, denialText), mustPass: true, want: 'NotEnforced' },
    },
    {
      name: 'a 403 of the application behind, which a revoked one must not reach',
      ...{ result: answered(403, 'Forbidden'), mustPass: false, want: 'NotEnforced' },
    },
    {
      name: 'nobody there',
      ...{
        result: { kind: 'unreachable', code: 'ECONNREFUSED' } as const,
        mustPass: false,
        want: 'DataPlaneUnreachable',
      },
    },
  ];
  for (const { name, result, visit = {}, mustPass, now = '2026-06-01T00:00:00Z', want, says } of rows) {
    it(`${want === undefined ? 'is as it should be' : `tells ${want}`} with ${name}`, () => {
      const failure = judgeTlsCheck(
        result,
        { ...asks, ...visit, mustPass },
        { sha256Fingerprint: wanted, now: Temporal.Instant.from(now) },
      );
      assert.equal(failure?.reason, want);
      if (says !== undefined) assert.match(failure?.message ?? '', says);
      if (want !== undefined) assert.match(failure?.message ?? '', /a\.test.* 10\.0\.0\.1:9443|10\.0\.0\.1:9443/);
    });
  }
});
