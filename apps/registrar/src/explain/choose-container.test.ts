import { describe, expect, it } from 'vitest';
import { chooseContainer } from './choose-container.ts';

const containers = [
  { id: '3f2a8c1d9e0b'.padEnd(64, '1'), name: 'shop-web-1' },
  { id: '3f2a77777777'.padEnd(64, '2'), name: 'api' },
  { id: 'cafe00000000'.padEnd(64, '3'), name: 'db' },
  { id: '000000000000'.padEnd(64, '4'), name: 'cafe' },
];

const chosen = (wanted: string): string => {
  const found = chooseContainer(wanted, containers);
  return found.ok ? found.value.name : found.error;
};

describe('chooseContainer', () => {
  it.each([
    { wanted: 'api', name: 'api' },
    { wanted: '/api', name: 'api' },
    { wanted: '3f2a8', name: 'shop-web-1' },
    { wanted: '3F2A8C1D9E0B', name: 'shop-web-1' },
    { wanted: '0000', name: 'cafe' },
    { wanted: '3f2a77777777'.padEnd(64, '2'), name: 'api' },
    { wanted: 'cafe', name: 'cafe' },
    { wanted: 'cafe0', name: 'db' },
  ])('takes $wanted for $name', ({ wanted, name }) => {
    expect(chosen(wanted)).toBe(name);
  });

  it.each([
    { wanted: 'apo', error: 'there is no container "apo": did you mean api?' },
    { wanted: 'WEB', error: 'there is no container "WEB": did you mean shop-web-1?' },
    { wanted: 'a', error: 'there is no container "a": did you mean api or cafe?' },
    { wanted: '3f2', error: 'there is no container "3f2": of an ID at least four digits are needed' },
    { wanted: 'cafecafe', error: 'there is no container "cafecafe": docker ps -a lists them' },
    { wanted: 'a\u001b[2J', error: 'there is no container "a\\u001b[2J": docker ps -a lists them' },
    { wanted: '', error: 'there is no container "": docker ps -a lists them' },
    {
      wanted: '3f2a',
      error: '"3f2a" begins the IDs of shop-web-1 (3f2a8c1d9e0b) and api (3f2a77777777): give more digits, or a name',
    },
  ])('says of $wanted: $error', ({ wanted, error }) => {
    expect(chosen(wanted)).toBe(error);
  });

  it('names no more than a few of many', () => {
    const many = Array.from({ length: 9 }, (_, index) => ({
      id: `abcd${index}`.padEnd(64, '0'),
      name: `web-${index}`,
    }));
    const names = 'web-0, web-1, web-2, web-3, web-4';
    expect(chooseContainer('web', many)).toMatchObject({
      error: `there is no container "web": did you mean ${names} or 4 more?`,
    });
    expect(chooseContainer('abcd', many)).toMatchObject({ error: expect.stringContaining('and 4 more: give more') });
  });
});
