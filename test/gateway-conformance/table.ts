/** The conformance table: everything that the operator relies on at a gateway, row by row. */
import type { Gateway } from './gateway.ts';
import type { Row, Section } from './row.ts';
import { adminApi7Ee } from './rows/admin-api7-ee.ts';
import { adminApisix } from './rows/admin-apisix.ts';
import { authorization } from './rows/authorization.ts';
import { changes } from './rows/changes.ts';
import { clients } from './rows/clients.ts';
import { exemptPaths } from './rows/exempt-paths.ts';
import { globalRules } from './rows/global-rules.ts';
import { names } from './rows/names.ts';
import { oneNameTwice } from './rows/one-name-twice.ts';
import { openSessions } from './rows/open-sessions.ts';
import { upstreams } from './rows/upstreams.ts';

export const sections: readonly Section[] = [
  adminApisix,
  adminApi7Ee,
  clients,
  names,
  oneNameTwice,
  exemptPaths,
  changes,
  upstreams,
  globalRules,
  openSessions,
  authorization,
];

export interface NamedRow extends Row {
  readonly section: string;
}

/** The rows for one gateway, in the order in which they are to be asked: later ones build on earlier ones. */
export function rowsFor(gateway: Gateway): readonly NamedRow[] {
  const isAbout = ({ when = () => true }: Pick<Row, 'when'>) => when(gateway);
  return sections
    .filter(isAbout)
    .flatMap(({ section, rows }) => rows.filter(isAbout).map((row) => ({ ...row, section })));
}

/** Those about the Admin API: for a gateway group whose data plane is not at hand. */
export function adminRowsFor(gateway: Gateway): readonly NamedRow[] {
  const names = [adminApisix, adminApi7Ee].map(({ section }) => section);
  return rowsFor(gateway).filter(({ section }) => names.includes(section));
}

export const wanted = ({ want }: Row, gateway: Gateway): RegExp => (want instanceof RegExp ? want : want(gateway));
