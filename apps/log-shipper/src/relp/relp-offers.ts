/** What one side of a session can do: `name[=value]` a line, in `open` and in its response. */
export type RelpOffers = ReadonlyMap<string, string>;

/** Names and values are ours: without line feeds. */
export function renderRelpOffers(offers: RelpOffers): string {
  return [...offers].map(([name, value]) => `${name}=${value}`).join('\n');
}

/** Lines without a name are passed over; of a name that comes twice, the last counts. */
export function parseRelpOffers(text: string): RelpOffers {
  const offers = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(line) ?? [];
    if (name !== '') offers.set(name.trim(), value.trim());
  }
  return offers;
}

/** Why messages cannot be sent to a server with these offers, as the end of a sentence. */
export function offersProblem(offers: RelpOffers): string | undefined {
  const version = offers.get('relp_version');
  if (version !== undefined && !['0', '1'].includes(version)) {
    return `the receiver speaks RELP version ${quoted(version)}, known are 0 and 1`;
  }
  const commands = offers.get('commands') ?? '';
  if (!commands.split(',').some((command) => command.trim() === 'syslog')) {
    return `the receiver takes no syslog over RELP: it offers ${quoted(commands)}`;
  }
  return undefined;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
