/** Answers of the Admin API of APISIX that the operator relies on. */
import { isApisix, type Row, type Section, type World } from '../row.ts';

/** An object with the fields of a client certificate, which takes no name. */
const body = ({ clients }: World) => ({ type: 'client', ...clients.right });
const at =
  (label: string, kind = 'ssls') =>
  ({ door, id }: World) =>
    door.pathOf(kind, id(label));

const put = (row: string, label: string, change: (world: World) => unknown, want: RegExp, surprise?: number): Row => ({
  row,
  ...(surprise === undefined ? {} : { surprise }),
  ask: (world) => ({ by: 'admin', method: 'PUT', path: at(label)(world), body: change(world) }),
  want,
});
const get = (row: string, path: (world: World) => string, want: RegExp, surprise?: number): Row => ({
  row,
  ...(surprise === undefined ? {} : { surprise }),
  ask: (world) => ({ by: 'admin', method: 'GET', path: path(world) }),
  want,
});

export const adminApisix: Section = {
  section: 'the Admin API of APISIX',
  measured: 'Admin API, what PUT accepts, deletion',
  when: isApisix,
  rows: [
    {
      row: 'wants a key',
      ask: ({ door }) => ({ by: 'admin', method: 'GET', path: door.pathOf('ssls'), token: '' }),
      want: /^401 .*missing apikey/,
    },
    {
      row: 'wants the right key',
      ask: ({ door }) => ({ by: 'admin', method: 'GET', path: door.pathOf('ssls'), token: 'wrong' }),
      want: /^401 .*wrong apikey/,
    },
    put(
      'answers a new object with 201, its key encrypted',
      'new',
      body,
      /^201 \{"key":"\/apisix\/ssls\/|^201 .*"key":"(?!-)/,
    ),
    put('answers a replaced one with 200', 'new', body, /^200 /),
    get(
      'shows an object without its key, in an envelope',
      at('new'),
      /^200 (?!.*PRIVATE KEY)(?=.*"value":\{)(?=.*"createdIndex":)(?!.*"key":"[A-Za-z0-9+])/,
      4,
    ),
    get(
      'lists envelopes',
      ({ door }) => door.pathOf('ssls'),
      /^200 (?!.*PRIVATE KEY)(?=.*"total":\d+)(?=.*"list":\[\{)/,
    ),
    get(
      'writes an empty page as an object, which is no array',
      ({ door, id }) => door.pathOf('ssls', undefined, { label: id('none'), page: '1', page_size: '10' }),
      /^200 (?=.*"total":0\b)(?=.*"list":\{\})/,
      19,
    ),
    get(
      'and so a page past the end, with the total of all',
      ({ door }) => door.pathOf('ssls', undefined, { page: '100000', page_size: '500' }),
      /^200 (?=.*"total":[1-9])(?=.*"list":\{\})/,
      19,
    ),
    get('does not know what is not there', at('none'), /^404 \{"message":"Key not found"\}/),
    put(
      'refuses an object without its key',
      'bad',
      (w) => ({ ...body(w), key: undefined }),
      /^400 .*clause did not match/,
      5,
    ),
    put('refuses a time of its own answers', 'bad', (w) => ({ ...body(w), create_time: 1 }), /^400 .*create_time/),
    put('refuses an unknown field', 'bad', (w) => ({ ...body(w), bogus: 1 }), /^400 .*found bogus/),
    put('refuses a name, since ssls have none', 'bad', (w) => ({ ...body(w), name: 'x' }), /^400 .*found name/),
    put(
      'refuses a certificate that is none',
      'bad',
      (w) => ({ ...body(w), cert: 'x'.repeat(200) }),
      /^400 .*failed to parse cert/,
    ),
    put('refuses another id in the body', 'bad', (w) => ({ ...body(w), id: 'other' }), /^400 .*wrong ssl id/),
    put('takes an expired certificate', 'expired', ({ clients }) => ({ type: 'client', ...clients.expired }), /^201 /),
    put(
      'takes a label without spaces',
      'new',
      (w) => ({ ...body(w), labels: { a: 'b' } }),
      /^200 .*"labels":\{"a":"b"\}/,
    ),
    put('refuses a label with spaces', 'new', (w) => ({ ...body(w), labels: { a: 'b c' } }), /^400 /),
    {
      row: 'merges a patch',
      ask: (world) => ({ by: 'admin', method: 'PATCH', path: at('new')(world), body: { desc: 'x' } }),
      want: /^200 .*"desc":"x"/,
    },
    get('keeps the rest when it merges', at('new'), /^200 (?=.*"desc":"x")(?=.*"labels":\{"a":"b"\})/),
    {
      row: 'echoes a body that is no JSON',
      surprise: 11,
      ask: (world) => ({ by: 'admin', method: 'PUT', path: at('bad')(world), body: '{"echoed' }),
      want: /^400 .*"req_body":"\{\\"echoed"/,
    },
    {
      row: 'shows a private key that stands among the certificates',
      surprise: 11,
      objects: ({ id, clients: { right } }) => [
        { kind: 'ssls', id: id('leaky'), body: { type: 'client', cert: right.cert + right.key, key: right.key } },
      ],
      ask: (world) => ({ by: 'admin', method: 'GET', path: at('leaky')(world) }),
      want: /^200 .*PRIVATE KEY/,
    },
    {
      row: 'shows the key of an upstream, encrypted',
      surprise: 4,
      objects: ({ id, clients: { right } }) => [
        {
          kind: 'upstreams',
          id: id('inline'),
          body: { nodes: { '127.0.0.1:1': 1 }, tls: { client_cert: right.cert, client_key: right.key } },
        },
      ],
      ask: (world) => ({ by: 'admin', method: 'GET', path: at('inline', 'upstreams')(world) }),
      want: /^200 (?!.*PRIVATE KEY)(?=.*"client_key":"[A-Za-z0-9+/])/,
    },
    {
      row: 'cuts an id at its slash, and writes another object',
      surprise: 12,
      ask: (world) => ({ by: 'admin', method: 'PUT', path: `${at('new')(world)}/other`, body: body(world) }),
      want: /^200 .*"key":"\/apisix\/ssls\/[^/"]*"/,
    },
    {
      row: 'takes the number of retries of an upstream',
      surprise: 17,
      ask: (world) => ({
        by: 'admin',
        method: 'PUT',
        path: at('retried', 'upstreams')(world),
        body: { nodes: { '127.0.0.1:1': 1 }, retries: 2 },
      }),
      want: /^201 .*"retries":2/,
    },
    {
      row: 'refuses an upstream whose client certificate is not there',
      ask: (world) => ({
        by: 'admin',
        method: 'PUT',
        path: at('bad', 'upstreams')(world),
        body: { scheme: 'https', nodes: [], tls: { client_cert_id: world.id('none') } },
      }),
      want: /^400 .*failed to fetch ssl info by ssl id .*response code: 404/,
    },
    {
      row: 'takes unknown fields of tls',
      surprise: 8,
      objects: ({ id }) => [
        { kind: 'upstreams', id: id('used'), body: { nodes: { '127.0.0.1:1': 1 }, tls: { bogus: 1 } } },
      ],
      ask: (world) => ({ by: 'admin', method: 'GET', path: at('used', 'upstreams')(world) }),
      want: /^200 /,
    },
    {
      row: 'refuses a service whose upstream is not there',
      ask: (world) => ({
        by: 'admin',
        method: 'PUT',
        path: at('bad', 'services')(world),
        body: { upstream_id: world.id('none') },
      }),
      want: /^400 .*failed to fetch upstream info by upstream id .*response code: 404/,
    },
    {
      row: 'refuses to delete an upstream that is used',
      objects: ({ id }) => [{ kind: 'services', id: id('user'), body: { upstream_id: id('used') } }],
      ask: (world) => ({ by: 'admin', method: 'DELETE', path: at('used', 'upstreams')(world) }),
      want: /^400 .*can not delete this upstream, service \[.*\] is still using it now/,
    },
    {
      row: 'answers a deletion with the path of the object',
      ask: (world) => ({ by: 'admin', method: 'DELETE', path: at('expired')(world) }),
      want: /^200 (?=.*"deleted":"1")(?=.*"key":"\/apisix\/ssls\/)/,
    },
    {
      row: 'does not delete twice',
      ask: (world) => ({ by: 'admin', method: 'DELETE', path: at('expired')(world) }),
      want: /^404 .*Key not found/,
    },
    {
      row: 'validates a body by the plural of its kind, and stores nothing',
      ask: (world) => ({
        by: 'admin',
        method: 'POST',
        path: 'apisix/admin/schema/validate/ssls',
        body: body(world),
      }),
      want: /^200 $/,
    },
    {
      row: 'says before it is sent what it would refuse, and stores nothing',
      ask: ({ door, id, host, server }) => ({
        by: 'admin',
        method: 'POST',
        path: door.pathOf('configs/validate'),
        body: {
          ssls: [
            { id: id('asked'), snis: [host('asked')], ...server },
            { id: id('bad'), type: 'client' },
          ],
        },
      }),
      want: /^400 (?=.*"errors":\[\{)(?=.*"resource_type":"ssls")/,
    },
    get('has nothing of what it was only asked about', at('asked'), /^404 /),
  ],
};
