import { createHash } from 'node:crypto';

/** Short name for a text or an id of any length: hexadecimal, so it may stand anywhere in nginx.conf. */
export const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** The named location and the upstream block of a backend. */
export const backendName = (id: string) => `backend_${digest(id)}`;
