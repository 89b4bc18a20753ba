import { failure, type Result, success } from '@wharf/agent';
import type { EngineVersion } from './engine.ts';
import { array, isRecord, record, text } from './json.ts';

/** The newest API whose answers are understood; newer engines serve it as long as it is not below their oldest. */
export const NEWEST_API = '1.52';

/** The answer of `GET /version`: which engine this is, and which API version to ask it for. The error is a sentence. */
export function parseEngineVersion(answer: unknown): Result<EngineVersion, string> {
  if (!isRecord(answer)) return failure('what answers is no container engine: its version is no JSON object');
  const newest = text(answer['ApiVersion']);
  if (!isApiVersion(newest)) return failure('what answers is no container engine: it tells no API version');
  const oldest = text(answer['MinAPIVersion']);
  if (isApiVersion(oldest) && compareApiVersions(oldest, NEWEST_API) > 0) {
    return failure(`the engine serves API ${oldest} and newer, this program knows ${NEWEST_API} and older: update it`);
  }
  const components = array(answer['Components']).map((component) => text(record(component)['Name']));
  return success({
    flavour: components.some((name) => /podman/i.test(name)) ? 'podman' : 'docker',
    version: text(answer['Version']),
    apiVersion: compareApiVersions(newest, NEWEST_API) < 0 ? newest : NEWEST_API,
  });
}

function isApiVersion(version: string): boolean {
  return /^\d{1,4}\.\d{1,4}$/.test(version);
}

function compareApiVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
