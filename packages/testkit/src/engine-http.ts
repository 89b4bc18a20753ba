import { request } from 'node:http';

export interface EngineResponse {
  readonly status: number;
  readonly body: string;
}

/**
 * One request of the engine's HTTP API over its unix socket, as plain as can be: what tests observe and arrange with
 * must not go through the code under test.
 * @throws Error of the socket, such as ENOENT or ECONNREFUSED
 */
export function requestEngine(
  socketPath: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: { readonly type: string; readonly bytes: Uint8Array },
): Promise<EngineResponse> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': body.type, 'content-length': body.bytes.length };
    const call = request({ socketPath, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body?.bytes);
  });
}
