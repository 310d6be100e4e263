import assert from 'node:assert/strict';
import { put } from '../../deploy/local/stand-in/admin/collection.ts';
import type { Route, Service } from '../../deploy/local/stand-in/api7-ee/bodies.ts';
import { dataPlaneOf } from '../../deploy/local/stand-in/api7-ee/data-plane.ts';
import { createGroup } from '../../deploy/local/stand-in/api7-ee/group.ts';
import { backendName } from '../../deploy/local/stand-in/data-plane/digest.ts';
import { ruleEntry } from '../../deploy/local/stand-in/data-plane/rules.ts';

const upstream = { name: 'default', scheme: 'http', nodes: [], retry_timeout: 0, pass_host: 'pass' } as const;

const service = (more: Partial<Service> = {}): Service => ({
  name: 's',
  type: 'http',
  strip_path_prefix: true,
  status: 1,
  upstream,
  ...more,
});
const route = (service_id: string, paths: readonly string[], more: Partial<Route> = {}): Route => ({
  name: 'r',
  service_id,
  paths,
  priority: 0,
  ...more,
});

/** Host, path and methods of each rule, in order, with the service's id for its name in NGINX. */
function linesOf(services: Readonly<Record<string, Service>>, routes: readonly Route[]): readonly string[] {
  const group = createGroup('default');
  for (const [id, body] of Object.entries(services)) put(group.services, id, body, 0);
  for (const [at, body] of routes.entries()) put(group.routes, `${at}`, body, 0);
  let text = ruleEntry(dataPlaneOf(group)).get('rules') ?? '';
  for (const id of Object.keys(services)) text = text.replaceAll(backendName(id), id);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/\t$/, '').replaceAll('\t', ' '));
}

describe('the routing rules of the stand-in', () => {
  for (const { name, services, routes, want } of [
    { name: 'are none without a route', services: { a: service() }, routes: [], want: [] },
    {
      name: 'name each host and path once',
      services: { a: service({ hosts: ['X.test', 'y.test'] }) },
      routes: [route('a', ['/p', '/q'], { methods: ['GET', 'HEAD'] })],
      want: ['x.test /p GET,HEAD a 0', 'x.test /q GET,HEAD a 0', 'y.test /p GET,HEAD a 0', 'y.test /q GET,HEAD a 0'],
    },
    {
      name: 'put the nearer host first',
      services: { any: service(), wild: service({ hosts: ['*.test'] }), exact: service({ hosts: ['a.test'] }) },
      routes: [route('any', ['/exact']), route('wild', ['/*']), route('exact', ['/*'])],
      want: ['a.test /*  exact 0', '*.test /*  wild 0', ' /exact  any 0'],
    },
    {
      name: 'put an exact path before a prefix, and a longer prefix before a shorter',
      services: { a: service() },
      routes: [route('a', ['/*']), route('a', ['/long/*']), route('a', ['/x'])],
      want: [' /x  a 0', ' /long/*  a 0', ' /*  a 0'],
    },
    {
      name: 'put the higher priority first for one path',
      services: { low: service(), high: service() },
      routes: [route('low', ['/x']), route('high', ['/x'], { priority: 5 })],
      want: [' /x  high 0', ' /x  low 0'],
    },
    {
      name: 'begin with the path prefix of the service, and take it off',
      services: {
        a: service({ path_prefix: '/api/' }),
        b: service({ path_prefix: '/kept', strip_path_prefix: false }),
      },
      routes: [route('a', ['/x']), route('b', ['/y'])],
      want: [' /kept/y  b 0', ' /api/x  a 4'],
    },
    {
      name: 'carry what a route answers by itself, unless its plugin is switched off',
      services: { a: service() },
      routes: [
        route('a', ['/x'], { plugins: { 'fault-injection': { abort: { http_status: 403 } } } }),
        route('a', ['/y'], {
          plugins: { 'fault-injection': { abort: { http_status: 403 }, _meta: { disable: true } } },
        }),
      ],
      want: [
        ` /x  a 0 ${Buffer.from('return {{status=403,body="",percentage=100,always=true,vars={}}}').toString('base64')}`,
        ' /y  a 0',
      ],
    },
    {
      name: 'leave out a service that is switched off',
      services: { a: service({ status: 0 }) },
      routes: [route('a', ['/x'])],
      want: [],
    },
  ]) {
    it(name, () => assert.deepEqual(linesOf(services, routes), want));
  }
});
