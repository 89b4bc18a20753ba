import { describe, expect, it } from 'vitest';
import { renderEtcdArgs } from './etcd-member.ts';

describe('renderEtcdArgs', () => {
  const hosts = [
    { name: 'host-1', address: '10.77.0.11' },
    { name: 'host-2', address: '10.77.0.12' },
  ];

  it('listens on the address of its host and names all members', () => {
    const args = renderEtcdArgs({ hostName: 'host-2', address: '10.77.0.12', dataDir: '/lab/etcd', hosts });
    expect(args).toEqual(
      expect.arrayContaining([
        '--name=host-2',
        '--listen-client-urls=http://10.77.0.12:2379',
        '--listen-peer-urls=http://10.77.0.12:2380',
        '--initial-cluster=host-1=http://10.77.0.11:2380,host-2=http://10.77.0.12:2380',
      ]),
    );
  });
});
