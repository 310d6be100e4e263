/**
 * What is accepted and what is refused: one table for both who decide it, the parser (test/api) and a real API server
 * (test/real/api). `field` is the path that both must name; `message` is ours, so both must say it.
 */
export interface SpecCase {
  readonly name: string;
  readonly kind: 'MtlsGateway' | 'MtlsUpstream';
  readonly spec: Readonly<Record<string, unknown>>;
  readonly refused?: { readonly field: string; readonly message?: string };
}

export type Row = Omit<SpecCase, 'kind'>;

export const refusal = (field: string, message?: string) => ({ field, ...(message !== undefined && { message }) });
