import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileText } from '../testing/hostile-text.ts';
import { layoutRules, sketchService } from '../testing/service.ts';
import { createEtcdLayout } from './etcd-layout.ts';

const ROOT = '/teams/services';

describe('createEtcdLayout', () => {
  const layout = createEtcdLayout(ROOT, layoutRules);

  it.each([
    { sketch: {}, key: `${ROOT}/web/node-1:web:80`, value: '10.0.0.5:8080' },
    { sketch: { address: '2001:db8::5' }, key: `${ROOT}/web/node-1:web:80`, value: '[2001:db8::5]:8080' },
    { sketch: { id: 'eu/1' }, key: `${ROOT}/web/eu/1`, value: '10.0.0.5:8080' },
    { sketch: { name: 'my.app', id: '1.2' }, key: `${ROOT}/my.app/1.2`, value: '10.0.0.5:8080' },
  ])('$key holds $value', ({ sketch, key, value }) => {
    expect(layout.toEntries(sketchService(sketch))).toEqual({
      ok: true,
      value: { entries: [{ key, value }], warnings: [] },
    });
  });

  it('maps a name that is no part of a path, and says so', () => {
    expect(layout.toEntries(sketchService({ name: '..' }))).toMatchObject({
      value: { entries: [{ key: `${ROOT}/%2e%2e/node-1:web:80` }], warnings: [expect.stringContaining('%2e%2e')] },
    });
  });

  it('never leaves the subtree of the service, whatever containers say', () => {
    const labels = fc.constantFrom('octets', 'hostname', 'refuse');
    fc.assert(
      fc.property(hostileText, hostileText, labels, (name, id, labels) => {
        const written = createEtcdLayout(ROOT, { ...layoutRules, labels }).toEntries(sketchService({ name, id }));
        if (!written.ok) return;
        const [{ key } = { key: '' }] = written.value.entries;
        const [, ...segments] = key.slice(ROOT.length).split('/');
        expect(key.startsWith(`${ROOT}/`)).toBe(true);
        expect(segments.length).toBeGreaterThan(1);
        expect(segments.filter((segment) => /^\.{0,2}$/.test(segment))).toEqual([]);
        expect(key).not.toMatch(/\p{Cc}|\p{Cs}/u);
      }),
      { numRuns: 500 },
    );
  });
});
