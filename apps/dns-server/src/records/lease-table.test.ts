import { describe, expect, it } from 'vitest';
import { createLeaseTable } from './lease-table.ts';

describe('createLeaseTable', () => {
  it('counts the records of each lease, and forgets one without records', () => {
    const leases = createLeaseTable();
    const first = leases.take('7587848943239472601');
    expect(leases.take('7587848943239472601')).toBe(first);
    const second = leases.take('2');
    expect([first, second].map((number) => leases.idOf(number))).toEqual(['7587848943239472601', '2']);
    leases.release(first);
    expect([...leases.uses.keys()]).toEqual(['7587848943239472601', '2']);
    leases.release(first);
    expect([...leases.uses.keys()]).toEqual(['2']);
    expect(leases.take('3')).toBe(first);
    expect(leases.idOf(second)).toBe('2');
  });

  it('has 0 for no lease', () => {
    const leases = createLeaseTable();
    expect(leases.take('0')).toBe(0);
    leases.release(0);
    expect(leases.idOf(0)).toBe('0');
    expect(leases.uses.size).toBe(0);
  });
});
