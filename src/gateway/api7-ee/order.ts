import type { Query } from '../admin-client.ts';

/**
 * Newest first, for every list of pages. By itself a list comes by `updated_at`, so that an edit between two pages moves
 * an object to a page that was read. Oldest first would be no better: where one is removed and another made meanwhile,
 * the next one slips to a page that was read, and the total is as before.
 */
export const newestFirst: Query = { order_by: 'created_at', direction: 'desc' };
