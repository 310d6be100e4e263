import { isJsonObject, type JsonObject, type ObservedObject } from '../model/remote-object.ts';

/** Whether an object lets clients without a certificate begin a session: at all of its names, or at paths of theirs. */

/** Of `ssls`, the same in both products. One that is switched off serves nobody. */
export function opensAsSsl({ client, status }: JsonObject): Pick<ObservedObject, 'isOpen'> {
  const { ca, skip_mtls_uri_regex: exempt } = isJsonObject(client) ? client : {};
  const isClosed = typeof ca === 'string' && ca !== '' && !(Array.isArray(exempt) && exempt.length > 0);
  return isClosed || status === 0 ? {} : { isOpen: true };
}

/** Of `snis`. */
export function opensAsSni({ mtls }: JsonObject): Pick<ObservedObject, 'isOpen'> {
  const { enabled, ca_certificates: cas } = isJsonObject(mtls) ? mtls : {};
  return enabled === true && Array.isArray(cas) && cas.length > 0 ? {} : { isOpen: true };
}
