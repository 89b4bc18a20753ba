import { describe, expect, it } from 'vitest';
import { sketchContainer } from '../testing/container.ts';
import { choosePorts } from './service-ports.ts';

describe('choosePorts', () => {
  it('takes published ports, and says of the others that they are not', () => {
    const choices = choosePorts(sketchContainer({ ports: ['8080:80', '443'] }), { internal: false });
    expect(choices.registrable).toEqual([{ containerPort: 80, protocol: 'tcp', hostPort: 8080, hostIp: '0.0.0.0' }]);
    expect(choices.skipped).toEqual([
      {
        port: '443/tcp',
        reason: 'container web: port 443/tcp is not published on the host (-internal announces it)',
      },
    ]);
    expect(choices.known).toBe(2);
  });

  it.each([
    ['all ports with -internal', { ports: ['80'] }, true],
    ['all ports with host networking', { ports: ['80'], networkMode: 'host' }, false],
    ["all ports in another container's network", { ports: ['80'], networkMode: 'container:abc' }, false],
  ])('takes %s, as if published on themselves', (_, sketch, internal) => {
    expect(choosePorts(sketchContainer(sketch), { internal }).registrable).toEqual([
      { containerPort: 80, protocol: 'tcp', hostPort: 80, hostIp: '' },
    ]);
  });

  it('takes the first of several bindings', () => {
    const container = sketchContainer();
    const bindings = [
      { hostIp: '10.0.0.9', hostPort: 1000 },
      { hostIp: '::', hostPort: 2000 },
    ];
    const port = { port: 80, protocol: 'tcp', exposed: false, bindings } as const;
    expect(choosePorts({ ...container, ports: [port] }, { internal: false }).registrable).toEqual([
      { containerPort: 80, protocol: 'tcp', hostPort: 1000, hostIp: '10.0.0.9' },
    ]);
  });
});
