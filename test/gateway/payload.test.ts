import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { compile, kinds } from '../../src/gateway/api7-ee/payload.ts';
import type { GatewayState, Owner } from '../../src/model/gateway-state.ts';
import { describeGolden, goldenCases } from '../harness/golden.ts';

interface Case {
  readonly owner: Owner;
  readonly state: GatewayState;
}

const suite = { directory: 'api7-ee', input: '.in.yaml', output: '.out.json' };

const compileCase = (text: string) => {
  const { owner, state } = parse(text) as Case;
  return compile(state, owner);
};

describeGolden(suite, (text) => {
  const requests = compileCase(text).map(({ kind, id, body }) => ({
    request: `PUT /apisix/admin/${kind}/${id}`,
    body,
  }));
  return `${JSON.stringify(requests, null, 2)}\n`;
});

describe('payloads for API7 Enterprise >= 3.6', () => {
  for (const { name, input } of goldenCases(suite)) {
    const objects = compileCase(input);

    it(`${name}: every object comes after those it refers to`, () => {
      const positions = objects.map(({ kind }) => (kinds as readonly string[]).indexOf(kind));
      assert.deepEqual(positions, positions.toSorted());
    });

    it(`${name}: ids fit every version (64 characters, no slash)`, () => {
      for (const { id } of objects) assert.match(id, /^[A-Za-z0-9._-]{1,64}$/);
    });

    it(`${name}: a private key is only in the field of a certificate that answers leave out`, () => {
      for (const { kind, body } of objects) {
        const { key: _, ...rest } = body;
        assert.doesNotMatch(JSON.stringify(kind === 'certificates' ? rest : body), /PRIVATE KEY/);
      }
    });
  }

  it('gives a new upstream client certificate a new id, and keeps every other id', () => {
    const [input] = goldenCases(suite)
      .filter(({ name }) => name === 'upstream')
      .map(({ input }) => input);
    const { owner, state } = parse(input ?? '') as Case;
    assert.ok(state.kind === 'upstream');
    const renewed = { ...state, client: { ...state.client, serialNumber: 'ffff' } };
    const ids = (of: GatewayState) => compile(of, owner).map(({ kind, id }) => `${kind}/${id}`);
    const before = ids(state);
    const after = ids(renewed);
    assert.deepEqual(after.filter((id) => !before.includes(id)).length, 1);
    assert.match(after.find((id) => !before.includes(id)) ?? '', /^certificates\/.*-client-ffff$/);
  });

  it('keeps the id of the server certificate when its content changes', () => {
    const { owner, state } = parse(goldenCases(suite).find(({ name }) => name === 'two-hosts')?.input ?? '') as Case;
    assert.ok(state.kind === 'client-facing');
    const renewed = { ...state, server: { ...state.server, chainPem: 'NEW', serialNumber: 'ffff' } };
    assert.deepEqual(
      compile(renewed, owner).map(({ id }) => id),
      compile(state, owner).map(({ id }) => id),
    );
  });
});
