import { describe, expect, it } from 'vitest';
import { costs, declaredCost, inUnitOf } from './costs.ts';
import { renderCostsTable, renderLoadTable } from './render-scale-tables.ts';

describe('declaredCost', () => {
  it('is in seconds and bytes, and back in the unit of the table', () => {
    expect(declaredCost('etcdBase')).toBe(costs.etcdBase.value * 2 ** 20);
    expect(inUnitOf('etcdWrite', declaredCost('etcdWrite'))).toBeCloseTo(costs.etcdWrite.value);
  });
});

describe('the tables of the page', () => {
  it('have a row for each cost, and a column for each number of hosts', () => {
    expect(renderCostsTable().split('\n')).toHaveLength(2 + Object.keys(costs).length);
    const [head = '', , ...lines] = renderLoadTable().split('\n');
    expect(head).toBe('| | 100 hosts | 1,000 hosts | 2,000 hosts | 10,000 hosts |');
    for (const line of lines) expect(line).toMatch(/^\|( [^|]+ \|){5}$/);
    expect(lines[0]).toBe('| records | 5,000 | 50,000 | 100,000 | 500,000 |');
  });
});
