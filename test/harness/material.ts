/** Objects that a person makes of files: `kubectl create secret`, as values. */

const encode = (text: string) => Buffer.from(text).toString('base64');

export function aSecret(name: string, files: Readonly<Record<string, string>>): object {
  const data = Object.fromEntries(Object.entries(files).map(([key, text]) => [key, encode(text)]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data };
}

export function aConfigMap(name: string, data: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** `kubectl create secret tls`. */
export function aTlsSecret(name: string, crt: string, key: string, ca?: string): object {
  return {
    ...aSecret(name, { 'tls.crt': crt, 'tls.key': key, ...(ca !== undefined && { 'ca.crt': ca }) }),
    type: 'kubernetes.io/tls',
  };
}
