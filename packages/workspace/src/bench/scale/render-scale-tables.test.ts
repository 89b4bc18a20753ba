import { describe, expect, it } from 'vitest';
import { costs, declaredCost, inUnitOf } from './costs.ts';
import { pageAssumptions } from './model-installation.ts';
import { renderCostsTable, renderLoadTable, renderLoadText } from './render-scale-tables.ts';

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

describe('renderLoadText', () => {
  it('is for the installation given, in columns of one width', () => {
    const lines = renderLoadText({ ...pageAssumptions, containersAHost: 30 }, [200, 1_234]);
    expect(lines[0]).toMatch(/^ +200 hosts {2}1,234 hosts$/);
    expect(lines[1]).toMatch(/^records +6,000 +37,000$/);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines.join('\n')).not.toContain('*');
  });
});
