import { expect, it } from 'vitest';
import { command } from '../options.ts';
import { knownRouteOptions } from './known-route-options.ts';
import { schemes } from './parse-destination.ts';
import { filterOptions } from './parse-filter.ts';

const [adapters, filters, options] = command.topics ?? [];

it('tells of every adapter, filter and option of a route', () => {
  const terms = (adapters?.rows ?? []).flatMap(({ term }) => term.replace(/:$/, '').split(', '));
  expect(terms.toSorted()).toEqual([...schemes, 'multiline+...'].toSorted());
  expect((filters?.rows ?? []).map(({ term }) => term.replace(/=.*/, '')).toSorted()).toEqual(filterOptions.toSorted());
  const own = (options?.rows ?? []).map(({ term }) => term.slice(0, -1));
  const shared = options?.rows.at(-1)?.summary.match(/(?<=[:,] )[\w.-]+(?=[,.])/g) ?? [];
  expect([...own.slice(0, -1), ...shared].toSorted()).toEqual(knownRouteOptions.map(({ name }) => name).toSorted());
});
