import type { Probes } from '../ports/probe.ts';
import { httpProbe } from './http-probe.ts';
import { addressesOf } from './lookup.ts';
import { tlsProbe } from './tls-probe.ts';

/** The network as it is. */
export const probes: Probes = { tls: tlsProbe, http: httpProbe, addressesOf };
