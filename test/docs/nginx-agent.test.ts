import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { parseCommand } from '../../src/command.ts';
import { Failure } from '../../src/std/failure.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const sources = globSync('src/nginx-agent/**/*.ts').map(read).join('\n');
const examples = 'deploy/examples/nginx-agent';

/** A reason is one word in CamelCase, in quotes, and two humps at least. */
const given = new Set(
  [...sources.matchAll(/(?:(?:waiting|rejected|blocked|proving)\(\s*|reason: |: )'((?:[A-Z][a-z]+){2,})'/g)].map(
    ([, reason = '']) => reason,
  ),
);
const others = ['Working', 'Starting'];

describe('the documentation of the nginx-agent', () => {
  for (const page of ['docs/nginx.md', 'docs/nginx.zh-CN.md']) {
    it(`${page} explains every reason, and no other`, () => {
      const table = read(page)
        .split('\n')
        .filter((line) => line.startsWith('| `') && /^\| `[A-Z]/.test(line));
      const told = table.flatMap((line) =>
        [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
      );
      assert.ok(given.size > 15, [...given].join(' '));
      assert.deepEqual(told.sort(), [...given, ...others].sort());
    });

    it(`${page} names every metric`, () => {
      const metrics = read('src/metrics/nginx-agent.ts');
      const names = [...metrics.matchAll(/gauge\(\s*'(\w+)'|prefix\}(\w+)`/g)].map(
        ([, one = '', other = '']) => one + other,
      );
      assert.ok(names.length > 3);
      for (const name of names) assert.ok(read(page).includes(`mtls_operator_nginx_agent_${name}`), name);
    });
  }

  it('shows a pod whose agent and NGINX find one another', () => {
    const [deployment] = parseAllDocuments(read(`${examples}/deployment.yaml`)).map((one) => one.toJS());
    const { initContainers, containers, volumes, ...pod } = deployment.spec.template.spec;
    const [agent] = initContainers;
    const [nginx] = containers;
    const command = parseCommand(agent.args);
    assert.ok(!(command instanceof Failure) && command.kind === 'nginx-agent');
    const { secretDirectory, configDirectory, place } = command.flags;
    const mounted = (container: typeof agent) =>
      container.volumeMounts.map(({ mountPath }: { readonly mountPath: string }) => mountPath);
    assert.deepEqual(mounted(agent), [secretDirectory, configDirectory, place.state]);
    assert.ok(mounted(nginx).includes(place.state) && !mounted(nginx).includes(secretDirectory));
    assert.deepEqual(nginx.command, ['/bin/sh', `${place.state}/start.sh`]);
    assert.equal(volumes.find(({ name }: { readonly name: string }) => name === 'state').emptyDir.medium, 'Memory');
    assert.deepEqual([pod.shareProcessNamespace, pod.automountServiceAccountToken], [true, false]);
  });

  it('shows a unit whose flags the agent takes', () => {
    const unit = read(`${examples}/mtls-operator-nginx-agent.service`);
    const [, flags = ''] = /^ExecStart=\S+ \S+ \S+main\.js (.*)$/m.exec(unit) ?? [];
    const command = parseCommand(flags.split(' '));
    assert.ok(!(command instanceof Failure) && command.kind === 'nginx-agent');
    assert.equal(command.flags.place.form, 'included');
    assert.ok(unit.includes(`include ${command.flags.place.state}/current/mtls.conf;`));
    assert.match(unit, /^StateDirectory=mtls-operator$/m);
  });
});
