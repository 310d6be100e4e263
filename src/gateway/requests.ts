import type { Json, JsonObject, Requests } from '../model/remote-object.ts';

/**
 * What a route takes, as its fields say it in whichever version: one name or many. Where it has no hosts, those of its
 * service count.
 */
export function requestsOf(route: JsonObject, service: JsonObject = {}): Requests {
  const own = hostsIn(route);
  return {
    methods: textsIn(route['methods']),
    hosts: own.length > 0 ? own : hostsIn(service),
    paths: [...textsIn(route['paths']), ...textsIn(route['uris']), ...textsIn(route['uri'])],
  };
}

function hostsIn({ host, hosts }: JsonObject): readonly string[] {
  return [...textsIn(host), ...textsIn(hosts)].map((name) => name.toLowerCase());
}

function textsIn(value: Json | undefined): readonly string[] {
  const items = Array.isArray(value) ? value : [value];
  return items.filter((item) => typeof item === 'string');
}
