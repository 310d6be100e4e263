import type { ErrorObject } from 'ajv';

/** What api7/jsonschema says of one keyword. */
const sentences: Readonly<Record<string, (error: ErrorObject) => string>> = {
  required: ({ params }) => `property "${params['missingProperty']}" is required`,
  minLength: ({ params }) => `string too short, expected at least ${params['limit']}`,
  maxLength: ({ params }) => `string too long, expected at most ${params['limit']}`,
  minItems: ({ params }) => `expect array to have at least ${params['limit']} items`,
  enum: () => 'matches none of the enum values',
  anyOf: () => 'object matches none of the required',
  dependencies: ({ params }) =>
    `property "${params['missingProperty']}" is required when "${params['property']}" is set`,
  // The one sentence that shows a value.
  pattern: ({ params, data }) => `failed to match pattern "${params['pattern']}" with "${String(data)}"`,
};

const branch = /\/(then|else)\//;

/** One sentence about the violation that ended the check; the outermost names what the product names. */
export function describeViolation(errors: readonly ErrorObject[]): string {
  const error = errors.at(-1);
  if (error === undefined) return 'invalid configuration';
  const { keyword, instancePath, params, schemaPath, message, parentSchema } = error;
  const failed = branch.exec(schemaPath)?.[1];
  if (failed !== undefined && instancePath === '') return `invalid configuration: ${failed} clause did not match`;
  if (keyword === 'additionalProperties') {
    return `invalid configuration: additional properties forbidden, found ${params['additionalProperty']}`;
  }
  const said = sentences[keyword]?.(error) ?? parentSchema?.['description'] ?? message;
  const [first, ...rest] = instancePath.split('/').slice(1);
  if (first === undefined) return `invalid configuration: ${said}`;
  const inner = rest.map((part) => `property "${part}" validation failed: `).join('');
  return `invalid configuration: property "${first}" validation failed: ${inner}${said}`;
}
