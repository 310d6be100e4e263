import type { Figure } from '../figure.ts';
import { methods, ways } from './caller.ts';
import type { Combination } from './combinations.ts';
import type { Play } from './course.ts';
import { type KillState, killStates } from './killing.ts';
import type { Played } from './play.ts';
import { Tallies } from './tallies.ts';

/** What was measured of one combination. */
export interface Result {
  readonly combination: Combination;
  readonly tallies: Tallies;
  readonly counts: Record<'rotation' | 'rollback' | 'outages', number>;
  readonly kills: KillState[];
  /** How often a certificate of a retired CA was answered, by way. */
  readonly passed: Record<string, number>;
  note(play: Play, played: Played): void;
}

export function resultFor(combination: Combination): Result {
  const counts = { rotation: 0, rollback: 0, outages: 0 };
  const kills: KillState[] = [];
  const passed: Record<string, number> = {};
  return {
    ...{ combination, tallies: new Tallies(), counts, kills, passed },
    note: ({ does, outage }, played) => {
      counts[does] += 1;
      kills.push(...played.kills);
      counts.outages += outage === 'none' ? 0 : 1;
      for (const [way, isPassed] of Object.entries(played.passedAfter))
        passed[way] = (passed[way] ?? 0) + (isPassed ? 1 : 0);
    },
  };
}

export function figuresOf(results: readonly Result[]): readonly Figure[] {
  const played = results.filter(({ counts }) => counts.rotation + counts.rollback > 0);
  const each = played.flatMap((result) => {
    const { kind, name } = result.combination;
    return figures(result).map((figure) => ({ ...figure, name: `${kind} ${name}: ${figure.name}` }));
  });
  const kills = played.flatMap((result) => result.kills);
  const inState = killStates.map((state) => ({
    ...{ name: `kills in the state ${state}`, unit: '' },
    value: kills.filter((one) => one === state).length,
  }));
  return [...each, ...inState];
}

const none = { target: { atMost: 0 } } as const;

/** The stand-in reloads its NGINX for each change of a service, as no gateway does, and so closes connections of clients. */
function counted(name: string, value: number, kind?: Combination['kind']): readonly Figure[] {
  return value === 0 ? [] : [{ name, value, unit: 'requests', ...(kind === 'MtlsGateway' ? none : {}) }];
}

/**
 * Before 1.27.4 an NGINX that reloads closes idle connections of the gateway, which never repeats a POST
 * (docs/mtlsupstream.md): that is no matter of a rotation, and is counted without a target.
 */
const mayLosePosts = ({ nginx }: Combination) => nginx === 'distribution';

function figures({ combination, counts, kills, tallies, passed }: Result): readonly Figure[] {
  const requests = methods.flatMap((method) =>
    ways.flatMap((way) => {
      const { asked, failed, repeatable, closed } = tallies.of(method, way);
      if (asked === 0) return [];
      return [
        { name: `${method}, ${way} connections`, value: asked, unit: 'requests' },
        {
          ...{ name: `${method}, ${way} connections: failed`, value: failed, unit: 'requests' },
          ...(method === 'POST' && mayLosePosts(combination) ? {} : none),
        },
        ...counted(`${method}, ${way} connections: closed before the answer, may be repeated`, repeatable),
        ...counted(`${method}, ${way} connections: closed before the answer`, closed, combination.kind),
      ];
    }),
  );
  const retired = Object.entries(passed).map(([way, value]) => ({
    ...{ name: `passed by a retired CA, ${way} connection`, value, unit: 'times' },
    ...none,
  }));
  return [
    { name: 'rotations', value: counts.rotation, unit: '' },
    { name: 'taken back', value: counts.rollback, unit: '' },
    { name: 'kills', value: kills.length, unit: '' },
    { name: 'outages', value: counts.outages, unit: '' },
    ...requests,
    ...(tallies.resumed > 0 ? [{ name: 'resumed indeed', value: tallies.resumed, unit: 'requests' }] : []),
    ...retired,
  ];
}
