import { type Claimant, gatewayRefOf } from './claims.ts';
import { concernedHosts, covers, doMeet, everyHost, type Host } from './hosts.ts';
import { Contender, describeClaimant, type HeldFor, precedes, type Standing } from './precedence.ts';
import { areOneTenant, givenHosts, isDecided, isGiven, type Policy } from './tenants.ts';

/**
 * Which hosts a resource may have beside those of other namespaces. Whoever ends TLS for a name says whom it lets in, and
 * whoever answers for it gets what was sent to somebody who was let in. So across namespaces an MtlsGateway shares its
 * hosts with nobody: neither with an MtlsGateway whose host lies above or below, which gateways would prefer or fall back
 * to, nor with an MtlsUpstream that answers there, be it because it answers everywhere. Who is first keeps them. Within a
 * namespace everybody may do as they like, and so may several MtlsUpstreams at a host that no MtlsGateway has.
 */

/** Why a host is not for the resource. */
export interface Refusal {
  readonly host: Host;
  /** Who has it first, and which of the hosts is in the way; or whom the administrator has given others. */
  readonly why:
    | { readonly to: Claimant; readonly host: Host }
    | { readonly namespace: string; readonly given: readonly Host[] };
}

export type Refused = (claimant: Claimant, host: Host) => Refusal | undefined;

export interface Surroundings {
  /** Resources with a host that could meet this one, and perhaps others. */
  readonly around: (claimant: Claimant, host: Host) => Iterable<Claimant>;
  readonly heldFor: HeldFor;
  /** What the administrator says of the gateway that the resource names. */
  readonly policyOf: (claimant: Claimant) => Policy;
}

/** Whether a resource is refused a host. One that is refused itself keeps nobody away. */
export function refusalsIn({ around, heldFor, policyOf }: Surroundings): Refused {
  const contenders = new Map<Claimant, Contender>();
  const known = new Map<Claimant, Map<Host, Refusal | undefined>>();
  let left = mostQuestions;

  function standing(claimant: Claimant, host: Host): Standing {
    const contender = contenders.get(claimant) ?? new Contender(claimant, heldFor);
    contenders.set(claimant, contender);
    return contender.atHost(host);
  }

  function find(claimant: Claimant, host: Host): Refusal | undefined {
    const policy = policyOf(claimant);
    const { namespace } = claimant.metadata;
    if (!isGiven(policy, namespace, host)) return { host, why: { namespace, given: givenHosts(policy, namespace) } };
    const own = standing(claimant, host);
    for (const to of around(claimant, host)) {
      const toHost = concernedHosts(to).find((theirs) => isInTheWay({ claimant, host, own }, to, theirs));
      if (toHost !== undefined) return { host, why: { to, host: toHost } };
    }
    return undefined;
  }

  function isInTheWay({ claimant, host, own }: Wish, to: Claimant, theirs: Host): boolean {
    if (!doExclude(policyOf(claimant), [claimant, host], [to, theirs]) || !precedes(standing(to, theirs), own))
      return false;
    left -= 1;
    // Each of these comes before the last, so there is no circle. Where they are too many, the answer is the safe one.
    return left < 0 || isRefused(to, theirs) === undefined;
  }

  function isRefused(claimant: Claimant, host: Host): Refusal | undefined {
    const answers = known.get(claimant) ?? new Map<Host, Refusal | undefined>();
    known.set(claimant, answers);
    if (!answers.has(host)) answers.set(host, find(claimant, host));
    return answers.get(host);
  }

  return isRefused;
}

/** Far more than there are where nobody means harm. */
const mostQuestions = 1000;

interface Wish {
  readonly claimant: Claimant;
  readonly host: Host;
  readonly own: Standing;
}

/** Whether these two cannot both be had. One name of two MtlsGateways is one SNI, and a matter of claims. */
export function doExclude(
  policy: Policy,
  [one, host]: readonly [Claimant, Host],
  [other, otherHost]: readonly [Claimant, Host],
): boolean {
  const gateways = [one, other].filter(({ kind }) => kind === 'MtlsGateway').length;
  if (gateways === 0 || !doMeet(host, otherHost) || (gateways === 2 && host === otherHost)) return false;
  const [mine, theirs] = [one.metadata.namespace, other.metadata.namespace];
  if (!isSameGroup(one, other) || areOneTenant(policy, mine, theirs)) return false;
  return !isDecided(policy, [mine, host], [theirs, otherHost]);
}

function isSameGroup(one: Claimant, other: Claimant): boolean {
  const [first, second] = [gatewayRefOf(one), gatewayRefOf(other)];
  return first.name === second.name && first.group === second.group;
}

/** One sentence for each host. */
export function describeRefusal({ host, why }: Refusal): string {
  const own = host === everyHost ? 'A service for every host' : `The host ${host}`;
  return `${own} is not served for this resource: ${'to' in why ? describeFirst(why) : describeGiven(host, why)}`;
}

function describeFirst({ to, host }: Extract<Refusal['why'], { to: Claimant }>): string {
  const whose = describeClaimant(to);
  const other = host === everyHost ? `${whose} answers for every host` : `${host} belongs to ${whose}`;
  return `${other}, which claimed it first, and namespaces share hosts only where the administrator allows it`;
}

function describeGiven(host: Host, { namespace, given }: Extract<Refusal['why'], { namespace: string }>): string {
  if (host === everyHost)
    return `the administrator requires every service of the namespace ${namespace} to name its hosts`;
  if (given.some((one) => one === '*' || covers(one, host))) return 'the administrator assigned it to other namespaces';
  const some = given.length === 0 ? 'none' : given.slice(0, 5).join(', ');
  return `the hosts that the administrator assigned to the namespace ${namespace} are: ${some}${given.length > 5 ? ' and others' : ''}`;
}
