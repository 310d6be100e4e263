/** What a server of TLS 1.2 says before anything is encrypted (RFC 5246 7.4). Pure. */

const handshakeRecord = 22;
const certificateRequest = 13;

/**
 * The names of the CAs that the server accepts client certificates of, each the DER of a distinguished name, from the
 * octets that it sent; undefined where it asked for no certificate. Throws a RangeError where they are cut off.
 */
export function acceptedAuthorities(octets: Uint8Array): readonly Uint8Array[] | undefined {
  for (const { type, body } of messagesIn(handshakeOf(octets))) if (type === certificateRequest) return namesIn(body);
  return undefined;
}

/** All records of the handshake up to the first that is encrypted, put together. */
function handshakeOf(octets: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let rest = octets; rest.length >= 5 && rest[0] === handshakeRecord; ) {
    const length = numberAt(rest, 3, 2);
    parts.push(rest.subarray(5, 5 + length));
    rest = rest.subarray(5 + length);
  }
  return Buffer.concat(parts);
}

function* messagesIn(handshake: Uint8Array) {
  for (let rest = handshake; rest.length >= 4; ) {
    const length = numberAt(rest, 1, 3);
    yield { type: rest[0], body: rest.subarray(4, 4 + length) };
    rest = rest.subarray(4 + length);
  }
}

/** CertificateRequest (RFC 5246 7.4.4): types, signature algorithms, then what is asked for here. */
function namesIn(request: Uint8Array): readonly Uint8Array[] {
  const algorithms = 1 + numberAt(request, 0, 1);
  const authorities = algorithms + 2 + numberAt(request, algorithms, 2);
  const list = vectorAt(request, authorities);
  const names: Uint8Array[] = [];
  for (let at = 0; at < list.length; ) {
    const name = vectorAt(list, at);
    names.push(name);
    at += 2 + name.length;
  }
  return names;
}

/** Of up to 65,535 octets, behind two that say how many. */
function vectorAt(octets: Uint8Array, at: number): Uint8Array {
  const end = at + 2 + numberAt(octets, at, 2);
  if (end > octets.length) throw new RangeError('a handshake that is cut off');
  return octets.subarray(at + 2, end);
}

function numberAt(octets: Uint8Array, at: number, size: number): number {
  if (at + size > octets.length) throw new RangeError('a handshake that is cut off');
  return octets.subarray(at, at + size).reduce((sum, octet) => sum * 0x100 + octet, 0);
}
