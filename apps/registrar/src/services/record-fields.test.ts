import { describe, expect, it } from 'vitest';
import { collectMetadata, metadataOfPort } from './metadata.ts';
import { readRecordFields } from './record-fields.ts';

function read(labels: Readonly<Record<string, string>>) {
  const container = { environment: new Map<string, string>(), labels: new Map(Object.entries(labels)) };
  return readRecordFields(metadataOfPort(collectMetadata(container, 'SERVICE_'), 80));
}

describe('readRecordFields', () => {
  it('reads all four, per port too', () => {
    const labels = { SERVICE_PRIORITY: '1', SERVICE_80_WEIGHT: '65535', SERVICE_WEIGHT: '2', SERVICE_TTL: '0' };
    expect(read({ ...labels, SERVICE_GROUP: 'blue' })).toEqual({
      ok: true,
      value: { priority: 1, weight: 65_535, ttlSeconds: 0, group: 'blue' },
    });
  });

  it.each([{}, { SERVICE_PRIORITY: '', SERVICE_WEIGHT: '', SERVICE_TTL: '', SERVICE_GROUP: '' }])(
    'leaves out what is not said: %j',
    (labels) => {
      expect(read(labels)).toEqual({ ok: true, value: {} });
    },
  );

  it.each([
    [{ SERVICE_PRIORITY: '65536' }, 'label SERVICE_PRIORITY must be a whole number from 0 to 65535'],
    [{ SERVICE_WEIGHT: '-1' }, 'label SERVICE_WEIGHT must be a whole number from 0 to 65535'],
    [{ SERVICE_80_WEIGHT: '1.5' }, 'label SERVICE_80_WEIGHT must be a whole number from 0 to 65535'],
    [{ SERVICE_TTL: '10s' }, 'label SERVICE_TTL must be a whole number from 0 to 2147483647'],
    [{ SERVICE_TTL: '2147483648' }, 'label SERVICE_TTL must be a whole number from 0 to 2147483647'],
    [{ SERVICE_TTL: '0x10' }, 'label SERVICE_TTL must be a whole number from 0 to 2147483647'],
    [{ SERVICE_TTL: ' 1' }, 'label SERVICE_TTL must be a whole number from 0 to 2147483647'],
  ])('refuses %j', (labels, error) => {
    expect(read(labels)).toEqual({ ok: false, error });
  });
});
