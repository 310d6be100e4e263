/**
 * Fields that several objects share. Sources: the extracts of API7 Enterprise's OpenAPI that are known (names, ids,
 * labels); certificate limits are inferred from its `ssls` object. Defaults are filled in, as its answers show them.
 */
export const id = { type: 'string', pattern: '^[a-zA-Z0-9-_.]+$', minLength: 1, maxLength: 256 } as const;

export const described = {
  id,
  name: { type: 'string', minLength: 1, maxLength: 65_536 },
  desc: { type: 'string', maxLength: 65_536 },
  labels: {
    type: 'object',
    additionalProperties: { type: 'string', minLength: 1, maxLength: 65_536, pattern: '^.+$' },
  },
} as const;

export interface Described {
  readonly id?: string;
  readonly name: string;
  readonly desc?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Certificates in PEM. API7 also takes secret references (`$secret://`): the stand-in resolves none and refuses them. */
export const pem = { type: 'string', minLength: 128, maxLength: 65_536 } as const;

/** Host names with at most one leading star. */
export const host = { type: 'string', pattern: '^\\*?[0-9a-zA-Z-._]+$', maxLength: 253 } as const;

/** One node of an upstream: no star, since it must be found by name or address. */
export const nodeHost = { type: 'string', pattern: '^[0-9a-zA-Z-._]+$', maxLength: 253 } as const;

/** Request paths. API7 takes any text after the slash; here no control character, which no request line can hold. */
export const path = { type: 'string', pattern: '^/[^\\x00-\\x1f\\x7f]*$', maxLength: 4096 } as const;

/** What API7 takes and the stand-in does not play: refused out loud, never ignored. */
export function notPlayed(what: string) {
  return { not: {}, description: `the stand-in does not play ${what}` } as const;
}
