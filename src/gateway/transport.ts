import { Agent } from 'node:https';
import got, { type Got } from 'got';
import { seconds, toMilliseconds } from '../std/duration.ts';

/** How long the Admin API may take. */
export interface Patience {
  /** One attempt, from the connection to the last byte of the answer. */
  readonly attempt: Temporal.Duration;
  /** The longest pause before the next attempt. */
  readonly pause: Temporal.Duration;
}

export const usualPatience: Patience = { attempt: seconds(10), pause: seconds(2) };

/** Kept open to one control plane. */
export const connections = 8;

/** The connection ended before the answer did; the last one is what got says of an answer shorter than announced. */
const brokenOff = ['ECONNRESET', 'EPIPE', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH'];

/** HTTP as every call wants it. `onAnswer` hears of each answer, also of those after which the call is repeated. */
export function openTransport(
  adminUrl: string,
  patience: Patience,
  onAnswer: (method: string, status: number) => void,
): Got {
  return got.extend({
    prefixUrl: adminUrl,
    // An agent of our own takes no proxy from the environment: the token is for the Admin API and nobody between.
    agent: { https: new Agent({ keepAlive: true, maxSockets: connections }) },
    timeout: { request: toMilliseconds(patience.attempt) },
    retry: {
      limit: 2,
      // PUT and DELETE go to an id of our own, so a repeat does no harm.
      methods: ['GET', 'PUT', 'DELETE'],
      statusCodes: [408, 429, 502, 503, 504],
      // No ETIMEDOUT: what was not answered in time may still be done later, so the world is read anew first.
      errorCodes: ['ECONNREFUSED', 'ENOTFOUND', 'ENETUNREACH', 'EAI_AGAIN', ...brokenOff],
      backoffLimit: toMilliseconds(patience.pause),
    },
    // Nothing is compressed: what was a kilobyte on the way may be a gigabyte here.
    decompress: false,
    // A redirect could carry the token to another host.
    followRedirect: false,
    throwHttpErrors: false,
    hooks: {
      afterResponse: [
        (response) => {
          onAnswer(response.request.options.method, response.statusCode);
          return response;
        },
      ],
    },
  });
}
