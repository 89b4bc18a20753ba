import { isIP } from 'node:net';

/** The addresses that a hosts file has for a name, in its order (hosts(5)); those of `localhost` also when it has none. */
export function findInHosts(file: string, name: string): readonly string[] {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const listed = file.split('\n').flatMap((line) => {
    const [address = '', ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
    return isIP(address) !== 0 && names.some((each) => each.toLowerCase() === wanted) ? [address] : [];
  });
  // No name server is to be asked for it (RFC 6761, section 6.3).
  const isLocalhost = wanted === 'localhost' || wanted.endsWith('.localhost');
  return listed.length === 0 && isLocalhost ? ['127.0.0.1', '::1'] : listed;
}
