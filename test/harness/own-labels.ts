import type { Owner } from '../../src/model/gateway-state.ts';
import { idLabel, idPrefix, ownerLabels } from '../../src/model/ownership.ts';

/** Labels of an object of this owner that stands under whatever id: tests give ids that a person can read. */
export function ownLabels(owner: Owner): Record<string, string> {
  return { ...ownerLabels(owner), [idLabel]: `${idPrefix(owner)}-any` };
}
