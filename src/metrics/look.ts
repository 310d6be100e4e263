import type { OperatorView } from '../operator/view.ts';

/** Where scrape-time figures come from; undefined until the operator has begun. */
export type Look = () => OperatorView | undefined;
