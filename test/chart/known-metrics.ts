import { readFileSync } from 'node:fs';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { createAgentMetrics } from '../../src/metrics/nginx-agent.ts';

/** Every metric of the operator and of the agent that is registered, with the labels that docs tell of. */
export async function knownMetrics(): Promise<ReadonlyMap<string, readonly string[]>> {
  const build = { version: '0', node: '0' };
  const pages = [await createMetrics(build, 'lease').page(), await createAgentMetrics(build).page()];
  const types = pages.flatMap(({ body }) => [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)]);
  // docs/nginx.md tells of the agent, and has this one label.
  const labels = new Map([...toldLabels(), ['mtls_operator_nginx_agent_steps_total', ['step']]]);
  return new Map(
    types.flatMap(([, name = '', type]) => namesOf(name, type).map((one) => [one, labels.get(name) ?? []] as const)),
  );
}

/** Names of metrics in a query of Prometheus: words with underscores that are no function. */
export function metricsIn(query: string): readonly string[] {
  return [...query.matchAll(/\b(?!OPERATOR_)[a-z]+(?:_[a-z0-9]+)+\b(?! ?\()/g)].map(([name]) => name);
}

const namesOf = (name: string, type = '') =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];

/** Of the table in docs/operations.md, which a test holds to the registry; `the same` is what the row above has. */
function toldLabels(): ReadonlyMap<string, readonly string[]> {
  let last: readonly string[] = [];
  const rows = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `([a-z_]+)` \| ([^|]*) \|/gm)];
  return new Map(
    rows.map(([, name = '', cell = '']) => {
      if (cell.trim() !== 'the same') last = [...cell.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
      return [name, last] as const;
    }),
  );
}
