/** Who asks in the guides, with the certificates that the operator issued. */
import type { Kubectl } from '../../../deploy/local/parts/kubectl.ts';
import type { Pair } from '../../real/stand-in/authority.ts';
import { type Outcome, visit } from '../../real/stand-in/gateway-client.ts';
import type { World } from '../row.ts';
import { askPlain } from '../run.ts';
import type { Target } from '../target.ts';
import { namespace } from './environment.ts';
import { guideHost, helloHost, names } from './resources.ts';

/** What a client needs: its own certificate, and the CA of whom it asks. */
export interface Identity {
  readonly pair: Pair;
  readonly ca: string;
}

export interface Ends {
  readonly target: Target;
  readonly world: World;
  readonly nginxPort: number;
}

export class Clients {
  readonly #ends: Ends;
  readonly #kubectl: Kubectl;

  constructor(ends: Ends, kubectl: Kubectl) {
    this.#ends = ends;
    this.#kubectl = kubectl;
  }

  /** The client of guide A. */
  client(): Promise<Identity> {
    return this.#identity(names.client);
  }

  /** The gateway as a client of NGINX, guide B. */
  gateway(): Promise<Identity> {
    return this.#identity(names.gatewayClient);
  }

  /** `/ip` of the host of guide A; without a pair, without a certificate. */
  askGateway(ca: string, pair?: Pair): Promise<Outcome> {
    const { target, world } = this.#ends;
    const { host: address, port } = target.https;
    return visit({ address, port, ca, serverName: guideHost(world), path: '/ip', client: pair, version: 'TLSv1.3' });
  }

  /** `/hello`, straight at NGINX. Gives the status. */
  async askNginx(ca: string, pair?: Pair): Promise<string> {
    const { target, nginxPort: port } = this.#ends;
    const { what } = await visit({
      address: target.upstreamHost,
      port,
      ca,
      serverName: 'test.com',
      path: '/hello',
      client: pair,
    });
    return what;
  }

  /** `/hello`, through the gateway. Gives status and body. */
  askHello(): Promise<string> {
    const { target, world } = this.#ends;
    return askPlain(target.http, helloHost(world), '/hello');
  }

  async #identity(secret: string): Promise<Identity> {
    const { data } = JSON.parse(await this.#kubectl(['get', 'secret', secret, '-n', namespace, '-o', 'json']));
    const read = (key: string) => Buffer.from(data[key], 'base64').toString();
    return { pair: { cert: read('tls.crt'), key: read('tls.key') }, ca: read('ca.crt') };
  }
}
