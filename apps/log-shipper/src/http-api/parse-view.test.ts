import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseView } from './parse-view.ts';

const viewOf = (url: string) => {
  const view = parseView(url);
  if (view === undefined) return undefined;
  if (!view.ok) return view.error;
  const { filter, colors, tail } = view.value;
  const name = filter.name;
  return {
    id: filter.idPrefix,
    matches: name === undefined ? 'any' : ['web', 'web-1', 'db'].filter((each) => name(each)),
    sources: [...filter.sources],
    labels: filter.labels.map(({ key }) => key),
    colors,
    tail,
  };
};
const all = { id: '', matches: 'any', sources: ['stdout', 'stderr'], labels: [], colors: true, tail: 0 };

describe('parseView', () => {
  it.each([
    ['/logs', {}],
    ['/logs/', {}],
    ['/logs/id:0f3a', { id: '0f3a' }],
    ['/logs/name:web', { matches: ['web'] }],
    ['/logs/name:web*', { matches: ['web', 'web-1'] }],
    ['/logs/name:%77eb%2A', { matches: ['web', 'web-1'] }],
    ['/logs?sources=stderr', { sources: ['stderr'] }],
    ['/logs?sources=', {}],
    ['/logs?colors=off', { colors: false }],
    ['/logs?colors=on', {}],
    ['/logs?tail=20&filter.labels=tier:front*,owner:a', { tail: 20, labels: ['tier', 'owner'] }],
    ['/logs?tail=all', { tail: undefined }],
    ['/logs?filter.name=db&sources=stdout', { matches: ['db'], sources: ['stdout'] }],
  ])('%s is a view', (url, view) => {
    expect(viewOf(url)).toEqual({ ...all, ...view });
  });

  it.each([
    ['/logs?colour=off', /parameter colour that is not known/],
    ['/logs?sources=stdin', /stdin/],
    ['/logs?tail=-1', /neither all nor a number/],
    ['/logs?tail=', /neither all nor a number/],
    ['/logs/name:[', /breaks off/],
    ['/logs/name:%ff', /percent-encoded/],
    ['/logs/name:a?filter.name=b', /more than once/],
    ['/logs?sources=stdout&filter.sources=stderr', /more than once/],
  ])('%s is refused', (url, error) => {
    expect(viewOf(url)).toEqual([expect.stringMatching(error)]);
  });

  it.each(['/', '/log', '/logsx', '/logs/web', '/logs/id:', '/logs/name:a/b', '//logs', 'logs'])(
    '%s is none',
    (url) => {
      expect(viewOf(url)).toBeUndefined();
    },
  );

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => [parseView(`/logs${text}`), parseView(text)]).not.toThrow();
      }),
    );
  });
});
