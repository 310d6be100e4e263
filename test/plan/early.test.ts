import assert from 'node:assert/strict';
import type { CertificateStatus } from '../../src/api/status.ts';
import { isEarly, startPatience } from '../../src/plan/status/early.ts';
import { certificateStatus } from '../../src/plan/status/status.ts';
import { transient } from '../../src/std/failure.ts';
import { aGatewayResource, caRequest, issued, now } from './given.ts';

/** Made an hour before `now`, at which the certificate is issued. */
const resource = aGatewayResource();
const made = Temporal.Instant.from(resource.metadata.creationTimestamp);
const certificate = certificateStatus(caRequest, await issued(caRequest));
const second = { seconds: 1 };

describe('a failure that may be nothing but the start', () => {
  const cases: readonly {
    readonly name: string;
    readonly reason?: string;
    readonly at: Temporal.Instant;
    readonly certificates?: readonly CertificateStatus[];
    readonly want: boolean;
  }[] = [
    { name: 'in the moment in which the resource is made', at: made, want: true },
    { name: 'by a clock that is behind', at: made.subtract({ hours: 1 }), want: true },
    { name: 'just before patience ends', at: made.add(startPatience).subtract(second), want: true },
    { name: 'when patience ends', at: made.add(startPatience), want: false },
    { name: 'as another failure', reason: 'GatewayError', at: made, want: false },
    { name: 'as one that nobody knows', reason: 'Unheard', at: made, want: false },
    { name: 'when a certificate was just issued', at: now.add(second), certificates: [certificate], want: true },
    {
      name: 'when patience with that ends',
      at: now.add(startPatience),
      certificates: [certificate],
      want: false,
    },
    {
      name: 'when a certificate that somebody brought along has just begun',
      at: now.add(second),
      certificates: [{ ...certificate, external: true }],
      want: false,
    },
  ];
  for (const { name, reason = 'NginxUnreachable', at, certificates = [], want } of cases)
    it(`is ${want ? '' : 'not '}taken for it ${name}`, () =>
      assert.equal(isEarly(transient(reason, 'x'), resource, certificates, at), want));
});
