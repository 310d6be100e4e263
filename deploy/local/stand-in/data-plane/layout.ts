import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the data plane keeps what, below the directory of the stand-in. */
export interface Layout {
  readonly prefix: string;
  readonly conf: string;
  readonly pid: string;
  readonly log: string;
  /** Unix socket of the inside door. */
  readonly socket: string;
  /** Files that nginx.conf names (certificates, keys, Lua), 0600, each called by the hash of its content. */
  readonly material: string;
  readonly temp: string;
  readonly lua: string;
}

/** `sun_path` of Linux holds 108 octets with the closing NUL. */
const longestSocketPath = 107;

/** Throws if a path cannot stand in nginx.conf or name a socket. Clears what an earlier life left. */
export function prepareLayout(directory: string): Layout {
  const prefix = `${directory}/nginx`;
  const layout = {
    prefix,
    conf: `${prefix}/nginx.conf`,
    pid: `${prefix}/nginx.pid`,
    log: `${prefix}/error.log`,
    socket: `${prefix}/inside.sock`,
    material: `${prefix}/material`,
    temp: `${prefix}/temp`,
    lua: fileURLToPath(new URL('../lua', import.meta.url)),
  };
  for (const path of [directory, layout.lua]) {
    if (!/^\/[\w./@+, -]*$/.test(path))
      throw new Error(`The path ${path} holds a character that nginx.conf or Lua would read otherwise`);
  }
  if (Buffer.byteLength(layout.socket) > longestSocketPath) {
    throw new Error(`The path ${layout.socket} is too long for a Unix socket: choose a shorter directory`);
  }
  for (const leftover of [layout.socket, layout.pid, layout.material])
    rmSync(leftover, { recursive: true, force: true });
  for (const folder of [layout.material, layout.temp]) mkdirSync(folder, { recursive: true });
  return layout;
}
