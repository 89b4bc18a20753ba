import { type Container, EngineError, type EngineErrorCode } from '@wharf/docker-watcher';
import { describe, expect, it } from 'vitest';
import { sketchContainer } from '../testing/container.ts';
import { listContainers } from './list-containers.ts';

const containers = Array.from({ length: 50 }, (_, index) => sketchContainer({ name: `web-${index}` }));

/** An engine of which one container cannot be inspected. */
const engineWith = (fault: { readonly id: string; readonly answer: Container | EngineError | undefined }) => ({
  list: async () => containers.map(({ id }) => id),
  async inspect(id: string) {
    if (id !== fault.id) return containers.find((container) => container.id === id);
    if (fault.answer instanceof EngineError) throw fault.answer;
    return fault.answer;
  },
});

const [first, ...others] = containers;
const id = first?.id ?? '';
const failing = (code: EngineErrorCode) => engineWith({ id, answer: new EngineError(code, `cannot: ${code}`) });

describe('listContainers', () => {
  it('gives every container by its ID', async () => {
    const found = await listContainers(engineWith({ id, answer: first }), { warn: () => undefined });
    expect([...found.values()].toSorted(byId)).toEqual(containers.toSorted(byId));
    for (const [key, container] of found) expect(key).toBe(container.id);
  });

  it('leaves out what was removed meanwhile', async () => {
    const found = await listContainers(engineWith({ id, answer: undefined }), { warn: () => undefined });
    expect([...found.values()].toSorted(byId)).toEqual(others.toSorted(byId));
  });

  it.each(['failed', 'unsupported'] as const)('leaves out one that is %s, with a warning', async (code) => {
    const warnings: unknown[] = [];
    const found = await listContainers(failing(code), { warn: (fields, message) => warnings.push([fields, message]) });
    expect(found.size).toBe(others.length);
    expect(warnings).toEqual([[{ container: id }, `cannot: ${code}; it is left out`]]);
  });

  it.each(['unavailable', 'refused', 'misconfigured'] as const)('fails when the engine is %s', async (code) => {
    await expect(listContainers(failing(code), { warn: () => undefined })).rejects.toThrow(`cannot: ${code}`);
  });
});

function byId(a: Container, b: Container): number {
  return a.id < b.id ? -1 : 1;
}
