/** Answers of the Admin API of API7 Enterprise that the operator relies on. */
import type { Gateway } from '../gateway.ts';
import { hasReferences, isApi7Ee, type Row, type Section, type World } from '../row.ts';

const isOlder = ({ dialect }: Gateway) => dialect === 'ssls';

/** The same row for both kinds: paths differ, answers do not. */
const forBoth = (make: (kind: 'certificates' | 'ssls', body: (world: World) => object) => Row): readonly Row[] => [
  { when: hasReferences, ...make('certificates', ({ clients }) => ({ name: 'conformance', ...clients.right })) },
  { when: isOlder, ...make('ssls', ({ clients }) => ({ name: 'conformance', type: 'client', ...clients.right })) },
];

export const adminApi7Ee: Section = {
  section: 'the Admin API of API7 Enterprise',
  documents: 'documents, clients and tests of clients of API7 Enterprise',
  when: isApi7Ee,
  rows: [
    {
      row: 'says its version',
      ask: () => ({ by: 'admin', method: 'GET', path: 'api/version' }),
      want: /^200 \{"value":"(v?\d+\.\d+|dev)/,
    },
    {
      row: 'wants a token',
      ask: ({ door }) => ({ by: 'admin', method: 'GET', path: door.pathOf('services'), token: '' }),
      want: /^401 /,
    },
    {
      row: 'wants the right token',
      ask: ({ door }) => ({ by: 'admin', method: 'GET', path: door.pathOf('services'), token: 'a7ee-wrong' }),
      want: /^401 /,
    },
    {
      row: 'lists gateway groups with id and name',
      ask: () => ({ by: 'admin', method: 'GET', path: 'api/gateway_groups' }),
      want: /^200 (?=.*"total":\d)(?=.*"list":\[\{)(?=.*"id":")(?=.*"name":")/,
    },
    {
      row: 'takes the order of a list',
      ask: ({ door }) => ({
        by: 'admin',
        method: 'GET',
        path: door.pathOf('services', undefined, {
          order_by: 'created_at',
          direction: 'desc',
          page: '1',
          page_size: '500',
        }),
      }),
      want: /^200 (?=.*"total":\d)(?=.*"list":\[)/,
    },
    ...forBoth((kind, body) => ({
      row: 'answers a new object with 200, without its key',
      ask: (world) => ({
        by: 'admin',
        method: 'PUT',
        path: world.door.pathOf(kind, world.id('new')),
        body: body(world),
      }),
      want: /^200 \{"value":\{(?!.*PRIVATE KEY)/,
    })),
    ...forBoth((kind) => ({
      row: 'shows an object without its key, with its times',
      ask: ({ door, id }) => ({ by: 'admin', method: 'GET', path: door.pathOf(kind, id('new')) }),
      want: /^200 \{"value":\{(?!.*PRIVATE KEY)(?=.*"exptime":\d)(?=.*"created_at":\d)/,
    })),
    ...forBoth((kind) => ({
      row: 'lists objects',
      ask: ({ door }) => ({ by: 'admin', method: 'GET', path: door.pathOf(kind) }),
      want: /^200 (?!.*PRIVATE KEY)(?=.*"total":\d)(?=.*"list":\[\{)/,
    })),
    ...forBoth((kind) => ({
      row: 'does not know what is not there',
      ask: ({ door, id }) => ({ by: 'admin', method: 'GET', path: door.pathOf(kind, id('none')) }),
      want: /^404 /,
    })),
    ...forBoth((kind, body) => ({
      row: 'refuses a certificate that is none',
      ask: (world) => ({
        by: 'admin',
        method: 'PUT',
        path: world.door.pathOf(kind, world.id('bad')),
        body: { ...body(world), cert: 'x'.repeat(200) },
      }),
      want: /^400 \{"error_msg":/,
    })),
    {
      row: 'refuses ids beyond 256 characters',
      ask: ({ door, id }) => ({
        by: 'admin',
        method: 'PUT',
        path: door.pathOf('services', id('x'.repeat(257))),
        body: { name: 'long', type: 'http', upstream: { nodes: [] } },
      }),
      want: /^400 /,
    },
    {
      row: 'does not have certificates as objects of their own',
      when: isOlder,
      ask: ({ door }) => ({ by: 'admin', method: 'GET', path: door.pathOf('certificates') }),
      want: /^404 /,
    },
    {
      row: 'lists ssls beside SNIs, or has no such collection',
      when: hasReferences,
      ask: ({ door }) => ({ by: 'admin', method: 'GET', path: door.pathOf('ssls') }),
      want: /^(200 (?=.*"total":\d)(?=.*"list":\[)|404 )/,
    },
    {
      row: 'refuses an SNI whose certificate is not there',
      when: hasReferences,
      ask: ({ door, id, host }) => ({
        by: 'admin',
        method: 'PUT',
        path: door.pathOf('snis', id('bad')),
        body: { name: 'bad', domain: host('bad'), certificates: [id('none')] },
      }),
      want: /^400 /,
    },
    {
      row: 'refuses a service whose client certificate is not there',
      ask: ({ door, id }) => ({
        by: 'admin',
        method: 'PUT',
        path: door.pathOf('services', id('bad')),
        body: {
          name: 'bad',
          type: 'http',
          upstream: { nodes: [], client_certificate: id('none') },
        },
      }),
      want: /^400 /,
    },
    {
      row: 'says before it is sent what it would refuse, and stores nothing',
      when: hasReferences,
      ask: ({ door, id }) => ({
        by: 'admin',
        method: 'POST',
        path: door.pathOf('configs/validate'),
        body: {
          services: [
            { id: id('asked'), name: 'asked', type: 'http', upstream: { nodes: [] } },
            { id: id('bad'), name: 'bad', type: 'http', upstream: { nodes: [{ host: '' }] } },
          ],
        },
      }),
      want: /^400 (?=.*"errors":\[\{)(?=.*"resource_type":"services")/,
    },
    {
      row: 'has nothing of what it was only asked about',
      when: hasReferences,
      ask: ({ door, id }) => ({ by: 'admin', method: 'GET', path: door.pathOf('services', id('asked')) }),
      want: /^404 /,
    },
    {
      row: 'patches by RFC 6902',
      objects: ({ id }) => [
        { kind: 'services', id: id('sv'), body: { name: 'sv', type: 'http', upstream: { nodes: [] } } },
      ],
      ask: ({ door, id }) => ({
        by: 'admin',
        method: 'PATCH',
        path: door.pathOf('services', id('sv')),
        body: [{ op: 'add', path: '/desc', value: 'patched' }],
      }),
      want: /^200 .*"desc":"patched"/,
    },
    {
      row: 'takes the number of retries of an upstream',
      surprise: 17,
      ask: ({ door, id }) => ({
        by: 'admin',
        method: 'PUT',
        path: door.pathOf('services', id('sv')),
        body: { name: 'sv', type: 'http', upstream: { nodes: [], retries: 2 } },
      }),
      want: /^200 .*"retries":2/,
    },
    {
      row: 'lists routes by service only',
      ask: ({ door }) => ({ by: 'admin', method: 'GET', path: door.pathOf('routes') }),
      want: /^400 /,
    },
    {
      row: 'lists the routes of a service',
      objects: ({ id }) => [
        { kind: 'routes', id: id('rt'), body: { name: 'rt', service_id: id('sv'), paths: ['/x'] } },
      ],
      ask: ({ door, id }) => ({
        by: 'admin',
        method: 'GET',
        path: door.pathOf('routes', undefined, { service_id: id('sv') }),
      }),
      want: /^200 (?=.*"total":1)(?=.*"paths":\["\/x"\])/,
    },
    {
      row: 'removes the routes of a service with it',
      removed: ({ id }) => [{ kind: 'services', id: id('sv') }],
      ask: ({ door, id }) => ({ by: 'admin', method: 'GET', path: door.pathOf('routes', id('rt')) }),
      want: /^404 /,
    },
    ...forBoth((kind) => ({
      row: 'deletes what nobody uses',
      ask: ({ door, id }) => ({ by: 'admin', method: 'DELETE', path: door.pathOf(kind, id('new')) }),
      want: /^20[0-4] /,
    })),
  ],
};
