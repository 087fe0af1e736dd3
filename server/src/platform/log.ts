import pino, { type Logger } from 'pino';

export type { Logger };

/** Structured logs, one JSON object a line on standard error; secrets never reach it because requests are logged by route, not by body or header. */
export function makeLog(level = process.env.PLINTH_LOG_LEVEL ?? 'info'): Logger {
  return pino(
    {
      level,
      base: { process: process.pid },
      redact: ['*.authorization', '*.password', '*.token', '*.cookie'],
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ fd: 2, sync: false }),
  );
}
