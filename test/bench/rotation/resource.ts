import { createHash, X509Certificate } from 'node:crypto';
import type { Status } from '../../../src/api/status.ts';
import { type ApiClient, paths } from '../scale/api-client.ts';
import type { Pair } from './caller.ts';
import { type Combination, namespace } from './combinations.ts';

export type Phase = 'next' | 'previous' | 'retired';

interface Seen {
  readonly status?: Status;
  readonly metadata: { readonly generation: number };
}

type Annotations = Readonly<Record<string, string | null>>;

/** What the bench reads and writes of one resource, as its owner. */
export class BenchResource {
  readonly #api: ApiClient;
  readonly #path: string;
  readonly #ca: string;
  readonly #name: string;

  constructor(api: ApiClient, { kind, name }: Combination) {
    this.#api = api;
    this.#name = name;
    this.#path = `${kind === 'MtlsGateway' ? paths.gateways(namespace) : paths.upstreams(namespace)}/${name}`;
    this.#ca = `${name}-ca`;
  }

  annotate(annotations: Annotations): Promise<string> {
    return this.#api.send('PATCH', this.#path, JSON.stringify({ metadata: { annotations } }));
  }

  async status(): Promise<Status> {
    return (await this.#seen()).status ?? {};
  }

  async isReady(): Promise<boolean> {
    const { status, metadata } = await this.#seen();
    const isReady = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
    return isReady && status?.observedGeneration === metadata.generation;
  }

  /** What the Secret of the CA says; the certificate that signs as PEM. */
  async ca(): Promise<{ readonly phase: Phase | undefined; readonly signing: string }> {
    const data = await this.#data(this.#ca);
    const phase = (['next', 'previous', 'retired'] as const).find((one) => data[`${one}-ca.crt`] !== undefined);
    return { phase, signing: data['tls.crt'] ?? '' };
  }

  async pairOf(client: string): Promise<Pair> {
    const data = await this.#data(`${this.#name}-${client}`);
    return { cert: data['tls.crt'] ?? '', key: data['tls.key'] ?? '', ca: data['ca.crt'] ?? '' };
  }

  /** As the client says that it has loaded that certificate. */
  async acknowledge(client: string, { cert }: Pair): Promise<void> {
    const loaded = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
    const body = JSON.stringify({ metadata: { annotations: { 'mtls-operator.dev/loaded': loaded } } });
    await this.#api.send('PATCH', `${paths.secrets(namespace)}/${this.#name}-${client}`, body);
  }

  #seen(): Promise<Seen> {
    return this.#api.json<Seen>(this.#path);
  }

  async #data(name: string): Promise<Readonly<Record<string, string>>> {
    const path = `${paths.secrets(namespace)}/${name}`;
    const { data = {} } = await this.#api.json<{ readonly data?: Readonly<Record<string, string>> }>(path);
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }
}
