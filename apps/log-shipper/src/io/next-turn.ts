import type { NextTurn } from '../queue/waiting-line.ts';

export const nextTurn: NextTurn = (task) => {
  setImmediate(task);
};
