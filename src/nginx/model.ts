/**
 * The nginx room: typed fields in, text of one NGINX configuration file out. Pure. Its promise: what a user wrote
 * reaches the text only as a quoted argument whose field has an allow-list grammar (src/api/nginx), so the parsed
 * configuration is the tree that was built here and nothing else. It never takes a directive name, a variable or a
 * comment from a user; of files they name the directory of the certificates, and one of files for everybody.
 * This file is the tree.
 */

/** Variables that we print. A `$` in text never becomes one: quote refuses it. */
export interface Variable {
  readonly variable:
    | 'host'
    | 'mtls_operator_probe'
    | 'mtls_operator_upstream'
    | 'http_mtls_operator_probe'
    | 'proxy_add_x_forwarded_for'
    | 'ssl_client_escaped_cert'
    | 'ssl_client_fingerprint'
    | 'ssl_client_i_dn'
    | 'ssl_client_s_dn'
    | 'ssl_client_serial'
    | 'ssl_client_verify'
    | 'pid'
    | LeafVariable;
}

/** Holds a directory. One for each resource, as several may share an `http` block; the 16 digits are those of its fingerprint. */
export type LeafVariable = `mtls_operator_${string}`;

/** A file in the directory that a variable holds. */
interface FileIn {
  readonly directory: LeafVariable;
  readonly file: 'tls.crt' | 'tls.key';
}

/** Text of ours that ends with a variable. */
interface Told {
  readonly text: string;
  readonly ending: 'pid';
}

/** What `if` asks: whether a variable holds anything, or is another text. */
type Condition =
  | { readonly isSet: 'http_mtls_operator_probe' | 'mtls_operator_probe' }
  | { readonly isNot: 'SUCCESS'; readonly of: 'ssl_client_verify' };

export type Argument = string | Variable | FileIn | Told | Condition;

/** Every directive that we print; all of them are in NGINX 1.22 without an extra module, but for those that an agent asks for. */
export type DirectiveName =
  | 'access_log'
  | 'client_body_temp_path'
  | 'default'
  | 'default_type'
  | 'error_log'
  | 'fastcgi_temp_path'
  | 'keepalive_min_timeout'
  | 'listen'
  | 'pid'
  | 'proxy_connect_timeout'
  | 'proxy_http_version'
  | 'proxy_pass'
  | 'proxy_read_timeout'
  | 'proxy_send_timeout'
  | 'proxy_set_header'
  | 'proxy_temp_path'
  | 'resolver'
  | 'return'
  | 'root'
  | 'scgi_temp_path'
  | 'server_name'
  | 'server_tokens'
  | 'set'
  | 'ssl_certificate'
  | 'ssl_certificate_cache'
  | 'ssl_certificate_key'
  | 'ssl_ciphers'
  | 'ssl_client_certificate'
  | 'ssl_crl'
  | 'ssl_prefer_server_ciphers'
  | 'ssl_protocols'
  | 'ssl_reject_handshake'
  | 'ssl_session_cache'
  | 'ssl_session_tickets'
  | 'ssl_verify_client'
  | 'ssl_verify_depth'
  | 'uwsgi_temp_path'
  | 'worker_connections'
  | 'worker_processes'
  /** Within `types`. */
  | `${'application' | 'font' | 'image' | 'text'}/${string}`;

export type BlockName = 'events' | 'http' | 'if' | 'location' | 'map' | 'server' | 'types';

export interface Directive {
  readonly name: DirectiveName;
  readonly args: readonly Argument[];
}

export interface Block {
  readonly name: BlockName;
  readonly args: readonly Argument[];
  readonly body: readonly Statement[];
}

export type Statement = Directive | Block;

export function directive(name: DirectiveName, ...args: readonly Argument[]): Directive {
  return { name, args };
}

export function block(name: BlockName, args: readonly Argument[], body: readonly Statement[]): Block {
  return { name, args, body };
}
