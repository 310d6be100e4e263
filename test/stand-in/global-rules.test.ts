import assert from 'node:assert/strict';
import { type AdminApi, openAdminApi } from './admin-api.ts';
import { type ApisixApi, openApisixApi } from './apisix-api.ts';

const condition = ['ssl_client_serial', 'in', ['AB']];
const abort = (fields: object = {}) => ({ http_status: 403, body: 'revoked', vars: [[condition]], ...fields });
const rule = (fields: object = {}) => ({ plugins: { 'fault-injection': { abort: abort(fields) } } });
const withVars = (...vars: readonly unknown[]) => rule({ vars });

interface Case {
  readonly name: string;
  readonly body: object;
  readonly says?: string;
}

/** Measured on Apache APISIX 3.18 (what is refused, with which words), and read in lua-resty-expr. */
const cases: readonly Case[] = [
  { name: 'one with conditions', body: rule() },
  { name: 'one without', body: { plugins: { 'fault-injection': { abort: { http_status: 403 } } } } },
  { name: 'nested expressions', body: withVars(['OR', [condition, condition], ['AND', condition, condition]]) },
  { name: 'an expression that is negated', body: withVars([['ssl_client_serial', '!', 'in', ['AB']]]) },
  { name: 'a plugin that it does not have', body: { plugins: { nope: {} } }, says: 'unknown plugin [nope]' },
  { name: 'an operator that is none', body: withVars([['a', 'like', 'b']]), says: "invalid operator 'like'" },
  { name: 'a condition alone', body: withVars(['a', '==', 'b']), says: 'rule should be wrapped inside brackets' },
  { name: 'an OR of one', body: withVars(['OR', [condition]]), says: 'rule too short' },
  { name: 'a text for an expression', body: withVars([condition, 'x']), says: 'rule should be a table' },
  { name: '21 expressions', body: withVars(...Array.from({ length: 21 }, () => [condition])), says: '20' },
  { name: 'no plugins', body: {}, says: 'plugins' },
  { name: 'labels', body: { ...rule(), labels: { a: 'b' } }, says: 'labels' },
  { name: 'a description', body: { ...rule(), desc: 'x' }, says: 'desc' },
];

describe('global rules of the stand-in', () => {
  describe('as Apache APISIX', () => {
    let api: ApisixApi;
    beforeEach(() => {
      api = openApisixApi();
    });
    afterEach(() => api.close());

    for (const { name, body, says } of cases) {
      it(`${says === undefined ? 'takes' : 'refuses'} ${name}`, async () => {
        const { status, text } = await api.send('PUT', 'global_rules/one', body);
        assert.equal(status, says === undefined ? 201 : 400, text);
        assert.ok(text.includes(says ?? ''), text);
      });
    }

    it('has each plugin in one rule only, and takes another one in a second', async () => {
      await api.put('global_rules/one', rule());
      await api.put('global_rules/one', rule({ http_status: 401 }));
      await api.put('global_rules/two', { plugins: { prometheus: {} } });
      const { status, body } = await api.send('PUT', 'global_rules/three', rule());
      assert.equal(status, 400);
      assert.deepEqual(body, {
        error_msg: 'plugin fault-injection already exists in global rule with id one',
      });
      assert.equal((await api.send('DELETE', 'global_rules/one')).status, 200);
      assert.equal((await api.send('PUT', 'global_rules/three', rule())).status, 201);
    });

    it('lists them as they were sent, and tells the data plane', async () => {
      await api.put('global_rules/one', rule());
      const { body } = await api.send('GET', 'global_rules');
      const [{ value }] = body['list'] as readonly [{ value: object }];
      assert.deepEqual(
        { ...value, create_time: 0, update_time: 0 },
        { ...rule(), id: 'one', create_time: 0, update_time: 0 },
      );
      assert.deepEqual(api.product.dataPlane().aborts, [abort()]);
    });
  });

  describe('as API7 Enterprise', () => {
    let api: AdminApi;
    beforeEach(() => {
      api = openAdminApi();
    });
    afterEach(() => api.close());
    const put = (id: string, body: object) => api.call({ method: 'PUT', url: api.inGroup(`global_rules/${id}`), body });

    for (const { name, body, says } of cases) {
      it(`${says === undefined ? 'takes' : 'refuses'} ${name}`, async () => {
        const { status, text } = await put('fault-injection', body);
        assert.equal(status, says === undefined ? 200 : 400, text);
        assert.ok(text.includes(says ?? '') || says === '20', text);
      });
    }

    it('has each plugin in one rule of a group only', async () => {
      assert.equal((await put('fault-injection', rule())).status, 200);
      const { status, text } = await put('other', rule());
      assert.equal(status, 400);
      assert.ok(text.includes('plugin fault-injection already exists in global rule with id fault-injection'), text);
    });

    it('lists them, and tells the data plane', async () => {
      await put('fault-injection', rule());
      const { body } = await api.call({ method: 'GET', url: api.inGroup('global_rules') });
      assert.deepEqual(
        (body['list'] as readonly { id: string }[]).map(({ id }) => id),
        ['fault-injection'],
      );
      assert.deepEqual(api.product.dataPlane().aborts, [abort()]);
    });
  });
});
