import assert from 'node:assert/strict';
import type { ProbeResult } from '../../src/model/probe-result.ts';
import {
  judgeRevoked,
  judgeWithCertificate,
  judgeWithoutCertificate,
  type NginxFinding,
  worstOf,
} from '../../src/plan/nginx/judge.ts';
import { transient } from '../../src/std/failure.ts';
import { servedLeaf } from './given.ts';

const where = 'NGINX at 10.0.0.7:8443';
const wanted = { leaf: 'aa', config: { resource: 'a'.repeat(16), config: 'c'.repeat(64) } };
const answered = (status: number, body: string, leaf = servedLeaf(wanted.leaf)): ProbeResult => ({
  ...{ kind: 'answered', protocol: 'TLSv1.3', status, body, leaf },
});
const refusal = '<html><head><title>400 No required SSL certificate was sent</title></head></html>';
const telling = (resource: string, config: string) => `mtls-operator ${resource} ${config}`;
const ours = telling(wanted.config.resource, wanted.config.config);
const former = telling(wanted.config.resource, 'd'.repeat(64));
const ofAnother = telling('b'.repeat(16), 'd'.repeat(64));
const inShort = (finding: NginxFinding | undefined) => finding && `${finding.weight} ${finding.failure.reason}`;

interface Meeting {
  readonly name: string;
  readonly result: ProbeResult;
  /** Nothing is wrong without it. */
  readonly want?: string;
  readonly unjudged?: string;
}

describe('a look at NGINX with the client certificate of the gateway', () => {
  const meetings: readonly Meeting[] = [
    { name: 'our certificate and our configuration', result: answered(200, ours) },
    {
      name: 'our certificate, and an answer of an application',
      result: answered(200, 'Hello API7!'),
      unjudged: 'does not report which configuration it has loaded',
    },
    {
      name: 'our certificate and what an earlier version of the operator wrote',
      result: answered(404, 'not found'),
      unjudged: 'does not report which configuration it has loaded',
    },
    {
      name: 'our certificate and the configuration of another resource',
      result: answered(200, ofAnother),
      unjudged: 'has loaded the configuration of another resource',
    },
    {
      name: 'our certificate and a former configuration',
      result: answered(200, former),
      want: 'lags NginxConfigNotLoaded',
    },
    {
      name: 'a former configuration and the previous certificate',
      result: answered(200, former, servedLeaf('bb')),
      want: 'lags NginxConfigNotLoaded',
    },
    {
      name: 'the previous certificate',
      result: answered(200, ours, servedLeaf('bb')),
      want: 'waits NginxReloading',
    },
    {
      name: 'the previous certificate, and no such page',
      result: answered(404, 'not found', servedLeaf('bb')),
      want: 'waits NginxReloading',
      unjudged: 'does not report which configuration it has loaded',
    },
    { name: 'its own refusal', result: answered(400, refusal), want: 'stops NginxRefuses' },
    {
      name: 'a 400 of an application',
      result: answered(400, 'no such item'),
      unjudged: 'does not report which configuration it has loaded',
    },
    {
      name: 'an alert',
      result: { kind: 'refused', alert: 48, moment: 'read' },
      want: 'stops NginxRefuses',
    },
    {
      name: 'a certificate of another CA',
      result: { kind: 'untrusted', reason: 'UnknownIssuer' },
      want: 'stops NginxCertificateWrong',
    },
    {
      name: 'nothing',
      result: { kind: 'unreachable', code: 'ECONNREFUSED' },
      want: 'fails NginxUnreachable',
    },
  ];
  for (const { name, result, want, unjudged } of meetings) {
    it(`that meets ${name}${want === undefined ? ' finds nothing wrong' : `: ${want}`}`, () => {
      const look = judgeWithCertificate(result, where, wanted);
      assert.equal(inShort(look.finding), want);
      if (unjudged === undefined) assert.equal(look.unjudged, undefined);
      else assert.ok(look.unjudged?.startsWith(`${where} ${unjudged}`), String(look.unjudged));
      if (look.finding !== undefined) assert.match(look.finding.failure.message, /^NGINX at 10\.0\.0\.7:8443 /);
    });
  }
});

describe('a look at NGINX without a client certificate', () => {
  for (const { name, result, want } of [
    { name: 'its own refusal', result: answered(400, refusal), want: undefined },
    { name: 'an answer', result: answered(200, 'Hello API7!'), want: 'stops NginxNotEnforcing' },
    { name: 'our own answer', result: answered(200, ours), want: 'stops NginxNotEnforcing' },
  ]) {
    it(`that meets ${name}${want === undefined ? ' finds nothing wrong' : `: ${want}`}`, () =>
      assert.equal(inShort(judgeWithoutCertificate(result, where)), want));
  }
});

describe('a look at NGINX with a revoked client certificate', () => {
  const notAccepted = '<html><head><title>400 The SSL certificate error</title></head></html>';
  const meetings: readonly Meeting[] = [
    { name: 'its own refusal', result: answered(400, notAccepted) },
    { name: 'an alert', result: { kind: 'refused', alert: 44, moment: 'read' } },
    { name: 'nothing, which others tell', result: { kind: 'unreachable', code: 'ECONNREFUSED' } },
    { name: 'an answer', result: answered(200, 'Hello API7!'), want: 'lags NginxAcceptsRevoked' },
    { name: 'a 400 of an application', result: answered(400, 'no such item'), want: 'lags NginxAcceptsRevoked' },
  ];
  for (const { name, result, want } of meetings) {
    it(`that meets ${name}${want === undefined ? ' finds nothing wrong' : `: ${want}`}`, () =>
      assert.equal(inShort(judgeRevoked(result, where)), want));
  }
});

describe('of several NGINX', () => {
  const finding = (weight: NginxFinding['weight']) => ({ weight, failure: transient('Some', weight) });
  for (const { weights, want } of [
    { weights: [], want: undefined },
    { weights: ['waits', 'lags'], want: 'lags' },
    { weights: ['lags', 'waits', 'fails'], want: 'fails' },
    { weights: ['fails', 'stops', 'lags'], want: 'stops' },
  ] as const) {
    it(`the worst counts: ${want} of ${weights.join(', ') || 'none'}`, () =>
      assert.equal(worstOf(weights.map(finding))?.weight, want));
  }
});
