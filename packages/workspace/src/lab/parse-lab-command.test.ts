import { describe, expect, it } from 'vitest';
import { commandWords, renderHelp } from './lab-command.ts';
import { parseLabCommand, parseLabScript } from './parse-lab-command.ts';

describe('parseLabCommand', () => {
  it.each([
    ['kill 2', { kind: 'kill', host: 2 }],
    ['  cut   host-3 ', { kind: 'cut', host: 3 }],
    ['leader', { kind: 'leader' }],
    ['roll', { kind: 'roll' }],
    ['roll 1', { kind: 'roll', host: 1 }],
    ['roll dns-server', { kind: 'roll', agent: 'dns-server' }],
    ['roll dns-server 2', { kind: 'roll', agent: 'dns-server', host: 2 }],
    ['run shop-2 on 2', { kind: 'run', name: 'shop-2', host: 2 }],
    ['run shop 2', { kind: 'run', name: 'shop', host: 2 }],
    ['run on 2', { kind: 'run', name: 'on', host: 2 }],
    ['run on on 2', { kind: 'run', name: 'on', host: 2 }],
    ['stop web', { kind: 'stop', name: 'web' }],
    ['stop web on 1', { kind: 'stop', name: 'web', host: 1 }],
    ['lookup web.staging.example.local', { kind: 'lookup', name: 'web.staging.example.local' }],
    ['wait', { kind: 'wait' }],
    ['wait 0.5', { kind: 'wait', seconds: 0.5 }],
    ['quit', { kind: 'quit' }],
  ])('reads %s', (text, expected) => {
    expect(parseLabCommand(text, 3)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['kil 2', 'There is no command "kil". Did you mean kill?'],
    ['dance', expect.stringMatching(/^There is no command "dance". There are: kill, boot, .*, quit\.$/)],
    ['kill', 'Type it like this: kill 2'],
    ['kill 1 2', 'Type it like this: kill 2'],
    ['kill 4', 'There is no host "4": the hosts are 1 to 3.'],
    ['kill 0', 'There is no host "0": the hosts are 1 to 3.'],
    ['kill web', 'There is no host "web": the hosts are 1 to 3.'],
    ['roll dns-sever 2', 'There is no agent "dns-sever". Did you mean dns-server?'],
    ['roll everything', 'There is no agent "everything". The agents are registrar, dns-server, log-shipper.'],
    ['roll registrar 9', 'There is no host "9": the hosts are 1 to 3.'],
    ['run web', 'Type it like this: run NAME on 2'],
    ['run --privileged on 1', expect.stringContaining('"--privileged" cannot be a service\'s name')],
    ['run Web on 1', expect.stringContaining('lower-case letters')],
    ['lookup -s', '"-s" is not a host name.'],
    ['lookup a b', 'Type it like this: lookup NAME'],
    ['wait soon', '"soon" is not a number of seconds up to 3600.'],
    ['wait 9999', '"9999" is not a number of seconds up to 3600.'],
    ['quit now', 'Type it like this: quit'],
  ])('says what is possible instead of %s', (text, expected) => {
    expect(parseLabCommand(text, 3)).toEqual({ ok: false, error: expected });
  });
});

describe('parseLabScript', () => {
  it('separates commands by semicolons and line ends', () => {
    expect(parseLabScript('cut 2; wait 5\nheal 2;\n', 3)).toEqual({
      ok: true,
      value: [
        { text: 'cut 2', command: { kind: 'cut', host: 2 } },
        { text: 'wait 5', command: { kind: 'wait', seconds: 5 } },
        { text: 'heal 2', command: { kind: 'heal', host: 2 } },
      ],
    });
  });

  it('names the first command that cannot be meant', () => {
    expect(parseLabScript('cut 2; heel 2', 3)).toEqual({
      ok: false,
      error: 'heel 2: There is no command "heel". Did you mean heal?',
    });
  });
});

describe('renderHelp', () => {
  it('shows each command as it is typed, and each of them can be typed so', () => {
    const usages = renderHelp().map((line) => line.split(/\s{2,}/)[0] ?? '');
    expect(usages.map((usage) => usage.split(' ')[0])).toEqual(commandWords());
    const typed = usages.map((usage) =>
      usage.replaceAll(/[[\]]/g, '').replace('AGENT', 'registrar').replace('NAME', 'web'),
    );
    for (const text of typed) expect(parseLabCommand(text.replace('SECONDS', '1'), 3)).toMatchObject({ ok: true });
  });

  it('fits a terminal of 80 columns', () => {
    expect(Math.max(...renderHelp().map((line) => line.length))).toBeLessThanOrEqual(76);
  });
});
