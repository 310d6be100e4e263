/**
 * The nginx room: typed fields in, text of one NGINX configuration file out. Pure. Its promise: what a user wrote
 * reaches the text only as a quoted argument whose field has an allow-list grammar (grammar.ts), so the parsed
 * configuration is the tree that build.ts made and nothing else. It never takes a directive name, a variable or a
 * comment from a user; of files they name the directory of the certificates only. This file is the tree.
 */

/** Variables that we print. A `$` in text never becomes one: quote refuses it. */
interface Variable {
  readonly variable: 'host' | 'mtls_operator_upstream' | 'proxy_add_x_forwarded_for';
}

/** Whether the variable holds anything, as `if` asks. */
interface Condition {
  readonly isSet: 'http_mtls_operator_probe';
}

export type Argument = string | Variable | Condition;

/** Every directive that we print; all of them are in NGINX 1.22 without an extra module. */
export type DirectiveName =
  | 'default_type'
  | 'listen'
  | 'proxy_http_version'
  | 'proxy_pass'
  | 'proxy_set_header'
  | 'resolver'
  | 'return'
  | 'server_name'
  | 'set'
  | 'ssl_certificate'
  | 'ssl_certificate_key'
  | 'ssl_client_certificate'
  | 'ssl_protocols'
  | 'ssl_session_cache'
  | 'ssl_session_tickets'
  | 'ssl_verify_client'
  | 'ssl_verify_depth';

export type BlockName = 'if' | 'location' | 'server';

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
