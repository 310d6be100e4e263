import assert from 'node:assert/strict';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { operatorConfig, parseOperatorConfig } from '../../../src/api/operator-config.ts';
import { manifestsIn, useChart } from './chart.ts';

const namespaced = { namespaces: ['shop'], hosts: ['*'] };

/** Values that set whatever can be set; what cannot stand beside something else is in the second gateway. */
const whole = {
  crds: { enabled: false },
  watchNamespaces: ['shop'],
  gateways: [
    {
      name: 'default',
      type: 'api7-ee',
      group: 'default',
      adminUrl: 'https://admin.example:7443',
      serverName: 'admin.internal',
      tokenSecret: { name: 'token' },
      caConfigMap: { name: 'ca' },
      clientCertificateSecret: { name: 'client' },
      dataPlane: { https: ['gateway.example:9443'], http: ['gateway.example:9080'] },
      longestConnection: '2h',
      allowedNamespaces: ['shop'],
      adoption: [{ namespaces: ['shop'], hosts: ['*'], objects: ['services/*'] }],
    },
    {
      name: 'other',
      type: 'apisix',
      adminUrl: 'https://other.example:9180',
      tokenSecret: { name: 'other' },
      insecureSkipVerify: true,
      tenants: [
        { ...namespaced, routesWithoutHost: true, nodes: [{ host: '*', ports: [8443] }] },
        {
          hosts: [],
          namespaceSelector: {
            matchLabels: { team: 'a' },
            matchExpressions: [{ key: 'team', operator: 'In', values: ['a'] }],
          },
        },
      ],
    },
  ],
  managedNginx: { enabled: true, allowedImages: ['nginx:*'] },
  upstreamAddresses: { allow: ['127.0.0.0/8'], refuse: ['10.0.0.0/8'] },
};

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** Paths of everything that has no fields of its own: `gateways[].adoption[].hosts[]`. */
function leavesOf({ properties, items }: JsonSchema, path = ''): readonly string[] {
  if (items !== undefined) return leavesOf(items, `${path}[]`);
  if (properties === undefined) return [path];
  return Object.entries(properties).flatMap(([name, field]) => leavesOf(field, path === '' ? name : `${path}.${name}`));
}

function valueAt(value: unknown, path: string): readonly unknown[] {
  return path.split('.').reduce<readonly unknown[]>(
    (found, part) =>
      found
        .map((one) => (one as Record<string, unknown>)[part.replace('[]', '')])
        .flatMap((one) => (part.endsWith('[]') ? ((one as readonly unknown[] | undefined) ?? []) : [one]))
        .filter((one) => one !== undefined),
    [value],
  );
}

describe('the chart', () => {
  const chart = useChart();
  const config = () => {
    const { stdout, stderr } = chart.template(stringify(whole));
    assert.notEqual(stdout, '', stderr);
    return parse(manifestsIn(stdout).find(({ kind }) => kind === 'ConfigMap')?.data?.['config.yaml'] ?? '');
  };
  const fields = leavesOf(z.toJSONSchema(operatorConfig, { io: 'input', unrepresentable: 'any' }) as JsonSchema);

  it('can set every field of the operator’s configuration', () => {
    assert.ok(fields.length > 40);
    assert.deepEqual(
      fields.filter((field) => valueAt(config(), field).length === 0),
      [],
    );
  });

  it('gives the operator what it takes, with all of them set', () => {
    const parsed = parseOperatorConfig(config());
    assert.ok(parsed.ok, JSON.stringify(parsed));
  });
});
