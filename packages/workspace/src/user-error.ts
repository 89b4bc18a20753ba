/** Something the person at the terminal can mend: the message says what, where and what to do, and no stack is shown. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
