import assert from 'node:assert/strict';
import * as apisix from '../../src/gateway/apisix/payload.ts';
import { opensAsSni, opensAsSsl } from '../../src/gateway/open.ts';
import type { GatewayState, Owner } from '../../src/model/gateway-state.ts';
import type { JsonObject } from '../../src/model/remote-object.ts';
import { flavours } from './flavours.ts';

const state = (exemptPaths: readonly string[]): GatewayState => ({
  kind: 'client-facing',
  hosts: ['a.test'],
  server: { chainPem: 'CHAIN', keyPem: 'KEY', sha256Fingerprint: 'ab' },
  clientTrust: [{ pem: 'CA', sha256Fingerprint: 'cd' }],
  verification: { exemptPaths },
});
const owner: Owner = { cluster: 'c', kind: 'MtlsGateway', namespace: 'shop', name: 'web', uid: 'u' };

describe('an object of a gateway that serves a name', () => {
  const client = { ca: 'PEM', depth: 1 };
  const rows: readonly { readonly what: string; readonly body: JsonObject; readonly isOpen: boolean }[] = [
    { what: 'without client', body: {}, isOpen: true },
    { what: 'with a client without a CA', body: { client: { depth: 1 } }, isOpen: true },
    { what: 'with an empty CA', body: { client: { ca: '' } }, isOpen: true },
    { what: 'with a CA', body: { client }, isOpen: false },
    { what: 'with a CA and exempt paths', body: { client: { ...client, skip_mtls_uri_regex: ['^/a'] } }, isOpen: true },
    { what: 'with a CA and no exempt path', body: { client: { ...client, skip_mtls_uri_regex: [] } }, isOpen: false },
    { what: 'that is switched off', body: { status: 0 }, isOpen: false },
    { what: 'that is switched on', body: { status: 1 }, isOpen: true },
  ];
  for (const { what, body, isOpen } of rows) {
    it(`asks ${isOpen ? 'not everybody' : 'everybody'} for a certificate as an ssls ${what}`, () => {
      assert.deepEqual(opensAsSsl(body), isOpen ? { isOpen } : {});
    });
  }

  for (const { name, compile } of flavours) {
    it(`is seen as it was compiled for ${name}`, () => {
      for (const { kind, claims, isOpen, body } of compile(state([]), owner)) {
        const seen = kind === 'snis' ? opensAsSni(body) : opensAsSsl(body);
        if (claims !== undefined) assert.deepEqual([seen, isOpen], [{}, undefined]);
      }
    });
  }

  it('is seen as it was compiled with exempt paths, for Apache APISIX', () => {
    const [ssl] = apisix.compile(state(['/healthz']), owner, { verifiesUpstream: false });
    assert.deepEqual([opensAsSsl(ssl?.body ?? {}), ssl?.isOpen], [{ isOpen: true }, true]);
  });

  for (const { what, body, isOpen } of [
    { what: 'without mtls', body: {}, isOpen: true },
    { what: 'with mtls that is not on', body: { mtls: { enabled: false, ca_certificates: ['a'] } }, isOpen: true },
    { what: 'with mtls and no CA', body: { mtls: { enabled: true, ca_certificates: [] } }, isOpen: true },
    { what: 'with mtls', body: { mtls: { enabled: true, ca_certificates: ['a'] } }, isOpen: false },
  ]) {
    it(`asks ${isOpen ? 'nobody' : 'everybody'} for a certificate as an SNI ${what}`, () => {
      assert.deepEqual(opensAsSni(body), isOpen ? { isOpen } : {});
    });
  }
});
