import assert from 'node:assert/strict';
import { denialText } from '../../src/model/denial.ts';
import type { HttpProbeResult, ProbeResult } from '../../src/model/probe-result.ts';
import { judgeAllowed, judgeHttpCheck, judgeRefusal } from '../../src/plan/proof/http-checks.ts';
import { servedLeaf } from './given.ts';

const answered = (status: number, body = ''): HttpProbeResult => ({ kind: 'answered', status, body });
const refusal = '<html><head><title>400 No required SSL certificate was sent</title></head></html>';

const cases: readonly { readonly name: string; readonly result: HttpProbeResult; readonly want: string | undefined }[] =
  [
    { name: 'an answer', result: answered(200), want: undefined },
    { name: 'a 404 of the application', result: answered(404, 'no such page'), want: undefined },
    { name: 'a 400 of the application', result: answered(400, 'name is missing'), want: undefined },
    { name: 'a 500 of the application', result: answered(500), want: undefined },
    { name: 'the refusal of NGINX', result: answered(400, refusal), want: 'NotEnforced' },
    { name: 'a route that is not there', result: answered(404, '404 Route Not Found'), want: 'RouteNotServed' },
    { name: 'a gateway that NGINX does not answer', result: answered(502), want: 'UpstreamUnreachable' },
    { name: 'a gateway without a node to go to', result: answered(503), want: 'UpstreamUnreachable' },
    { name: 'a gateway that waits in vain', result: answered(504), want: 'UpstreamUnreachable' },
    {
      name: 'nobody at the address',
      ...{ result: { kind: 'unreachable', code: 'ECONNREFUSED' }, want: 'DataPlaneUnreachable' },
    },
  ];

describe('a request through the gateway to NGINX', () => {
  for (const { name, result, want } of cases) {
    it(`${name} means ${want ?? 'that it came through'}`, () => {
      assert.equal(judgeHttpCheck(result, 'GET / through 10.0.0.1:9080')?.reason, want);
    });
  }

  const text = 'This request is not allowed for the client (abc)\n';
  for (const { name, result, want } of [
    { name: 'the refusal by the list that it has now', result: answered(403, text), want: undefined },
    {
      name: 'the refusal by an earlier list',
      result: answered(403, text.replace('abc', 'abd')),
      want: 'RequestNotRefused',
    },
    { name: 'the refusal text with another status', result: answered(200, text), want: 'RequestNotRefused' },
    { name: 'an answer of the application', result: answered(200, 'Hello API7!'), want: 'RequestNotRefused' },
    { name: 'a 502', result: answered(502), want: 'RequestNotRefused' },
    { name: 'a route that is not there', result: answered(404, '404 Route Not Found'), want: 'RouteNotServed' },
    {
      name: 'nobody at the address',
      ...{ result: { kind: 'unreachable', code: 'ECONNREFUSED' } as const, want: 'DataPlaneUnreachable' },
    },
  ]) {
    it(`that the gateway is to refuse: ${name} means ${want ?? 'that it does'}`, () =>
      assert.equal(judgeRefusal(result, 'GET / through 10.0.0.1:9080', text)?.reason, want));
  }

  const leaf = servedLeaf('00');
  const tls = (status: number, body = ''): ProbeResult => ({
    ...{ kind: 'answered', status, body, leaf, protocol: 'TLSv1.3' },
  });
  for (const { name, result, want } of [
    { name: 'an answer', result: tls(200), want: undefined },
    { name: 'a 403 of the application', result: tls(403, 'not you'), want: undefined },
    { name: 'the refusal by its list', result: tls(403, text), want: 'AllowedRejected' },
    { name: 'the refusal of what is revoked', result: tls(403, denialText), want: 'AllowedRejected' },
    {
      name: 'a handshake that is refused',
      ...{ result: { kind: 'refused', alert: 48, moment: 'handshake' } as const, want: 'AllowedRejected' },
    },
    { name: 'the refusal of NGINX', result: tls(400, refusal), want: 'NotEnforced' },
    { name: 'a 502', result: tls(502), want: 'UpstreamUnreachable' },
    { name: 'a route that is not there', result: tls(404, '404 Route Not Found'), want: 'RouteNotServed' },
    {
      name: 'nobody at the address',
      ...{ result: { kind: 'unreachable', code: 'ECONNREFUSED' } as const, want: 'DataPlaneUnreachable' },
    },
  ]) {
    it(`that the gateway is to let through: ${name} means ${want ?? 'that it came through'}`, () =>
      assert.equal(judgeAllowed(result, 'GET / for test.com through 10.0.0.1:9443', text)?.reason, want));
  }

  const own = 'a'.repeat(16);
  const told = (resource: string) => answered(200, `mtls-operator ${resource} ${'c'.repeat(64)}`);
  for (const { name, result, want } of [
    { name: 'its fingerprint', result: told(own), want: undefined },
    { name: 'the fingerprint of another resource', result: told('b'.repeat(16)), want: 'AnsweredByOther' },
    { name: 'any other answer', result: answered(200, 'Hello API7!'), want: 'AnsweredByOther' },
    { name: 'a 404 that is not that of the gateway', result: answered(404, 'not found'), want: 'AnsweredByOther' },
    { name: 'the refusal of NGINX', result: answered(400, refusal), want: 'NotEnforced' },
    { name: 'a route that is not there', result: answered(404, '404 Route Not Found'), want: 'RouteNotServed' },
  ]) {
    it(`to an NGINX that tells who it is: ${name} means ${want ?? 'that it came through'}`, () =>
      assert.equal(judgeHttpCheck(result, 'GET / through 10.0.0.1:9080', own)?.reason, want));
  }
});
