import { gatewayLifecycle } from './gateway-lifecycle.ts';

describe('the life of an MtlsGateway', () => gatewayLifecycle());
