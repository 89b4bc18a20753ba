import { describe, expect, it } from 'vitest';
import { loadBatchSystem, SystemCallError } from './batch-system.ts';
import { encodeSocketAddress } from './socket-address.ts';

describe('loadBatchSystem', () => {
  it('has the system calls here', async () => {
    expect(await loadBatchSystem()).toMatchObject({ ok: true });
  });

  it.each([
    ['darwin', 'arm64'],
    ['linux', 's390x'],
    ['linux', 'ia32'],
  ])('says that it does not know them on %s, %s', async (platform, processor) => {
    expect(await loadBatchSystem(platform, processor)).toEqual({
      ok: false,
      error: `they are known for Linux on x64 and arm64, and this is ${platform} on ${processor}`,
    });
  });
});

describe('openSocket', () => {
  it('says which call failed and why', async () => {
    const system = await loadBatchSystem();
    if (!system.ok) throw new Error(system.error);
    const address = encodeSocketAddress({ host: '192.0.2.1', port: 0, zoneIndex: 0 }) ?? Buffer.alloc(0);
    expect(() => system.value.openSocket(address, false)).toThrow(SystemCallError);
    expect(() => system.value.openSocket(address, false)).toThrow('bind: EADDRNOTAVAIL');
  });
});
