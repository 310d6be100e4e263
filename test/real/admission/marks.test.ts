import { markedSecrets } from './marks.ts';

describe('Secrets with the marks of the operator', () => markedSecrets());
