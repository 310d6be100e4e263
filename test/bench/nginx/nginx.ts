import { findOnPath } from '../../../deploy/local/install/programs.ts';
import { freePort } from '../../../deploy/local/processes/ports.ts';
import { nginxVersions } from '../../real/nginx/versions.ts';
import type { Content } from '../../real/nginx-agent/content.ts';
import { Rig } from '../../real/nginx-agent/rig.ts';
import type { Figure } from '../figure.ts';
import { type ChangeKind, makeBad, makeChanges } from './changes.ts';
import { startGateway } from './gateway.ts';
import { measureHandshakes } from './handshake-cpu.ts';
import type { Tallies, Tally } from './load.ts';
import { startLoadApart } from './load-apart.ts';
import { type NginxBenchOptions, parseNginxOptions } from './options.ts';

const kinds: readonly ChangeKind[] = ['leaf', 'trust', 'config'];

/** NGINX under the agent, of both versions: what changes cost who asks meanwhile, and what bad releases do. Ratios in one run. */
export async function benchNginx(flags: readonly string[]): Promise<readonly Figure[]> {
  const options = parseNginxOptions(flags);
  const figures: Figure[] = [];
  for (const { ensure } of nginxVersions) figures.push(...(await benchOne((await ensure()) ?? 'nginx', options)));
  return figures;
}

async function benchOne(program: string, options: NginxBenchOptions): Promise<readonly Figure[]> {
  const rig = new Rig(program);
  await rig.prepare();
  const gatewayPort = await freePort();
  const gateway = startGateway(rig, findOnPath('nginx') ?? 'nginx', gatewayPort);
  try {
    const content = { leaf: rig.ca.issue() };
    rig.publish(content);
    rig.startAgent();
    await rig.until(({ current }) => current !== undefined);
    rig.startNginx();
    const { nginx } = await rig.until(({ ready }) => ready, 60);
    const named = (figure: Figure) => ({ ...figure, name: `${nginx.version}: ${figure.name}` });
    return (await measure(rig, gatewayPort, content, options)).map(named);
  } finally {
    await gateway.stop();
    await rig.close();
  }
}

async function measure(rig: Rig, gatewayPort: number, first: Content, options: NginxBenchOptions) {
  const figures: Figure[] = [];
  const target = {
    ...{ port: rig.port, gatewayPort, ca: rig.ca.pem },
    ...{ cert: rig.client.chainPem, key: rig.client.keyPem },
  };
  let content = first;
  for (const kind of kinds) {
    const { reloads } = rig;
    const load = startLoadApart(target, options.rate);
    const changes = await makeChanges(rig, kind, options.changes, content);
    const tallies = await load.stop();
    content = changes.content;
    figures.push(...figuresOf(kind, options.changes, tallies, changes.times, rig.reloads - reloads));
  }
  figures.push(...(await measureBad(rig, options, content)));
  const { agent, fixed } = await measureHandshakes(rig, options.handshakes);
  return [
    ...figures,
    { name: 'CPU of a handshake, static config', value: fixed, unit: 'ms' },
    { name: 'CPU of a handshake, under the agent', value: agent, unit: 'ms' },
    { name: 'the same beside a static config', value: agent / fixed, unit: 'times', target: { atMost: 1.05 } },
  ];
}

function figuresOf(
  kind: ChangeKind,
  count: number,
  tallies: Tallies,
  times: readonly number[],
  reloads: number,
): readonly Figure[] {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const until = kind === 'leaf' ? 'served' : 'proven';
  return [
    { name: `${count} changes of ${kind}: reloads`, value: reloads, unit: '' },
    { name: `${kind}, written to ${until}, median`, value: at(0.5), unit: 'ms' },
    { name: `${kind}, written to ${until}, p99`, value: at(0.99), unit: 'ms' },
    ...[...tallies].flatMap(([name, tally]) => requestFigures(`${kind}, ${name}`, tally)),
  ];
}

/** Who may repeat by itself does so; all else is lost, and must be none. */
function requestFigures(name: string, { asked, failed, repeatable, why }: Tally): readonly Figure[] {
  if (failed > 0) console.log(`${name}: ${[...why].join(', ')}`);
  return [
    { name: `${name}: requests`, value: asked, unit: '' },
    { name: `${name}: failed, not to be repeated`, value: failed - repeatable, unit: '', target: { atMost: 0 } },
    ...(repeatable > 0 ? [{ name: `${name}: failed, a client may repeat`, value: repeatable, unit: '' }] : []),
  ];
}

async function measureBad(rig: Rig, { bad }: NginxBenchOptions, content: Content): Promise<readonly Figure[]> {
  const outcomes = await makeBad(rig, bad, content);
  return [
    {
      name: `${bad} bad releases: seen by a client`,
      value: outcomes.filter(({ wentLive }) => wentLive).length,
      unit: '',
      target: { atMost: 0 },
    },
    {
      name: 'bad releases: longest until it was put back',
      value: Math.max(...outcomes.map(({ rollback }) => rollback)),
      unit: 'ms',
      target: { atMost: 5000 },
    },
  ];
}
