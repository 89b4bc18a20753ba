import { describe, expect, it } from 'vitest';
import { sketchContainer } from '../testing/container.ts';
import { choosePorts, MAX_PORTS } from './service-ports.ts';

const external = { internal: false };
const never = () => false;

describe('choosePorts', () => {
  it('takes published ports, and says of the others that they are not', () => {
    const choices = choosePorts(sketchContainer({ ports: ['8080:80', '443'] }), external, never);
    expect(choices.registrable).toEqual([
      { containerPort: 80, protocol: 'tcp', internal: false, bindings: [{ hostIp: '0.0.0.0', hostPort: 8080 }] },
    ]);
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
    expect(choosePorts(sketchContainer(sketch), { internal }, never).registrable).toEqual([
      { containerPort: 80, protocol: 'tcp', internal, bindings: [{ hostIp: '', hostPort: 80 }] },
    ]);
  });

  it('takes a port that is not published where the container asks for that port alone', () => {
    const container = sketchContainer({ ports: ['80', '443', '9090:90'] });
    const choices = choosePorts(container, external, (port) => port !== 80);
    expect(choices.skipped.map(({ port }) => port)).toEqual(['80/tcp']);
    expect(choices.registrable).toEqual([
      { containerPort: 443, protocol: 'tcp', internal: true, bindings: [{ hostIp: '', hostPort: 443 }] },
      { containerPort: 90, protocol: 'tcp', internal: true, bindings: [{ hostIp: '0.0.0.0', hostPort: 9090 }] },
    ]);
  });

  it.each([
    ['published ports of a container', 'host', [MAX_PORTS, 0], 2],
    ['ports that are not published', 'bridge', [0, MAX_PORTS], 2],
  ])('takes no more than so many %s', (_, networkMode, lengths, leftOut) => {
    const ports = Array.from({ length: MAX_PORTS + leftOut }, (__, index) => String(index + 1));
    const { registrable, skipped, known, warnings } = choosePorts(
      sketchContainer({ ports, networkMode }),
      external,
      never,
    );
    expect([registrable.length, skipped.length]).toEqual(lengths);
    expect(known).toBe(MAX_PORTS + leftOut);
    expect(warnings).toEqual([`container web: 2 of its ports are left out: at most ${MAX_PORTS} are registered`]);
  });

  it('finds the published port behind any number of others', () => {
    const ports = Array.from({ length: MAX_PORTS + 1 }, (_, index) => String(index + 1));
    const { registrable } = choosePorts(sketchContainer({ ports: [...ports, '8080:8080'] }), external, never);
    expect(registrable.map(({ containerPort }) => containerPort)).toEqual([8080]);
  });

  it('keeps several bindings in their order', () => {
    const bindings = [
      { hostIp: '10.0.0.9', hostPort: 1000 },
      { hostIp: '::', hostPort: 2000 },
    ];
    const port = { port: 80, protocol: 'tcp', exposed: false, bindings } as const;
    const { registrable } = choosePorts({ ...sketchContainer(), ports: [port] }, external, never);
    expect(registrable).toEqual([{ containerPort: 80, protocol: 'tcp', internal: false, bindings }]);
  });
});
