import assert from 'node:assert/strict';
import { rivalsOf } from '../../src/gateway/api7-ee/rivals.ts';
import type { Json, ObservedObject } from '../../src/model/remote-object.ts';

const certificate = (id: string, cert: Json): ObservedObject => ({
  kind: 'certificates',
  id,
  body: { cert },
  labels: {},
});
const sni = (name: string, certificates: Json): ObservedObject => ({
  kind: 'snis',
  id: `sni-${name}`,
  body: { certificates },
  claims: [name],
  labels: {},
});
const ssl = (cert: Json, ...claims: readonly string[]): ObservedObject => ({
  kind: 'ssls',
  id: 'x',
  body: { cert },
  claims,
  labels: {},
});

/** One name, served with the certificate PEM. */
const found = [certificate('c', 'PEM\n'), sni('a.test', ['c'])];

describe('an object of ssls beside SNIs', () => {
  for (const { what, ssls, snis = found } of [
    { what: 'shows what the SNI of its name shows', ssls: ssl('PEM', 'a.test') },
    { what: 'shows it with other white space at its ends', ssls: ssl(' PEM\n\n', 'a.test') },
    {
      what: 'shows one of the certificates of its SNI',
      ssls: ssl('PEM', 'a.test'),
      snis: [...found, sni('a.test', ['d'])],
    },
    { what: 'claims no name', ssls: ssl('PEM') },
  ]) {
    it(`is no rival where it ${what}`, () => assert.deepEqual(rivalsOf(snis, [ssls]), []));
  }

  for (const { what, ssls, snis = found } of [
    { what: 'shows another certificate', ssls: ssl('OTHER', 'a.test') },
    { what: 'has a name that has no SNI', ssls: ssl('PEM', 'b.test') },
    { what: 'has one name more than the SNIs', ssls: ssl('PEM', 'a.test', 'b.test') },
    { what: 'shows no certificate', ssls: ssl(null, 'a.test') },
    { what: 'has a name of an SNI without certificates', ssls: ssl('PEM', 'a.test'), snis: [sni('a.test', null)] },
    {
      what: 'has a name of an SNI with what is no id',
      ssls: ssl('PEM', 'a.test'),
      snis: [...found.slice(0, 1), sni('a.test', [7])],
    },
    {
      what: 'shows a certificate that is of another kind by the same id',
      ssls: ssl('PEM', 'a.test'),
      snis: [{ ...certificate('c', 'PEM'), kind: 'ca_certificates' }, sni('a.test', ['c'])],
    },
    {
      what: 'has the name of what is no SNI',
      ssls: ssl('PEM', 'a.test'),
      snis: [...found.slice(0, 1), { ...sni('a.test', ['c']), kind: 'routes' }],
    },
  ]) {
    it(`is a rival where it ${what}`, () => assert.deepEqual(rivalsOf(snis, [ssls]), [{ ...ssls, rivals: 'snis' }]));
  }
});
