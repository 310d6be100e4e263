import { upstreamLifecycle } from './upstream-lifecycle.ts';

describe('the life of an MtlsUpstream', () => upstreamLifecycle());
