import { describe, expect, it } from 'vitest';
import { hostnameLabel } from './hostname-label.ts';
import { instanceLabels } from './instance-labels.ts';

describe('instanceLabels', () => {
  it.each([
    ['host:box:8080', ['host:box:8080']],
    ['eu/west/1', ['1', 'west', 'eu']],
    ['50%/a.b', ['a.b', '50%25']],
  ])('of %j are %j', (id, labels) => {
    expect(instanceLabels(id)).toEqual({ ok: true, value: labels });
  });

  it('are made by the mapping that is asked for, one part at a time', () => {
    expect(instanceLabels('eu/my_web:80', hostnameLabel)).toEqual({ ok: true, value: ['my--5fweb--3a80', 'eu'] });
  });

  it.each(['', '/1', '1/', 'a//b', '../config', './a', 'a\nb', '\ud800', 'x'.repeat(1_025)])(
    'there are none of %.20j',
    (id) => {
      expect(instanceLabels(id, hostnameLabel).ok).toBe(false);
      expect(instanceLabels(id).ok).toBe(false);
    },
  );
});
