import { describe, expect, it } from 'vitest';
import { EngineError } from './engine.ts';
import { toEngineError } from './to-engine-error.ts';

const attempt = { engine: 'unix:///s', action: 'list the containers' };

const socketError = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });
const answer = (statusCode: number, message: string): Error =>
  Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), { statusCode, json: { message } });

describe('toEngineError', () => {
  it.each([
    [socketError('ENOENT'), 'unavailable', /start the engine, or mount its socket/],
    [socketError('ECONNREFUSED'), 'unavailable', /nothing listens there/],
    [socketError('ECONNRESET'), 'unavailable', /the connection was cut/],
    [socketError('EACCES'), 'refused', /run as root or as a member of the group/],
    [socketError('CERT_HAS_EXPIRED'), 'refused', /DOCKER_CERT_PATH/],
    [socketError('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'refused', /DOCKER_CERT_PATH/],
    [socketError('EPROTO'), 'refused', /unset DOCKER_TLS_VERIFY/],
    [answer(404, 'No such container: x'), 'not-found', /404: No such container/],
    [answer(500, 'no such container'), 'not-found', /500/],
    [answer(501, 'configured logging driver does not support reading'), 'unsupported', /does not support reading/],
    [answer(403, 'denied by plugin'), 'refused', /denied by plugin/],
    [answer(400, 'Client sent an HTTP request to an HTTPS server.'), 'refused', /set DOCKER_TLS_VERIFY=1/],
    [answer(503, 'busy'), 'unavailable', /503: busy/],
    [answer(500, 'layer does not exist'), 'failed', /500: layer does not exist/],
    [answer(400, 'client version 1.52 is too new'), 'failed', /too new/],
    ['odd', 'unavailable', /odd/],
  ])('translates %s', (error, code, sentence) => {
    const translated = toEngineError(error, attempt);
    expect(translated).toBeInstanceOf(EngineError);
    expect(translated.code).toBe(code);
    expect(translated.message).toMatch(/^cannot list the containers at unix:\/\/\/s: /);
    expect(translated.message).toMatch(sentence);
    expect(translated.cause).toBe(error);
  });

  it('leaves alone what is translated already', () => {
    const error = new EngineError('refused', 'no');
    expect(toEngineError(error, attempt)).toBe(error);
  });
});
