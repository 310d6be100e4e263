import assert from 'node:assert/strict';
import { parse, stringify } from 'yaml';
import type { GatewayState, Owner } from '../../src/model/gateway-state.ts';
import { hashLabel } from '../../src/model/ownership.ts';
import type { JsonObject } from '../../src/model/remote-object.ts';
import { describeGolden, goldenCases } from '../harness/golden.ts';
import { type Flavour, flavours } from './flavours.ts';
import { readable } from './from-payload.ts';

interface Case {
  readonly owner: Owner;
  readonly state: GatewayState;
}

for (const flavour of flavours) describePayloads(flavour);

function describePayloads({
  name: product,
  directory,
  kinds,
  compile,
  withKey,
  verifiesUpstream,
  parseBack,
}: Flavour): void {
  const suite = { directory, input: '.in.yaml', output: '.out.yaml' };

  const compileCase = (text: string) => {
    const { owner, state } = parse(text) as Case;
    return compile(state, owner);
  };

  describeGolden(suite, (text) => {
    const requests = compileCase(text).map(({ kind, id, body }) => ({
      request: `PUT /apisix/admin/${kind}/${id}`,
      body,
    }));
    return stringify(requests, { aliasDuplicateObjects: false, lineWidth: 0 });
  });

  describe(`payloads for ${product}`, () => {
    for (const { name, input } of goldenCases(suite)) {
      const objects = compileCase(input);

      it(`${name}: every object comes after those it refers to`, () => {
        const positions = objects.map(({ kind }) => kinds.indexOf(kind));
        assert.deepEqual(positions, positions.toSorted());
      });

      it(`${name}: ids fit every version (64 characters, no slash)`, () => {
        for (const { id } of objects) assert.match(id, /^[A-Za-z0-9._-]{1,64}$/);
      });

      it(`${name}: a private key is only in the field that answers leave out`, () => {
        for (const { kind, body } of objects) {
          const { key: _, ...rest } = body;
          assert.doesNotMatch(JSON.stringify(kind === withKey ? rest : body), /PRIVATE KEY/);
        }
      });

      it(`${name}: what was compiled, read back, is what was asked for`, () => {
        assert.deepEqual(parseBack(objects), readable((parse(input) as Case).state, verifiesUpstream));
      });

      it(`${name}: names of hosts are claimed, in lower case`, () => {
        const { state } = parse(input) as Case;
        const hosts = state.kind === 'client-facing' ? state.hosts.map((host) => host.toLowerCase()) : [];
        assert.deepEqual(objects.flatMap(({ claims = [] }) => claims).sort(), hosts.toSorted());
      });
    }

    const caseOf = (wanted: string) =>
      parse(goldenCases(suite).find(({ name }) => name === wanted)?.input ?? '') as Case;
    const idsOf = (state: GatewayState, owner: Owner) => compile(state, owner).map(({ kind, id }) => `${kind}/${id}`);
    const hashesOf = (state: GatewayState, owner: Owner) =>
      compile(state, owner).map(({ kind, body }) => `${kind} ${(body['labels'] as JsonObject)[hashLabel]}`);

    it('gives a new upstream client certificate a new id, and keeps every other id', () => {
      const { owner, state } = caseOf('upstream');
      assert.ok(state.kind === 'upstream');
      const before = idsOf(state, owner);
      const after = idsOf({ ...state, client: { ...state.client, sha256Fingerprint: 'ffff' } }, owner);
      assert.deepEqual(
        after.filter((id) => !before.includes(id)).map((id) => id.replace(/mtls-\w+/, 'mtls')),
        [`${withKey}/mtls-client-ffff`],
      );
    });

    it('keeps the id of the server certificate when its content changes', () => {
      const { owner, state } = caseOf('two-hosts');
      assert.ok(state.kind === 'client-facing');
      const renewed = { ...state, server: { ...state.server, chainPem: 'NEW', sha256Fingerprint: 'ffff' } };
      assert.deepEqual(idsOf(renewed, owner), idsOf(state, owner));
    });

    it('shows a key that alone has changed by the hash of its certificate, and by no other', () => {
      const { owner, state } = caseOf('two-hosts');
      assert.ok(state.kind === 'client-facing');
      const before = hashesOf(state, owner);
      const after = hashesOf({ ...state, server: { ...state.server, keyPem: 'NEW' } }, owner);
      assert.deepEqual(
        after.filter((hash) => !before.includes(hash)).map((hash) => hash.split(' ')[0]),
        [withKey],
      );
    });

    it('leaves an id its 64 characters, half a fingerprint among them', () => {
      const { owner, state } = caseOf('upstream');
      assert.ok(state.kind === 'upstream');
      const long = compile({ ...state, client: { ...state.client, sha256Fingerprint: 'f'.repeat(64) } }, owner);
      for (const { id } of long) assert.match(id, /^[A-Za-z0-9._-]{1,64}$/);
      assert.equal(long.filter(({ id }) => /[^f]f{32}$/.test(id)).length, 1);
    });

    if (kinds.some((kind) => kind === 'ssls')) {
      const { owner, state } = caseOf('two-hosts');
      assert.ok(state.kind === 'client-facing');

      it('lets nothing stand beside the names and the verification that are desired: it could let somebody in', () => {
        const [ssl] = compile(state, owner);
        assert.deepEqual([...(ssl?.exact ?? [])].sort(), ['client', 'snis']);
      });

      it('has names in lower case, by which they are matched', () => {
        const upper = { ...state, hosts: state.hosts.map((host) => host.toUpperCase()) };
        assert.notDeepEqual(upper.hosts, state.hosts);
        assert.deepEqual(compile(upper, owner), compile(state, owner));
      });
    }

    it('is the same for hosts, routes, methods and paths in any order', () => {
      const gateway = caseOf('two-hosts');
      const upstream = caseOf('upstream-with-hosts');
      assert.ok(gateway.state.kind === 'client-facing' && upstream.state.kind === 'upstream');
      const { service } = upstream.state;
      const routes = [
        { name: 'b', methods: ['PUT', 'GET'], paths: ['/b', '/a'] },
        { name: 'a', methods: ['GET'], paths: ['/'] },
      ];
      const turned = routes.toReversed().map((route) => ({
        ...route,
        methods: route.methods.toReversed(),
        paths: route.paths.toReversed(),
      }));
      const withRoutes = { ...upstream.state, service: { ...service, routes } };
      const other = { ...upstream.state, service: { ...service, hosts: service.hosts.toReversed(), routes: turned } };
      assert.deepEqual(compile(other, upstream.owner), compile(withRoutes, upstream.owner));
      const hosts = gateway.state.hosts.toReversed();
      assert.deepEqual(compile({ ...gateway.state, hosts }, gateway.owner), compile(gateway.state, gateway.owner));
    });

    for (const { name, input } of goldenCases(suite)) {
      const objects = compileCase(input);

      it(`${name}: names are told apart and fit every version (100 characters)`, () => {
        const names = objects.flatMap(({ kind, body }) =>
          body['name'] === undefined ? [] : [`${kind} ${body['name']}`],
        );
        assert.equal(new Set(names).size, names.length);
        for (const { body } of objects) assert.ok(String(body['name'] ?? '').length <= 100);
      });

      it(`${name}: every object that is referred to is made before`, () => {
        const made: string[] = [];
        for (const { id, body } of objects) {
          const { labels: _, name: __, ...fields } = body;
          const named = JSON.stringify(fields).match(/mtls-[0-9a-f]{16}-[\w-]+/g) ?? [];
          assert.deepEqual(
            named.filter((reference) => !made.includes(reference)),
            [],
          );
          made.push(id);
        }
      });

      it(`${name}: labels hold no white space, which older versions refuse`, () => {
        for (const { body } of objects) {
          for (const label of Object.values(body['labels'] as JsonObject)) assert.match(String(label), /^\S+$/);
        }
      });
    }
  });
}
