/** A column of `kubectl get`; one with a priority above 0 shows with `-o wide` only. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'date';
  readonly description: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

const ready: PrinterColumn = {
  name: 'Ready',
  type: 'string',
  description: 'Whether everything matches the spec: certificates, gateway, NGINX and enforcement.',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
};

const reason: PrinterColumn = {
  name: 'Reason',
  type: 'string',
  description: 'Why, as one word.',
  jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
  priority: 1,
};

// From the status, since a column over spec.hosts would show JSON, or the first host only.
const hosts: PrinterColumn = {
  name: 'Hosts',
  type: 'string',
  description: 'Hosts that require a client certificate.',
  jsonPath: '.status.hosts',
};

const service: PrinterColumn = {
  name: 'Service',
  type: 'string',
  description: 'The service at the gateway.',
  jsonPath: '.spec.service.name',
};

const gateway: PrinterColumn = {
  name: 'Gateway',
  type: 'string',
  description: 'Name of the gateway, as in the configuration of the operator.',
  jsonPath: '.spec.gatewayRef.name',
};

const group: PrinterColumn = {
  name: 'Group',
  type: 'string',
  description: 'The gateway group.',
  jsonPath: '.spec.gatewayRef.group',
  priority: 1,
};

// A column of type date says `<invalid>` of what is still to come.
const expires: PrinterColumn = {
  name: 'Expires',
  type: 'string',
  description: 'When the first of its certificates ends.',
  jsonPath: '.status.expires',
};

const rotation: PrinterColumn = {
  name: 'Rotation',
  type: 'string',
  description: 'How far the CA is that follows another one; empty where none does.',
  jsonPath: '.status.rotation.state',
};

const age: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description: 'Time since the resource was created.',
  jsonPath: '.metadata.creationTimestamp',
};

export const gatewayColumns: readonly PrinterColumn[] = [ready, reason, hosts, gateway, group, expires, rotation, age];
export const upstreamColumns: readonly PrinterColumn[] = [
  ready,
  reason,
  service,
  gateway,
  group,
  expires,
  rotation,
  age,
];
