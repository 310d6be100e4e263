import type { Route } from '../../model/gateway-state.ts';
import { Failure } from '../../std/failure.ts';
import type { Found } from '../draft.ts';
import type { Authorization } from './allow.ts';

/** As far as people read. */
const shownAtMost = 8;

/** The routes as the gateway shall have them. */
export function restricted(routes: readonly Route[], authorization: Authorization | undefined): readonly Route[] {
  if (authorization === undefined) return routes;
  return routes.map((route) => ({ ...route, allow: authorization.allow.get(route.name) ?? [] }));
}

/** What is to be said once the gateway has it. What allows nobody keeps nothing else from going on. */
export function judgeAuthorization({ problems, revoked }: Authorization): Found<true> {
  const [first] = problems;
  if (first !== undefined) {
    const { reason } = first;
    const message = sentencesOf(problems);
    return { value: true, status: 'False', reason, message, failure: new Failure(first.class, reason, message) };
  }
  const besides = revoked.length === 0 ? '' : `; not allowed, since they are revoked: ${shown(revoked)}`;
  const message = `The gateway answers every request that no entry of spec.authorization allows with HTTP 403${besides}`;
  return { value: true, reason: 'Restricted', message };
}

function sentencesOf(problems: readonly Failure[]): string {
  return `${shown(
    problems.map(({ message }) => message),
    '; ',
  )}; nobody is allowed by that, and requests are refused unless another entry allows them`;
}

function shown(texts: readonly string[], by = ', '): string {
  const more = texts.length - shownAtMost;
  return [...texts.slice(0, shownAtMost), ...(more > 0 ? [`${more} more`] : [])].join(by);
}
