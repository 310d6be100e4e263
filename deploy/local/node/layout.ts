import { join } from 'node:path';

/** Of a node's directory. */
export interface Layout {
  readonly logs: string;
  /** Data, keys and kubeconfigs. */
  readonly controlPlane: string;
  /** In memory, and seen inside of the node only. */
  readonly state: string;
  /** The way into its network. */
  readonly gate: string;
}

export const layoutOf = (directory: string): Layout => ({
  logs: join(directory, 'logs'),
  controlPlane: join(directory, 'control-plane'),
  state: join(directory, 'state'),
  gate: join(directory, 'gate.sock'),
});
