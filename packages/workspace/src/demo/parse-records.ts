/** One service of the registrar's `/debug/services` page, as far as the demo shows it. */
export interface ShownRecord {
  readonly container: string;
  readonly key: string;
  readonly value: string;
}

/** Reads the page; entries of another shape are left out. */
export function parseRecords(page: unknown): readonly ShownRecord[] {
  return Array.isArray(page) ? page.filter(isShownRecord) : [];
}

function isShownRecord(entry: unknown): entry is ShownRecord {
  if (typeof entry !== 'object' || entry === null) return false;
  return ['container', 'key', 'value'].every((field) => typeof Reflect.get(entry, field) === 'string');
}
