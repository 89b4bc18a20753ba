import { silentLogger } from '@wharf/agent';
import { describe, expect, it, vi } from 'vitest';
import { chooseUdp, type UdpIoChoice } from './start-udp.ts';

const missing = () => Promise.resolve({ ok: false, error: 'koffi is not here' } as const);

const start = async (choice: UdpIoChoice, log = silentLogger, load?: Parameters<typeof chooseUdp>[2]) => {
  const options = { host: '127.0.0.1', port: 0, respond: () => undefined, log, onDropped: () => undefined };
  const starter = await chooseUdp(choice, options, load);
  return { io: starter.io, server: await starter.start(options) };
};

describe('chooseUdp', () => {
  it.each([
    ['auto', 'batch'],
    ['batch', 'batch'],
    ['dgram', 'dgram'],
  ] as const)('by %s serves by %s on this host', async (choice, io) => {
    const started = await start(choice);
    expect(started.io).toBe(io);
    await started.server.close();
  });

  it('serves without batches where there are none, and says why', async () => {
    const info = vi.fn<() => void>();
    const started = await start('auto', { ...silentLogger, info }, missing);
    expect(started.io).toBe('dgram');
    expect(info).toHaveBeenCalledExactlyOnceWith({ reason: 'koffi is not here' }, expect.any(String));
    await started.server.close();
  });

  it('does not start when it is told to use batches and there are none', async () => {
    await expect(start('batch', silentLogger, missing)).rejects.toThrow(
      'cannot listen on udp 127.0.0.1 port 0 in batches: koffi is not here; leave out -udp batch',
    );
  });
});
