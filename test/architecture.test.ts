import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from '@babel/parser';

/**
 * Who may import whom. A room is the first folder below `src`; a file there, like `log.ts`, is a room of its own, and
 * so is one outside of `src`, by its path.
 */
const mayImport: Record<string, readonly string[]> = {
  std: [],
  'log.ts': [],
  api: ['std'],
  pki: ['std'],
  model: ['std', 'api'],
  nginx: ['std', 'api'],
  // Beside an NGINX, as a process of its own; it knows no cluster.
  'nginx-agent': ['std', 'api', 'pki', 'nginx', 'probe', 'http', 'log.ts'],
  // The reasoning, pure.
  plan: ['std', 'api', 'model', 'pki', 'nginx'],
  // What those who observe and apply need of the outside, and those who give it to them.
  ports: ['api', 'model'],
  gateway: ['std', 'api', 'model', 'ports'],
  probe: ['std', 'model', 'ports'],
  kube: ['std', 'api', 'model', 'ports', 'log.ts'],
  events: ['std', 'api', 'model', 'kube', 'log.ts'],
  issuing: ['std', 'model', 'pki', 'plan'],
  observe: ['std', 'api', 'model', 'pki', 'nginx', 'plan', 'ports', 'issuing', 'log.ts'],
  apply: ['std', 'api', 'model', 'pki', 'plan', 'ports', 'issuing', 'events', 'log.ts'],
  watch: ['std', 'api', 'model', 'plan', 'ports', 'events', 'log.ts'],
  quarantine: ['std', 'log.ts'],
  controller: ['std', 'log.ts'],
  reconcile: ['std', 'api', 'model', 'plan', 'observe', 'apply', 'issuing', 'controller', 'events', 'quarantine'],
  election: ['std', 'model', 'kube', 'log.ts'],
  'command.ts': ['std', 'api', 'election', 'nginx-agent'],
  'config.ts': ['std', 'api', 'election', 'command.ts'],
  'describe-config.ts': ['api'],
  http: ['std', 'api', 'log.ts'],
  health: ['std', 'http', 'controller'],
  metrics: ['api', 'model', 'http', 'kube', 'controller', 'operator', 'nginx-agent'],
  cli: ['api'],
  operator: [
    'std',
    'api',
    'model',
    'plan',
    'election',
    'events',
    'gateway',
    'kube',
    'controller',
    'probe',
    'issuing',
    'observe',
    'reconcile',
    'watch',
    'quarantine',
    'log.ts',
  ],
  'ending.ts': ['std', 'log.ts'],
  'operate.ts': [
    'std',
    'config.ts',
    'log.ts',
    'ending.ts',
    'election',
    'http',
    'health',
    'metrics',
    'operator',
    'quarantine',
  ],
  'main.ts': [
    'std',
    'command.ts',
    'config.ts',
    'describe-config.ts',
    'log.ts',
    'ending.ts',
    'metrics',
    'nginx-agent',
    'operate.ts',
    // Its version.
    'package.json',
  ],
};

/** The same within a room; `.` is what lies in it directly. */
const mayImportWithin: Record<string, Record<string, readonly string[]>> = {
  plan: {
    '.': ['authorization', 'certificates', 'children', 'gateway', 'nginx', 'proof', 'revocation', 'rotation', 'status'],
    authorization: ['.', 'certificates', 'gateway'],
    certificates: ['.', 'children', 'rotation', 'status'],
    children: ['.', 'certificates', 'rotation'],
    gateway: ['.'],
    nginx: ['.', 'certificates', 'children', 'gateway', 'proof', 'rotation'],
    proof: ['.', 'certificates', 'gateway', 'nginx', 'status'],
    revocation: ['.', 'certificates', 'children', 'proof', 'rotation', 'status'],
    rotation: ['.', 'certificates', 'children', 'proof', 'status'],
    status: ['certificates', 'gateway'],
  },
  // No flavour knows of another.
  gateway: { '.': ['api7-ee', 'apisix'], 'api7-ee': ['.'], apisix: ['.'] },
};

/** Files that are one of several of a sort: each of them knows nothing of the others. */
const apart = [['src/plan/mtls-gateway.ts', 'src/plan/mtls-upstream.ts']];

/** One outside library, one room. */
const reserved: Record<string, readonly string[]> = {
  zod: ['api'],
  pkijs: ['pki'],
  asn1js: ['pki'],
  'lru-cache': ['events', 'kube', 'observe', 'pki'],
  got: ['gateway'],
  'p-map': ['gateway', 'observe'],
  '@kubernetes/client-node': ['kube'],
  undici: ['kube'],
  pino: ['log.ts'],
  yaml: ['config.ts', 'cli', 'kube'],
  'prom-client': ['metrics'],
  'node:child_process': ['nginx-agent'],
  'node:crypto': ['pki', 'std', 'operate.ts'],
  'node:events': ['probe'],
  'node:os': ['operate.ts'],
  'node:dns': ['probe'],
  'node:net': ['plan', 'probe'],
  'node:stream': ['probe'],
  'node:tls': ['probe'],
  'node:http': ['http', 'probe'],
  'node:https': ['gateway', 'kube'],
  'node:fs': ['config.ts', 'cli', 'kube', 'gateway', 'quarantine', 'nginx-agent'],
  'node:fs/promises': ['nginx-agent'],
  'node:path': ['cli', 'kube', 'quarantine', 'nginx-agent'],
  'node:util': ['command.ts', 'gateway', 'plan', 'operator', 'nginx-agent'],
  'node:timers/promises': ['kube', 'election', 'observe', 'watch', 'operator', 'nginx-agent'],
};

