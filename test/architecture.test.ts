import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from '@babel/parser';

/** Who may import whom. A room is the first folder below `src`; a file there, like `log.ts`, is a room of its own. */
const mayImport: Record<string, readonly string[]> = {
  std: [],
  'log.ts': [],
  api: ['std'],
  pki: ['std'],
  model: ['std', 'api', 'pki'],
  plan: ['std', 'api', 'model', 'pki'],
  nginx: ['std', 'api', 'model'],
  gateway: ['std', 'api', 'model', 'log.ts'],
  probe: ['std', 'model', 'log.ts'],
  kube: ['std', 'api', 'model', 'log.ts'],
  quarantine: ['std', 'log.ts'],
  controller: ['std', 'log.ts'],
  election: ['std', 'model', 'kube', 'log.ts'],
  'command.ts': ['std', 'api', 'election'],
  'config.ts': ['std', 'api', 'election', 'command.ts'],
  'describe-config.ts': ['api'],
  events: ['std', 'api', 'model', 'kube', 'log.ts'],
  http: ['std', 'api', 'log.ts'],
  health: ['std', 'http', 'controller'],
  metrics: ['api', 'model', 'http', 'kube', 'controller', 'operator'],
  reconcilers: [
    'std',
    'api',
    'model',
    'pki',
    'plan',
    'nginx',
    'gateway',
    'probe',
    'kube',
    'controller',
    'events',
    'quarantine',
    'log.ts',
  ],
  cli: ['std', 'api', 'model', 'config.ts', 'log.ts'],
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
    'reconcilers',
    'quarantine',
    'log.ts',
  ],
  'ending.ts': ['std', 'log.ts'],
  // The version stands in package.json.
  'main.ts': [
    'std',
    'command.ts',
    'config.ts',
    'describe-config.ts',
    'log.ts',
    'ending.ts',
    'election',
    'http',
    'health',
    'metrics',
    'operator',
    '..',
    'quarantine',
  ],
};

/** One outside library, one room. */
const reserved: Record<string, readonly string[]> = {
  zod: ['api'],
  pkijs: ['pki'],
  asn1js: ['pki'],
  'lru-cache': ['pki'],
  got: ['gateway'],
  'p-map': ['gateway', 'reconcilers'],
  '@kubernetes/client-node': ['kube'],
  undici: ['kube'],
  pino: ['log.ts'],
  yaml: ['config.ts', 'cli', 'kube'],
  'prom-client': ['metrics'],
  'node:crypto': ['pki', 'std', 'main.ts'],
  'node:os': ['main.ts'],
  'node:dns': ['probe'],
  'node:net': ['plan', 'probe'],
  'node:tls': ['probe'],
  'node:http': ['http', 'probe'],
  'node:https': ['gateway', 'kube'],
  'node:fs': ['config.ts', 'cli', 'kube', 'gateway', 'quarantine'],
  'node:fs/promises': ['cli'],
  'node:path': ['config.ts', 'cli', 'kube', 'quarantine'],
  'node:url': ['cli'],
  'node:util': ['command.ts', 'cli', 'gateway', 'reconcilers', 'operator'],
  'node:stream': ['kube'],
  'node:timers/promises': ['kube', 'controller', 'election', 'probe', 'reconcilers', 'operator'],
};

interface Import {
  readonly from: string;
  readonly target: string;
}

const files = globSync('src/**/*.ts').sort();
const text = (file: string) => readFileSync(file, 'utf8');
const roomOf = (file: string) => relative('src', file).split('/')[0] ?? '';
const isLocal = ({ target }: Import) => target.startsWith('.');
const resolve = ({ from, target }: Import) => join(dirname(from), target);

const imports: Import[] = files.flatMap((from) => {
  const { program } = parse(text(from), { sourceType: 'module', plugins: ['typescript'] });
  return program.body.flatMap((statement) =>
    'source' in statement && statement.source ? [{ from, target: statement.source.value }] : [],
  );
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

  it('keeps the reconcilers of one kind apart from those of another', () => {
    const folder = (file: string) => relative('src/reconcilers', file).split('/').slice(0, -1).join('/');
    const wrong = imports
      .filter((i) => isLocal(i) && roomOf(i.from) === 'reconcilers' && roomOf(resolve(i)) === 'reconcilers')
      .filter((i) => folder(resolve(i)) !== '' && folder(i.from) !== '' && folder(i.from) !== folder(resolve(i)));
    assert.deepEqual(wrong, []);
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

  for (const { what, pattern, rooms } of [
    { what: 'the environment', pattern: /process\.env/, rooms: ['config.ts'] },
    { what: 'the wall clock', pattern: /Date\.now\(|new Date\(\)|Temporal\.Now/, rooms: ['main.ts', 'cli'] },
    { what: 'chance', pattern: /Math\.random\(/, rooms: ['main.ts', 'cli'] },
  ]) {
    it(`reads ${what} only in ${rooms.join(' and ')}`, () => {
      assert.deepEqual(
        files.filter((file) => pattern.test(text(file)) && !rooms.includes(roomOf(file))),
        [],
      );
    });
  }

  it('keeps the gateway stand-in ignorant of the operator', () => {
    const wrong = globSync('deploy/local/stand-in/**/*.ts').filter((file) => /from '(\.\.\/){3,}src/.test(text(file)));
    assert.deepEqual(wrong, []);
  });
});
