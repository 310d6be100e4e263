import { ensureDebianPrograms } from './debian-programs.ts';
import type { Progress } from './progress.ts';

/** What a person would use to try the guides by hand. */
export type ClientPrograms = Readonly<Record<'curl' | 'openssl', string>>;

/** Throws a SetupFailure when one is missing and cannot be installed. */
export const ensureClientPrograms = (progress: Progress): Promise<ClientPrograms> =>
  ensureDebianPrograms({ curl: 'curl', openssl: 'openssl' }, { purpose: 'Trying the guides', progress });
