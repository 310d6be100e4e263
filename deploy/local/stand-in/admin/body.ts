import type { FastifyInstance } from 'fastify';
import { Refusal } from './refusal.ts';

/** As APISIX limits it. */
export const bodyLimit = 1_572_864;

/** Takes a body of any content type as JSON. Malformed text comes back in the 400, keys and all, as APISIX does it. */
export function parseBodiesAsJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text.toString()));
    } catch {
      done(new Refusal(400, 'invalid request body: malformed JSON', { req_body: text.toString() }));
    }
  });
}
