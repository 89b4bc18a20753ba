import { describe, expect, it } from 'vitest';
import { askInTurn, NameError, type NameErrorCode } from './name-error.ts';

describe('askInTurn', () => {
  const ask = (says: Readonly<Record<string, readonly string[] | NameErrorCode>>) => {
    const asked: string[] = [];
    const answer = askInTurn(Object.keys(says), async (name) => {
      asked.push(name);
      const said = says[name] ?? [];
      if (typeof said === 'string') throw new NameError(said);
      return said;
    });
    return { asked, answer };
  };

  it.each([
    { says: { a: ['1'], b: ['2'] }, asked: ['a'], found: ['1'] },
    { says: { a: 'not-found', b: ['2'] }, asked: ['a', 'b'], found: ['2'] },
    { says: { a: 'failed', b: ['2'] }, asked: ['a', 'b'], found: ['2'] },
    { says: { a: [], b: ['2'] }, asked: ['a', 'b'], found: ['2'] },
  ] as const)('takes the first that has anything of $says', async ({ says, asked, found }) => {
    const asking = ask(says);
    expect(await asking.answer).toEqual(found);
    expect(asking.asked).toEqual(asked);
  });

  it.each([
    { says: { a: 'not-found', b: 'not-found' }, asked: ['a', 'b'], code: 'not-found' },
    { says: { a: 'failed', b: 'not-found' }, asked: ['a', 'b'], code: 'failed' },
    { says: { a: 'unanswered', b: ['2'] }, asked: ['a'], code: 'unanswered' },
  ] as const)('says the worst of $says', async ({ says, asked, code }) => {
    const asking = ask(says);
    await expect(asking.answer).rejects.toMatchObject({ code });
    expect(asking.asked).toEqual(asked);
  });
});
