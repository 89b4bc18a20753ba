import { eventually } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bootUnitHost, DOMAIN, IMAGE, UNITS, type UnitHost } from './unit-host.ts';

/** A start of Node on a busy machine, behind a start of Docker, takes its time. */
const PATIENCE = { timeoutMs: 120_000, intervalMs: 250 };
const TEST_MS = 300_000;
/** What the central rsyslog keeps of `ticker`, by the name of the host that the log-shipper says. */
const RECEIVED = 'cat /var/lib/docker/volumes/central-rsyslog/_data/$(hostname)/ticker.log';
/** Prints a number every 50 ms, after an ID that each of its lives has of its own. */
const TICK = 'read -r id < /proc/sys/kernel/random/uuid; while :; do echo "$id $((n += 1))"; usleep 50000; done';

const SERVE = 'echo ahoy > /tmp/index.html; exec httpd -f -p 80 -h /tmp';

let units: UnitHost;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Everything works: nothing has failed, old containers and new ones are found, and all that was printed is received. */
async function expectService(): Promise<void> {
  const { host, shell } = units;
  await eventually('web is found', expectWeb, PATIENCE);
  const fresh = `fresh-${Math.random().toString(36).slice(2, 8)}`;
  await shell(
    `docker run -d --rm --stop-signal KILL --name ${fresh} -P --expose 80 -e SERVICE_NAME=${fresh} ${IMAGE} sleep 600`,
  );
  await eventually(
    'a new container is found',
    async () => expect(await units.dig(fresh, 'A')).toEqual([host.address]),
    PATIENCE,
  );
  await shell(`docker stop ${fresh}`);
  await expectAllReceived();
  await eventually('no unit has failed', async () => expect(await units.failedUnits()).toBe(''), PATIENCE);
  await expectStates('active');
}

/** By the program that the images have for Docker's health checks, which Docker runs every 30 s. */
async function expectReady(): Promise<void> {
  for (const name of UNITS) await units.shell(`docker exec ${name} node /opt/wharf/dist/healthcheck.js`);
}

async function expectWeb(): Promise<void> {
  const { host, shell } = units;
  expect(await units.dig('web', 'A')).toEqual([host.address]);
  const port = (await shell('docker port web 80')).split('\n')[0]?.split(':').at(-1);
  const [answer = ''] = await units.dig('web', 'SRV');
  expect(answer.split(' ').slice(0, 3)).toEqual(['10', '100', port]);
}

/** What has been printed so far is received; it may be received twice. */
async function expectAllReceived(): Promise<void> {
  const printed = (await units.shell('docker logs ticker')).split('\n');
  expect(printed.length).toBeGreaterThan(1);
  const check = async (): Promise<void> => {
    const received = await units.shell(RECEIVED);
    const arrived = new Set(received.split('\n').map((line) => line.split(' ').slice(-2).join(' ')));
    expect(printed.filter((line) => !arrived.has(line))).toEqual([]);
  };
  await eventually('every line is received', check, PATIENCE);
}

async function expectStates(state: string, names: readonly string[] = UNITS): Promise<void> {
  const states = await units.shell(`systemctl is-active ${names.join(' ')} || :`);
  expect(states.split('\n')).toEqual(names.map(() => state));
}

async function startTimes(): Promise<readonly string[]> {
  return (await units.shell(`docker inspect --format '{{.State.StartedAt}}' ${UNITS.join(' ')}`)).split('\n');
}

/** The process of an agent, below the init of its container. */
const agentPid = (name: (typeof UNITS)[number]): string =>
  `$(pgrep -P $(docker inspect --format '{{.State.Pid}}' ${name}))`;

beforeAll(async () => {
  units = await bootUnitHost();
  const { shell } = units;
  // As an operator without fleet would have it: the examples are not for every host.
  await shell('install -m 644 /root/wharf/fleet-units/examples/central-rsyslog@.service /etc/systemd/system/');
  await shell('systemctl daemon-reload; systemctl enable --now central-rsyslog@1');
  // Of containers that run already when it starts for the first time, the log-shipper does not ship what they have printed.
  await eventually('the agents are ready', expectReady, PATIENCE);
  await shell(`docker run -d --restart always --stop-signal KILL --name ticker ${IMAGE} sh -c '${TICK}'`);
  const web = '--name web -P --expose 80 --expose 53/udp -e SERVICE_80_NAME=web -e SERVICE_53_IGNORE=yes';
  await shell(`docker run -d --restart always --stop-signal KILL ${web} ${IMAGE} sh -c '${SERVE}'`);
}, 900_000);

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') print(await units.host.journal(...UNITS, 'docker', 'central-rsyslog@1'));
});

afterAll(async () => units?.host.stop(), 120_000);

