/** What may be done in one turn of the event loop, so that others have theirs. */
export interface TurnBudget {
  isSpent(): boolean;
  spend(): void;
}

/** A budget of `limit` in each turn. */
export function createTurnBudget(limit: number): TurnBudget {
  let left = limit;
  return {
    isSpent: () => left <= 0,
    spend() {
      if (left-- === limit) {
        setImmediate(() => {
          left = limit;
        });
      }
    },
  };
}
