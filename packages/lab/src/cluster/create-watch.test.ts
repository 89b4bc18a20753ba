import { type ServerProcess, startServer } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { createWatch, type ObservedHost } from './create-watch.ts';

describe('createWatch', () => {
  it('leaves no observer of a host that comes up while it is stopped', async () => {
    const booted = Promise.withResolvers<void>();
    const observers: ServerProcess[] = [];
    const host: ObservedHost = {
      name: 'host-1',
      address: '127.0.0.1',
      async start(server) {
        await booted.promise;
        const observer = await startServer(server);
        observers.push(observer);
        return observer;
      },
    };
    const watch = createWatch('web.example.local', 'A');
    const observing = watch.observe(host);
    await watch.stop();
    booted.resolve();
    await observing;
    expect(observers.map(({ running }) => running)).toEqual([false]);
  });
});
