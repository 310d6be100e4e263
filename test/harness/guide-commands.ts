/** The openssl commands of both guides, as written there. */

/** Guide A. Without -extfile OpenSSL 3.0 ignores -extensions, so all that comes of them is X.509 v1. */
export const guideA = [
  'genrsa -out ca.key 2048',
  'req -new -sha256 -key ca.key -out ca.csr -subj /CN=ROOTCA',
  'x509 -req -days 36500 -sha256 -extensions v3_ca -signkey ca.key -in ca.csr -out ca.crt',
  'genrsa -out server.key 2048',
  'req -new -sha256 -key server.key -out server.csr -subj /CN=test.com',
  'x509 -req -days 36500 -sha256 -extensions v3_req -CA ca.crt -CAkey ca.key -CAserial ca.srl -CAcreateserial -in server.csr -out server.crt',
  'genrsa -out client.key 2048',
  'req -new -sha256 -key client.key -out client.csr -subj /CN=CLIENT',
  'x509 -req -days 36500 -sha256 -extensions v3_req -CA ca.crt -CAkey ca.key -CAserial ca.srl -CAcreateserial -in client.csr -out client.crt',
];

const extensionsOfB = [
  'authorityKeyIdentifier=keyid,issuer',
  'basicConstraints=CA:FALSE',
  'keyUsage=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment',
];

/** Guide B: files that its commands read, by name. */
export const guideBFiles: Readonly<Record<string, string>> = {
  'server.ext': [...extensionsOfB, 'subjectAltName=@names', '[names]', 'DNS.1=test.com'].join('\n'),
  'client.ext': [...extensionsOfB, 'extendedKeyUsage=clientAuth'].join('\n'),
};

export const guideB = [
  'genrsa -out ca.key 2048',
  'req -x509 -new -nodes -key ca.key -sha256 -days 36500 -subj /CN=ROOTCA -out ca.crt',
  'genrsa -out server.key 2048',
  'req -new -key server.key -subj /CN=test.com -out server.csr',
  'x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt -days 36500 -sha256 -extfile server.ext',
  'genrsa -out client.key 2048',
  'req -new -key client.key -subj /CN=client -out client.csr',
  'x509 -req -in client.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out client.crt -days 36500 -sha256 -extfile client.ext',
];
