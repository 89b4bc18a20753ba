import { failure, type Result, success } from '@wharf/agent';

/** An etcd that serves its version 2, and where in it to begin. */
export interface ImportSource {
  /** `http://10.0.0.11:4001`. */
  readonly origin: string;
  /** Without slashes at its ends: `skydns`. */
  readonly path: string;
}

/**
 * Reads the URL of an old etcd. Its path is the key to begin at, the path prefix or one below it; without one the path
 * prefix itself. The error continues a sentence that quotes the URL.
 */
export function parseImportSource(text: string, pathPrefix: string): Result<ImportSource, string> {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    return failure('is not the URL of an etcd, such as http://10.0.0.11:4001');
  }
  if (url.username !== '' || url.password !== '') return failure('holds credentials, which cannot be given here');
  if (url.search !== '' || url.hash !== '') return failure('has more than a path behind its port');
  const prefix = trimSlashes(pathPrefix);
  const path = decodePath(trimSlashes(url.pathname));
  if (path === undefined) return failure('has a path that is not percent-encoded UTF-8');
  if (path !== '' && path !== prefix && !`${path}/`.startsWith(`${prefix}/`)) {
    return failure(`has a path that is not in /${prefix} (-path-prefix)`);
  }
  return success({ origin: url.origin, path: path === '' ? prefix : path });
}

function trimSlashes(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '')
    .join('/');
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
