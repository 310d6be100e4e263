import { type Block, block, directive, type Statement } from './model.ts';
import type { Place } from './place.ts';

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'] as const;

/** A whole nginx.conf, which writes to the directory for temporary files alone, and logs to its own output. */
export function wholeFile(http: readonly Block[], { pid, temp }: NonNullable<Place['whole']>): readonly Statement[] {
  return [
    directive('worker_processes', 'auto'),
    directive('pid', pid),
    directive('error_log', 'stderr', 'notice'),
    block('events', [], [directive('worker_connections', '1024')]),
    block(
      'http',
      [],
      [
        directive('access_log', '/dev/stdout'),
        directive('server_tokens', 'off'),
        ...temporary.map((kind) => directive(`${kind}_temp_path`, `${temp}/${kind}`)),
        ...http,
      ],
    ),
  ];
}
