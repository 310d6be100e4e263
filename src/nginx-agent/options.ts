import type { Endpoint, LogLevel } from '../api/operator-config.ts';

/** Where the agent has its own, and what NGINX reads of it. */
export interface Place {
  /** The state directory: releases and the link to the one that counts. Absolute. */
  readonly state: string;
  /** A whole nginx.conf, or a file that an nginx.conf of somebody else's includes. */
  readonly form: 'whole' | 'included';
}

/** All that the command line says. */
export interface AgentOptions {
  readonly secretDirectory: string;
  readonly configDirectory: string;
  readonly place: Place;
  /** The program, where NGINX runs on this machine; left out, it runs in a container beside this one. */
  readonly program?: string;
  /** The nginx.conf of that program; left out, the one that it takes by itself. */
  readonly mainConfig?: string;
  readonly pidFile: string;
  /** Which group may read what is laid out, beside the user of the agent; a number. */
  readonly group?: number;
  /** Where the ports of NGINX are asked. */
  readonly nginxAddress: string;
  readonly statusAddress: Endpoint;
  /** What NGINX may take from its signal until every worker is a new one. */
  readonly reloadTimeout: Temporal.Duration;
  readonly logLevel: LogLevel;
}
