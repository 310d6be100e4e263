import { anUpstreamAt, hostOf } from '../../bench/scale/resources.ts';
import { aGateway } from '../../harness/given.ts';
import type { Whole } from '../../harness/whole.ts';

/** What a person does to a resource, and what must be there of it afterwards. */
export interface Member {
  readonly kind: 'MtlsGateway' | 'MtlsUpstream';
  readonly name: string;
  readonly edited: boolean;
}

/** Of up to four bytes, so that a chunk may end in the middle of one. */
const text = 'ü€😀';

/** As it is made, or as its edit leaves it: with another client, or another route and another text for NGINX. */
function manifestOf({ kind, name, edited }: Member, namespace: string, nginxPort: number): object {
  if (kind === 'MtlsUpstream') {
    const made = anUpstreamAt({ namespace, name }, nginxPort) as { readonly spec: Record<string, unknown> };
    const body = { path: '/text', return: { status: 200, body: text } };
    const routes = [{ name: 'hello', paths: ['/hello'] }, ...(edited ? [{ name: 'text', paths: ['/text'] }] : [])];
    const nginx = made.spec['nginx'] as { readonly locations: readonly object[] };
    const service = { ...(made.spec['service'] as object), routes };
    const locations = [...nginx.locations, ...(edited ? [body] : [])];
    return { ...made, spec: { ...made.spec, service, nginx: { ...nginx, locations } } };
  }
  const clients = ['curl', ...(edited ? ['more'] : [])].map((client) => ({ name: client, commonName: 'CLIENT' }));
  return aGateway({ name, hosts: [hostOf(name)], spec: { clients } });
}

/** How many Secrets, ConfigMaps and objects at the gateway a member has, once settled. */
export function belongingsOf({
  kind,
  edited,
}: Member): Readonly<Record<'secrets' | 'configMaps' | 'atGateway', number>> {
  const more = edited ? 1 : 0;
  if (kind === 'MtlsGateway') return { secrets: 3 + more, configMaps: 0, atGateway: 3 };
  return { secrets: 3, configMaps: 1, atGateway: 4 + more };
}

/** The resources of a namespace, and the hand that makes, edits and deletes them behind the operator's back. */
export class Population {
  readonly #whole: Whole;
  readonly #nginxPort: number;
  readonly #members = new Map<string, Member>();

  constructor(whole: Whole, nginxPort: number) {
    this.#whole = whole;
    this.#nginxPort = nginxPort;
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  async put(...members: readonly Member[]): Promise<void> {
    const { namespace } = this.#whole;
    await this.#whole.apply(...members.map((member) => manifestOf(member, namespace, this.#nginxPort)));
    for (const member of members) this.#members.set(member.name, member);
  }

  /** Does not wait until they are gone: it is the operator that lets them go. */
  async remove(...members: readonly Member[]): Promise<void> {
    const named = members.map(({ kind, name }) => `${kind}/${name}`);
    await this.#whole.here(['delete', ...named, '--wait=false']);
    for (const { name } of members) this.#members.delete(name);
  }
}
