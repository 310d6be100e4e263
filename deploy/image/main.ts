/** `npm run build`: makes `dist`, which is all that the image holds beside Node. */
import { join } from 'node:path';
import { makeDistribution } from './distribution.ts';

await makeDistribution(join(import.meta.dirname, '../../dist'));
