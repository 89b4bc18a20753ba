/** One record of a service on the registrar's `/debug/services` page, as far as the demo shows it. */
export interface ShownRecord {
  readonly container: string;
  readonly key: string;
  readonly value: string;
}

/** Reads the page; services and records of another shape are left out. */
export function parseRecords(page: unknown): readonly ShownRecord[] {
  return listOf(page).flatMap((service) => {
    const container = textOf(service, 'container');
    return listOf(fieldOf(service, 'entries')).flatMap((entry) => {
      const [key, value] = [textOf(entry, 'key'), textOf(entry, 'value')];
      return container === undefined || key === undefined || value === undefined ? [] : [{ container, key, value }];
    });
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const text = fieldOf(value, name);
  return typeof text === 'string' ? text : undefined;
}
