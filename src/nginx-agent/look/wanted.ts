import { sha256Hex } from '../../std/digest.ts';
import type { Abilities } from '../nginx/version.ts';
import type { Place } from '../options.ts';
import type { Wanted } from '../plan/facts.ts';
import { compose } from '../release/compose.ts';
import { judge, type Mounted } from '../source/judge.ts';

/** From what is mounted to the release that is wanted; what was judged last costs a digest. */
export function wantedAt(place: Place): (mounted: Mounted, abilities: Abilities) => Wanted {
  let last: { readonly key: string; readonly wanted: Wanted } | undefined;
  return (mounted, abilities) => {
    const parts = [...mounted].map(([name, content]) => `${name} ${sha256Hex(content)}`);
    const key = [abilities.canSwapLeaf, abilities.canKeepIdle, ...parts].join('\n');
    if (last?.key !== key) last = { key, wanted: findWanted(mounted, place, abilities) };
    return last.wanted;
  };
}

function findWanted(mounted: Mounted, place: Place, abilities: Abilities): Wanted {
  const judged = judge(mounted);
  return judged.kind === 'ready' ? { kind: 'ready', release: compose(judged.inputs, place, abilities) } : judged;
}
