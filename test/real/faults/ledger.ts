import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import pino from 'pino';
import { labels, managedByValue } from '../../../src/api/group.ts';
import { KubeClient } from '../../../src/kube/client.ts';
import { Informer } from '../../../src/kube/informer.ts';
import { type Secret, secrets } from '../../../src/model/kube-object.ts';
import type { Whole } from '../../harness/whole.ts';

/**
 * Every version of every Secret of ours, from the API server without a detour. No test here renews anything, so a Secret
 * has one key and one certificate for as long as it lives, and a resource one CA.
 */
export class Ledger {
  readonly #client: KubeClient;
  readonly #informer: Informer<Secret>;
  readonly #stop = new AbortController();
  /** Fingerprints of the CAs by the uid of their resource, and of the certificates by the uid of their Secret. */
  readonly #authorities = new Map<string, Set<string>>();
  readonly #certificates = new Map<string, Set<string>>();
  readonly #wrong: string[] = [];
  #versions = 0;

  private constructor({ cluster, namespace }: Whole) {
    this.#client = new KubeClient({ source: { kind: 'file', path: cluster.kubeconfig }, random: Math.random });
    this.#informer = new Informer<Secret>({
      ...{ client: this.#client, type: secrets, namespaces: [namespace], random: Math.random },
      labelSelector: `${labels.managedBy}=${managedByValue}`,
      log: pino({ level: 'silent' }),
    });
    this.#informer.onChange(({ kind, object }) => kind !== 'deleted' && this.#enter(object as Secret));
  }

  static async open(whole: Whole): Promise<Ledger> {
    const ledger = new Ledger(whole);
    void ledger.#informer.run(ledger.#stop.signal);
    await ledger.#informer.synced;
    return ledger;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#client.close();
  }

  /** Nothing was lost and nothing was made twice, at any moment since it was opened. */
  assertSound(): void {
    const many = (found: ReadonlyMap<string, ReadonlySet<string>>, what: string) =>
      [...found].filter(([, prints]) => prints.size > 1).map(([uid, { size }]) => `${uid} had ${size} ${what}`);
    const wrong = [...many(this.#authorities, 'CAs'), ...many(this.#certificates, 'certificates'), ...this.#wrong];
    assert.deepEqual(wrong, []);
    assert.ok(this.#versions > 0, 'it saw Secrets');
    const lists = this.#informer.states.map((state) => state.lists);
    assert.deepEqual(lists, [1], 'its own watch was never so far behind that it missed a version');
  }

  #enter({ metadata, data = {} }: Secret): void {
    this.#versions += 1;
    const pem = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
    const certificate = new X509Certificate(pem('tls.crt'));
    if (!certificate.checkPrivateKey(createPrivateKey(pem('tls.key')))) {
      this.#wrong.push(`${metadata.name} had a key that is not that of its certificate`);
    }
    const print = certificate.fingerprint256;
    note(this.#certificates, metadata.uid ?? '', print);
    if (metadata.labels?.[labels.role] !== 'ca') return;
    for (const { uid } of metadata.ownerReferences ?? []) note(this.#authorities, uid, print);
  }
}

function note(found: Map<string, Set<string>>, uid: string, print: string): void {
  found.set(uid, (found.get(uid) ?? new Set()).add(print));
}
