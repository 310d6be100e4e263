import * as references from '../../src/gateway/api7-ee/references.ts';
import * as ssls from '../../src/gateway/api7-ee/ssls.ts';
import * as apisix from '../../src/gateway/apisix/payload.ts';
import type { Dialect } from '../../src/model/dialect.ts';
import { fromApisix, fromReferences, fromSsls, type Readable } from './from-payload.ts';

/** Every way in which the neutral model becomes objects. */
export interface Flavour extends Pick<Dialect, 'kinds' | 'compile'> {
  readonly name: string;
  readonly directory: string;
  /** Collection of the objects that may hold a private key. */
  readonly withKey: string;
  readonly verifiesUpstream: boolean;
  readonly parseBack: (objects: ReturnType<Dialect['compile']>) => Readable;
}

export const flavours: readonly Flavour[] = [
  {
    name: 'API7 Enterprise >= 3.6',
    directory: 'api7-ee',
    ...references,
    withKey: 'certificates',
    verifiesUpstream: true,
    parseBack: fromReferences,
  },
  {
    name: 'API7 Enterprise < 3.6',
    directory: 'api7-ee-ssls',
    ...ssls,
    withKey: 'ssls',
    verifiesUpstream: false,
    parseBack: fromSsls,
  },
  {
    name: 'Apache APISIX',
    directory: 'apisix',
    kinds: apisix.kinds,
    compile: (state, owner) => apisix.compile(state, owner, { verifiesUpstream: false }),
    withKey: 'ssls',
    verifiesUpstream: false,
    parseBack: fromApisix,
  },
  {
    name: 'Apache APISIX that verifies upstreams',
    directory: 'apisix-verifying',
    kinds: apisix.kinds,
    compile: (state, owner) => apisix.compile(state, owner, { verifiesUpstream: true }),
    withKey: 'ssls',
    verifiesUpstream: true,
    parseBack: fromApisix,
  },
];
