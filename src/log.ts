import pino from 'pino';

export type Logger = pino.Logger;

/** Structured logs on standard output: a constant message, variables as fields. The list is a second net: rooms never log these. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: ['*.keyPem', '*.token', '*.headers', '*.body', 'err.options', 'err.response'],
  });
}
