import assert from 'node:assert/strict';
import fc from 'fast-check';
import { adoptedAtMost, isObjectId, parseAdoption, parseHandover } from '../../src/api/adoption.ts';

const form = 'is not KIND/ID with snis, ssls, services, routes as KIND, and letters, digits, ".", "_" and "-" as ID';

describe('the annotation that names objects to take over', () => {
  it('names one, or several with or without spaces', () => {
    assert.deepEqual(parseAdoption('snis/a.b-c_1'), [{ kind: 'snis', id: 'a.b-c_1' }]);
    assert.deepEqual(parseAdoption('services/s, routes/r'), [
      { kind: 'services', id: 's' },
      { kind: 'routes', id: 'r' },
    ]);
  });

  for (const { name, text, says } of [
    { name: 'nothing', text: '', says: `entry 1 ${form}` },
    { name: 'an entry that is empty', text: 'snis/a,,snis/b', says: `entry 2 ${form}` },
    { name: 'a slash, which ends the path at another object', text: 'ssls/a/b', says: `entry 1 ${form}` },
    { name: 'a slash in disguise', text: 'ssls/a%2Fb', says: `entry 1 ${form}` },
    { name: 'a step up in the path', text: 'snis/..', says: `entry 1 ${form}` },
    { name: 'a step on the spot', text: 'snis/.', says: `entry 1 ${form}` },
    { name: 'a query', text: 'snis/a?gateway_group_id=other', says: `entry 1 ${form}` },
    { name: 'a line end', text: 'snis/a\n', says: undefined },
    { name: 'a line end inside', text: 'snis/a\nb', says: `entry 1 ${form}` },
    { name: 'a kind that others may refer to', text: 'certificates/a', says: `entry 1 ${form}` },
    { name: 'all of a kind', text: 'snis/*', says: `entry 1 ${form}` },
    { name: 'an id that is too long', text: `snis/${'a'.repeat(257)}`, says: `entry 1 ${form}` },
    { name: 'one twice', text: 'snis/a,snis/a', says: 'names an object twice' },
    {
      name: 'one more than it may',
      text: Array.from({ length: adoptedAtMost + 1 }, (_, index) => `snis/${index}`).join(','),
      says: 'names more than 32 objects',
    },
    {
      name: '10,000 of them',
      text: Array.from({ length: 10_000 }, (_, index) => `snis/${index}`).join(','),
      says: 'is longer than 32 objects need',
    },
  ]) {
    it(`with ${name} ${says === undefined ? 'is read' : 'is refused'}`, () => {
      const parsed = parseAdoption(text);
      if (says === undefined) assert.ok(typeof parsed !== 'string');
      else assert.equal(parsed, says);
    });
  }

  it('gives, of any text, ids that are one step of a path, or a sentence that quotes nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((id) => `snis/${id}`),
        ),
        (text) => {
          const parsed = parseAdoption(text);
          if (typeof parsed === 'string') return assert.match(parsed, /^(entry \d+ is not|names|is longer)/);
          for (const { kind, id } of parsed) {
            const { pathname, search } = new URL(`apisix/admin/${kind}/${id}`, 'https://gateway.test');
            assert.deepEqual([pathname, search], [`/apisix/admin/${kind}/${id}`, '']);
            assert.ok(isObjectId(id));
          }
        },
      ),
    );
  });
});

describe('the annotation that hands a Secret to a resource', () => {
  for (const { text, want } of [
    { text: undefined, want: undefined },
    { text: 'test-com', want: undefined },
    { text: 'Secret/test-com', want: undefined },
    { text: 'MtlsGateway/test-com', want: { kind: 'MtlsGateway', name: 'test-com' } },
    { text: 'MtlsUpstream/web', want: { kind: 'MtlsUpstream', name: 'web' } },
  ]) {
    it(`as ${text} ${want === undefined ? 'names none' : 'names it'}`, () =>
      assert.deepEqual(parseHandover(text), want));
  }
});
