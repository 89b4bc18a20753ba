import { describe, expect, it } from 'vitest';
import { imageName, type NamingFacts, serviceName } from './service-name.ts';

describe('imageName', () => {
  it.each([
    ['redis', 'redis'],
    ['redis:7', 'redis'],
    ['team/redis:7', 'redis'],
    ['registry.example.org:5000/team/redis', 'redis'],
    ['registry.example.org:5000/team/redis:7', 'redis'],
    ['redis@sha256:0123', 'redis'],
    ['registry.example.org:5000/team/redis:7@sha256:0123', 'redis'],
  ])('%s is %s', (image, name) => {
    expect(imageName(image)).toBe(name);
  });
});

describe('serviceName', () => {
  const facts: NamingFacts = {
    given: '',
    namedByPort: false,
    fallback: 'app',
    containerPort: 80,
    registrable: 1,
    known: 1,
  };

  it.each([
    { ports: 'one port', more: {}, v5: 'app', v7: 'app', head: 'app' },
    { ports: 'two published', more: { registrable: 2, known: 2 }, v5: 'app-80', v7: 'app-80', head: 'app-80' },
    { ports: 'two, one published', more: { registrable: 1, known: 2 }, v5: 'app', v7: 'app-80', head: 'app' },
    {
      ports: 'two published, SERVICE_NAME',
      more: { given: 'db', registrable: 2, known: 2 },
      v5: 'db',
      v7: 'db-80',
      head: 'db-80',
    },
    {
      ports: 'two, one published, SERVICE_NAME',
      more: { given: 'db', registrable: 1, known: 2 },
      v5: 'db',
      v7: 'db-80',
      head: 'db',
    },
    {
      ports: 'two published, SERVICE_80_NAME',
      more: { given: 'db', namedByPort: true, registrable: 2, known: 2 },
      v5: 'db',
      v7: 'db-80',
      head: 'db',
    },
    {
      ports: 'two published, an empty SERVICE_80_NAME',
      more: { given: '', namedByPort: true, registrable: 2, known: 2 },
      v5: 'app-80',
      v7: 'app-80',
      head: 'app',
    },
  ])('$ports: v5 $v5, v7 $v7, head $head', ({ more, v5, v7, head }) => {
    const all = { ...facts, ...more };
    expect({
      v5: serviceName(all, 'v5'),
      v7: serviceName(all, 'v7'),
      head: serviceName(all, 'head'),
    }).toEqual({ v5, v7, head });
  });
});
