import { expect, it } from 'vitest';
import { renderTopicTable } from './render-topic-table.ts';

it('has a row for each term', () => {
  const rows = [{ term: 'a=<x|y>', summary: 'One.' }];
  expect(renderTopicTable({ rows }).split('\n')[2]).toMatch(/^\| `a=<x\\\|y>` +\| One\. +\|$/);
});
