import assert from 'node:assert/strict';
import { type AdminApi, groupToken, openAdminApi, userToken } from './admin-api.ts';
import { fill } from './objects.ts';

describe('the Admin API of the stand-in', () => {
  let api: AdminApi;
  before(async () => {
    api = openAdminApi();
    await fill(api);
  });
  after(() => api.close());

  describe('asks who is there', () => {
    const basic = { authorization: `Basic ${Buffer.from(`admin:${userToken}`).toString('base64')}` };
    for (const { name, headers, group, want } of [
      { name: 'nobody', headers: {}, group: true, want: 401 },
      { name: 'a wrong token', headers: { 'x-api-key': 'a7ee-wrong' }, group: true, want: 401 },
      { name: 'HTTP Basic', headers: basic, group: true, want: 401 },
      { name: 'a user', headers: { 'x-api-key': userToken }, group: true, want: 200 },
      { name: 'a user who names no group', headers: { 'x-api-key': userToken }, group: false, want: 400 },
      { name: "a group's key, which implies the group", headers: { 'x-api-key': groupToken }, group: false, want: 200 },
    ]) {
      it(`answers ${name}: ${want}`, async () => {
        const url = `/apisix/admin/certificates/leaf${group ? `?gateway_group_id=${api.group.id}` : ''}`;
        const answer = await api.call({ method: 'GET', url, headers });
        assert.equal(answer.status, want);
        assert.equal(typeof answer.body['error_msg'], want === 200 ? 'undefined' : 'string');
      });
    }
  });

  describe('knows paths, groups and objects', () => {
    for (const { name, url, want } of [
      { name: 'its version', url: '/api/version', want: 200 },
      { name: 'its status', url: '/api/status', want: 200 },
      { name: 'another path', url: '/apisix/admin/upstreams', want: 404 },
      { name: 'another object', url: '/apisix/admin/snis/none?gateway_group_id=GROUP', want: 404 },
      { name: 'another group', url: '/apisix/admin/snis?gateway_group_id=none', want: 404 },
      { name: 'an object of another group', url: '/apisix/admin/snis/a?gateway_group_id=OTHER', want: 404 },
      { name: 'another query parameter', url: '/apisix/admin/snis?gateway_group_id=GROUP&domain=a.test', want: 400 },
    ]) {
      it(`answers ${name}: ${want}`, async () => {
        const filled = url.replace('GROUP', api.group.id).replace('OTHER', api.groups[1]?.id ?? '');
        assert.equal((await api.call({ method: 'GET', url: filled })).status, want);
      });
    }
  });
});
