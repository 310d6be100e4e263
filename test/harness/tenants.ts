import { randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import type { Resource, Whole } from './whole.ts';

/** Somebody who may create, change and delete the two kinds in one namespace, and nothing else anywhere. */
export class Tenant {
  readonly namespace: string;
  readonly #whole: Whole;
  readonly #user: string;

  private constructor(whole: Whole, namespace: string, user: string) {
    this.#whole = whole;
    this.namespace = namespace;
    this.#user = user;
  }

  static async of(whole: Whole, namespace: string): Promise<Tenant> {
    const user = `tenant-${randomBytes(4).toString('hex')}`;
    const verbs = ['get', 'list', 'create', 'update', 'patch', 'delete'].map((verb) => `--verb=${verb}`);
    const kinds = ['mtlsgateways', 'mtlsupstreams'].map((kind) => `--resource=${kind}.mtls-operator.dev`);
    await whole.kubectl(['-n', namespace, 'create', 'role', user, ...verbs, ...kinds]);
    await whole.kubectl(['-n', namespace, 'create', 'rolebinding', user, `--role=${user}`, `--user=${user}`]);
    return new Tenant(whole, namespace, user);
  }

  /** As this user, in its namespace. */
  readonly kubectl = (args: readonly string[], input?: string) =>
    this.#whole.kubectl(['--as', this.#user, '-n', this.namespace, ...args], input);

  async apply(...objects: readonly object[]): Promise<void> {
    await this.kubectl(['apply', '-f', '-'], objects.map((object) => stringify(object)).join('\n---\n'));
  }

  async remove(kind: string, ...names: readonly string[]): Promise<void> {
    await this.kubectl(['delete', kind, ...names, '--timeout=30s']);
  }

  ready(kind: string, name: string): Promise<Resource> {
    return this.#whole.until(kind, name, 'Ready', 'True', undefined, this.namespace);
  }

  /** Waits until it is stalled for that reason, and gives what it says of it. */
  async stalled(kind: string, name: string, reason: string): Promise<string> {
    const { status } = await this.#whole.until(kind, name, 'Stalled', 'True', reason, this.namespace);
    return status?.conditions?.find(({ type }) => type === 'Stalled')?.message ?? '';
  }
}
