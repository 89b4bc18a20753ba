/** What an import does besides saying what it would do; each is a word on the command line. */
export const importWords = ['write', 'overwrite', 'registrations'] as const;

export type ImportWord = (typeof importWords)[number];

export function isImportWord(text: string): text is ImportWord {
  return importWords.some((word) => word === text);
}
