import type { LabelSelector } from '../api/tenants.ts';

export type Labels = Readonly<Record<string, string>>;

/** Whether the labels are as the selector asks, as Kubernetes reads one. */
export function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  const isMet = ({ key, operator, values }: LabelSelector['matchExpressions'][number]) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    const isAmong = value !== undefined && values.includes(value);
    switch (operator) {
      case 'In':
        return isAmong;
      case 'NotIn':
        return !isAmong;
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
    }
  };
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(isMet);
}
