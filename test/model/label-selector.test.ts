import assert from 'node:assert/strict';
import type { LabelSelector } from '../../src/api/tenants.ts';
import { selects } from '../../src/model/label-selector.ts';

type Expression = LabelSelector['matchExpressions'][number];

const on = (key: string, operator: Expression['operator'], ...values: string[]): Expression => ({
  ...{ key, operator, values },
});

describe('a label selector', () => {
  const labels = { team: 'a', stage: 'test', empty: '' };
  for (const { matchLabels = {}, matchExpressions = [], want } of [
    { matchLabels: { team: 'a' }, want: true },
    { matchLabels: { team: 'a', stage: 'test' }, want: true },
    { matchLabels: { team: 'a', stage: 'live' }, want: false },
    { matchLabels: { team: 'A' }, want: false },
    { matchLabels: { other: '' }, want: false },
    { matchLabels: { empty: '' }, want: true },
    { matchExpressions: [on('team', 'In', 'b', 'a')], want: true },
    { matchExpressions: [on('team', 'In', 'b')], want: false },
    { matchExpressions: [on('other', 'In', '')], want: false },
    { matchExpressions: [on('team', 'NotIn', 'a')], want: false },
    { matchExpressions: [on('team', 'NotIn', 'b')], want: true },
    { matchExpressions: [on('other', 'NotIn', 'a')], want: true },
    { matchExpressions: [on('empty', 'Exists')], want: true },
    { matchExpressions: [on('other', 'Exists')], want: false },
    { matchExpressions: [on('toString', 'Exists')], want: false },
    { matchExpressions: [on('empty', 'DoesNotExist')], want: false },
    { matchExpressions: [on('toString', 'DoesNotExist')], want: true },
    { matchLabels: { team: 'a' }, matchExpressions: [on('stage', 'In', 'live')], want: false },
    { matchLabels: { team: 'b' }, matchExpressions: [on('stage', 'In', 'test')], want: false },
    { matchExpressions: [on('stage', 'Exists'), on('team', 'NotIn', 'a')], want: false },
  ]) {
    it(`${want ? 'takes' : 'does not take'} what ${JSON.stringify({ matchLabels, matchExpressions })} is asked of`, () =>
      assert.equal(selects({ matchLabels, matchExpressions }, labels), want));
  }
});