/** What must come from outside as a parameter, and where it comes in. */
const sources = [
  { what: 'the environment', pattern: /process\.env/, rooms: ['config.ts'] },
  { what: 'the wall clock', pattern: /Date\.now\b|new Date\(\)|Temporal\.Now/, rooms: ['main.ts'] },
  {
    what: 'the clock that only measures',
    pattern: /performance\.now\b|process\.hrtime/,
    rooms: ['std'],
  },
  { what: 'chance', pattern: /Math\.random\b/, rooms: ['main.ts'] },
];

interface Import {
  readonly from: string;
  readonly target: string;
}

const files = globSync('src/**/*.ts').sort();
const text = (file: string) => readFileSync(file, 'utf8');
const roomOf = (file: string) => (file.startsWith('src/') ? (relative('src', file).split('/')[0] ?? '') : file);
const isLocal = ({ target }: Import) => target.startsWith('.');
const resolve = ({ from, target }: Import) => join(dirname(from), target);

/** What is loaded only when it is needed counts as well. */
const imports: Import[] = files.flatMap((from) => {
  const { program } = parse(text(from), { sourceType: 'module', plugins: ['typescript'] });
  const first = program.body.flatMap((statement) =>
    'source' in statement && statement.source ? [statement.source.value] : [],
  );
  const later = Array.from(text(from).matchAll(/\bimport\('([^']+)'\)/g), ([, target = '']) => target);
  return [...first, ...later].map((target) => ({ from, target }));
});

const packageOf = (target: string) =>
  target.startsWith('node:')
    ? target
    : target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/');

function findCycle(file: string, path: readonly string[], done: Set<string>): readonly string[] | undefined {
  if (path.includes(file)) return [...path, file];
  if (done.has(file)) return undefined;
  for (const edge of imports.filter((i) => i.from === file && isLocal(i))) {
    const cycle = findCycle(resolve(edge), [...path, file], done);
    if (cycle !== undefined) return cycle;
  }
  done.add(file);
  return undefined;
}

describe('architecture', () => {
  it('lets every room import only the rooms that the table names', () => {
    const wrong = imports
      .filter(isLocal)
      .map((i) => ({ ...i, room: roomOf(i.from), other: roomOf(resolve(i)) }))
      .filter(({ room, other }) => room !== other && !mayImport[room]?.includes(other));
    assert.deepEqual(wrong, []);
  });

  it('keeps every outside library in its room', () => {
    const wrong = imports
      .filter((i) => !isLocal(i))
      .filter(({ from, target }) => !reserved[packageOf(target)]?.includes(roomOf(from)));
    assert.deepEqual(wrong, []);
  });

  it('permits nothing that nobody uses', () => {
    const used = new Set(
      imports.map((i) => `${roomOf(i.from)} ${isLocal(i) ? roomOf(resolve(i)) : packageOf(i.target)}`),
    );
    const permissions = [
      ...Object.entries(mayImport).flatMap(([room, others]) => others.map((other) => `${room} ${other}`)),
      ...Object.entries(reserved).flatMap(([library, rooms]) => rooms.map((room) => `${room} ${library}`)),
    ];
    assert.deepEqual(
      permissions.filter((permission) => !used.has(permission)),
      [],
    );
  });

  for (const [room, permitted] of Object.entries(mayImportWithin)) {
    const partOf = (file: string) => {
      const [first = '', ...rest] = relative(join('src', room), file).split('/');
      return rest.length === 0 ? '.' : first;
    };
    const within = imports
      .filter((i) => isLocal(i) && roomOf(i.from) === room && roomOf(resolve(i)) === room)
      .map((i) => ({ from: partOf(i.from), to: partOf(resolve(i)) }))
      .filter(({ from, to }) => from !== to);

    it(`lets every part of ${room} import only the parts that the table names, and names none in vain`, () => {
      const used = new Set(within.map(({ from, to }) => `${from} -> ${to}`));
      const named = Object.entries(permitted).flatMap(([from, others]) => others.map((to) => `${from} -> ${to}`));
      assert.deepEqual([...used].sort(), named.sort());
    });
  }

  it('keeps one kind apart from another', () => {
    const wrong = imports.filter((i) =>
      apart.some((some) => some.includes(i.from) && isLocal(i) && some.includes(resolve(i))),
    );
    assert.deepEqual(wrong, []);
    for (const file of apart.flat()) assert.ok(files.includes(file), `${file} is there`);
  });

  it('has no import cycle', () => {
    const done = new Set<string>();
    for (const file of files) assert.equal(findCycle(file, [], done), undefined);
  });

  it('has no barrel', () => {
    assert.deepEqual(
      files.filter((file) => file.endsWith('/index.ts')),
      [],
    );
  });

  for (const { what, pattern, rooms } of sources) {
    const readers = files.filter((file) => pattern.test(text(file)));

    it(`reads ${what} only in ${rooms.join(', ')}`, () => {
      assert.deepEqual(
        readers.filter((file) => !rooms.includes(roomOf(file))),
        [],
      );
    });

    it(`permits ${what} to no room that does not read it`, () => {
      const used = new Set(readers.map(roomOf));
      assert.deepEqual(
        rooms.filter((room) => !used.has(room)),
        [],
      );
    });
  }

  it('keeps the gateway stand-in ignorant of the operator', () => {
    const wrong = globSync('deploy/local/stand-in/**/*.ts').filter((file) => /from '(\.\.\/){3,}src/.test(text(file)));
    assert.deepEqual(wrong, []);
  });
});