describe('the units on a host that systemd booted', () => {
  it('serve once they are installed', expectService, TEST_MS);

  it('let containers find services by short names, and the host by local.dns', async () => {
    const { host, inContainer } = units;
    expect(await inContainer('/usr/bin/getent', 'hosts', 'web')).toMatch(
      new RegExp(`^${host.address} +web.${DOMAIN}$`),
    );
    expect(await units.dig('local.dns', 'A')).toEqual([host.address]);
    const port = (await units.dig('web', 'SRV'))[0]?.split(' ')[2];
    expect(await inContainer('wget', '-q', '-O', '-', `http://web:${port}`)).toBe('ahoy');
  });

  it('give their containers no more rights than they need', async () => {
    const format = '{{.Name}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.CapAdd}}';
    const rights = await units.shell(`docker inspect --format '${format}' ${UNITS.join(' ')}`);
    expect(rights.split('\n')).toEqual([
      '/registrar true [ALL] []',
      '/dns-server true [ALL] [NET_BIND_SERVICE]',
      '/log-shipper true [ALL] []',
    ]);
  });

  it.each<[string, string]>([
    ['Docker is restarted', 'systemctl restart docker'],
    ['Docker is stopped and started', 'systemctl stop docker docker.socket; systemctl start docker'],
    ['dockerd is killed', 'kill -9 $(pidof dockerd)'],
    ['the agents are killed', `kill -9 ${UNITS.map(agentPid).join(' ')}`],
    ['the clients of Docker are killed', `systemctl kill --kill-who=main --signal=KILL ${UNITS.join(' ')}`],
  ])(
    'serve again when %s, and no line is lost',
    async (_, command) => {
      const before = await startTimes();
      await units.shell(command);
      // Each has begun anew: otherwise what follows would be looked at before it happens.
      await eventually(
        'the agents begin anew',
        async () => {
          const now = await startTimes();
          expect(now.filter((time) => before.includes(time))).toEqual([]);
        },
        PATIENCE,
      );
      await expectService();
    },
    TEST_MS,
  );

  it(
    'are stopped in order, one after the other, and started again',
    async () => {
      const { shell } = units;
      for (const name of ['log-shipper', 'registrar', 'dns-server']) {
        await shell(`systemctl stop ${name}`);
        await expectStates('inactive', [name]);
        expect(await shell('docker ps --all --format "{{.Names}}"')).not.toContain(name);
        // The records of a registrar that was stopped stay for the TTL.
        if (name === 'registrar') await expectWeb();
      }
      expect(await units.failedUnits()).toBe('');
      await shell(`systemctl start ${UNITS.join(' ')}`);
      await expectService();
    },
    TEST_MS,
  );

  it(
    'answer after a start without etcd',
    async () => {
      await units.shell('systemctl stop etcd; systemctl restart dns-server');
      await eventually('web is found', expectWeb, PATIENCE);
      await units.shell('systemctl start etcd');
      await expectService();
    },
    TEST_MS,
  );

  it.each(['orderly', 'power cut'] as const)(
    'serve again after the host is booted anew: %s',
    async (how) => {
      await units.host.reboot(how);
      const log = await units.shell(`journalctl --no-pager -b ${UNITS.map((name) => `-u ${name}`).join(' ')}`);
      print(`The units' log of the boot after this: ${how}\n${log}`);
      await expectService();
      expect(await units.shell('systemctl is-system-running')).toBe('running');
    },
    TEST_MS,
  );

  it(
    'come up by themselves when Docker comes late',
    async () => {
      const { shell } = units;
      const all = ['docker', ...UNITS, 'central-rsyslog@1'].join(' ');
      const dropIn = '/etc/systemd/system/docker.service.d/late.conf';
      await shell(`mkdir -p ${dropIn.replace('/late.conf', '')}
printf '[Service]\\nStartLimitInterval=5\\nExecStart=\\nExecStart=/bin/false\\n' > ${dropIn}`);
      // In one transaction, as at a boot.
      await shell(`systemctl stop docker.socket ${all}; systemctl daemon-reload; systemctl start ${all} || :`);
      await eventually(
        'Docker has been given up',
        async () => expect(await units.failedUnits()).toContain('docker.service'),
        PATIENCE,
      );
      await shell(`rm ${dropIn}; systemctl daemon-reload`);
      await expectService();
    },
    TEST_MS,
  );

  it(
    'say that the address is missing, and come up by themselves when it no longer is',
    async () => {
      const { shell } = units;
      await shell('mkdir -p /etc/wharf; echo COREOS_PRIVATE_IPV4= > /etc/wharf/environment');
      await shell('systemctl restart registrar || :');
      const expectSaid = async (): Promise<void> =>
        expect(await shell('systemctl status --no-pager --full registrar || :')).toMatch(
          /ExecStartPre=\/usr\/bin\/test .*status=1/,
        );
      await eventually('what is wrong is said', expectSaid, PATIENCE);
      await shell('rm /etc/wharf/environment');
      await expectService();
    },
    TEST_MS,
  );

  it(
    'follow a change of /etc/wharf/environment',
    async () => {
      const { host, shell } = units;
      await shell('mkdir -p /etc/wharf; echo WHARF_DOMAIN=other.example.local > /etc/wharf/environment');
      await shell(`systemctl restart ${UNITS.join(' ')}`);
      const isFound = async (): Promise<void> =>
        expect(await units.dig('web.other.example.local.', 'A')).toEqual([host.address]);
      await eventually('web is found in the other domain', isFound, PATIENCE);
    },
    TEST_MS,
  );
});
