import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const chart = 'helm/mtls-operator';

/** JSON Schema, as far as the chart's schema uses it. */
export interface ValueSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly additionalProperties?: boolean | ValueSchema;
  readonly items?: ValueSchema;
  readonly definitions?: Readonly<Record<string, ValueSchema>>;
}

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}

const valuesText = readFileSync(`${chart}/values.yaml`, 'utf8');
export const defaults: Readonly<Record<string, unknown>> = parse(valuesText);
export const valuesSchema: ValueSchema = JSON.parse(readFileSync(`${chart}/values.schema.json`, 'utf8'));

/** Before the chart puts in the names of the release. */
export const alerts: readonly Alert[] = parse(readFileSync(`${chart}/files/alerts.yaml`, 'utf8'));

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
}

export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

export const dashboardText = readFileSync(`${chart}/files/dashboard.json`, 'utf8');
export const dashboard: Dashboard = JSON.parse(dashboardText);

/** A gateway as it is written in values, with nothing that could be left out. */
export const aGateway = {
  name: 'default',
  type: 'api7-ee',
  adminUrl: 'https://api7-ee-dashboard.example:7443',
  tokenSecret: { name: 'gateway-default' },
  allowedNamespaces: ['shop'],
};
