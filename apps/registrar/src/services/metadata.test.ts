import { describe, expect, it } from 'vitest';
import { sketchContainer } from '../testing/container.ts';
import { collectMetadata, MAX_KEYS, MAX_VALUE_LENGTH, metadataOfPort, parseTags, valueFault } from './metadata.ts';

function ofPort(port: number, environment: Record<string, string>, labels: Record<string, string> = {}) {
  return metadataOfPort(collectMetadata(sketchContainer({ environment, labels }), 'SERVICE_'), port);
}

describe('collectMetadata', () => {
  it.each([
    ['a key', { SERVICE_REGION: 'x' }, 'variable SERVICE_REGION'],
    ['a key that would write into a log', { 'SERVICE_\u001b[2J\n': 'x' }, 'variable "SERVICE_\\u001b[2J\\n"'],
    ['a long key', { [`SERVICE_${'x'.repeat(500)}`]: 'x' }, `variable "SERVICE_${'x'.repeat(192)}"...`],
  ])('says where the value of %s comes from', (_, environment, source) => {
    const { general } = collectMetadata(sketchContainer({ environment }), 'SERVICE_');
    expect([...general.values()]).toEqual([{ value: 'x', source }]);
  });

  it.each([
    ['all ports', 'SERVICE_'],
    ['one port', 'SERVICE_80_'],
  ])('reads no more than so many keys for %s, and those with a meaning always', (_, start) => {
    const many = Array.from({ length: MAX_KEYS + 3 }, (__, index) => [`${start}KEY${index}`, 'x']);
    const environment = Object.fromEntries(many);
    const labels = { [`${start}NAME`]: 'shop', [`${start}KEY0`]: 'y' };
    const metadata = collectMetadata(sketchContainer({ environment, labels }), 'SERVICE_');
    expect(metadata.leftOut).toBe(3);
    const { name, attributes } = metadataOfPort(metadata, 80);
    expect(name?.value).toBe('shop');
    expect(attributes.size).toBe(MAX_KEYS);
    expect(attributes.get('key0')?.value).toBe('y');
  });
});

describe('metadataOfPort', () => {
  it.each([
    { said: 'a variable', environment: { SERVICE_NAME: 'a' }, labels: {}, name: 'a' },
    { said: 'a label', environment: {}, labels: { SERVICE_NAME: 'a' }, name: 'a' },
    { said: 'a label beats a variable', environment: { SERVICE_NAME: 'v' }, labels: { SERVICE_NAME: 'l' }, name: 'l' },
    {
      said: 'per port beats general, even as a variable against a label',
      environment: { SERVICE_80_NAME: 'port' },
      labels: { SERVICE_NAME: 'general' },
      name: 'port',
    },
    {
      said: 'per port, a label beats a variable',
      environment: { SERVICE_80_NAME: 'v' },
      labels: { SERVICE_80_NAME: 'l' },
      name: 'l',
    },
    {
      said: 'an empty per-port value beats too',
      environment: { SERVICE_80_NAME: '', SERVICE_NAME: 'a' },
      labels: {},
      name: '',
    },
    { said: 'another port', environment: { SERVICE_81_NAME: 'a' }, labels: {}, name: undefined },
    { said: 'the exact text of the port', environment: { SERVICE_080_NAME: 'a' }, labels: {}, name: undefined },
    {
      said: 'a signed number is a port, and another one',
      environment: { 'SERVICE_-80_NAME': 'a' },
      labels: {},
      name: undefined,
    },
    { said: 'the rest in lower case', environment: { SERVICE_name: 'a' }, labels: {}, name: 'a' },
    { said: 'the prefix in lower case', environment: { service_NAME: 'a' }, labels: {}, name: undefined },
  ])('$said: the name is $name', ({ environment, labels, name }) => {
    expect(ofPort(80, { ...environment }, { ...labels }).name?.value).toBe(name);
  });

  it('tells a name for the port from a general one, empty or not', () => {
    expect(ofPort(80, { SERVICE_80_NAME: '' }).namedByPort).toBe(true);
    expect(ofPort(80, { SERVICE_NAME: 'a' }).namedByPort).toBe(false);
  });

  it('makes every other key an attribute', () => {
    const { attributes } = ofPort(
      80,
      {
        SERVICE_NAME: 'a',
        SERVICE_ID: 'b',
        SERVICE_TAGS: 'c',
        SERVICE_IGNORE: '',
        SERVICE_NETWORK: 'n',
        SERVICE_PRIORITY: '1',
        SERVICE_WEIGHT: '2',
        SERVICE_TTL: '3',
        SERVICE_GROUP: 'g',
        SERVICE_REGION: 'us',
        SERVICE_80: 'x',
      },
      { SERVICE_80_Zone: '3', SERVICE_81_zone: '4' },
    );
    expect(Array.from(attributes, ([key, { value }]) => [key, value])).toEqual([
      ['region', 'us'],
      ['80', 'x'],
      ['zone', '3'],
    ]);
  });

  it('names where a value comes from', () => {
    expect(ofPort(80, {}, { SERVICE_80_NAME: 'a' }).name?.source).toBe('label SERVICE_80_NAME');
  });

  it('is not taken in by names of object properties', () => {
    expect(ofPort(80, { SERVICE___proto__: 'x' }).attributes.get('__proto__')?.value).toBe('x');
  });
});

describe('valueFault', () => {
  it.each([
    ['plain', 'web', undefined],
    ['other alphabets', 'bücher', undefined],
    ['empty', '', undefined],
    ['a line break', 'a\nb', 'label SERVICE_NAME holds the control character U+000A'],
    ['NUL', '\0', 'label SERVICE_NAME holds the control character U+0000'],
    ['a C1 control', '\u0085', 'label SERVICE_NAME holds the control character U+0085'],
    ['the longest value', 'x'.repeat(MAX_VALUE_LENGTH), undefined],
    [
      'one character more',
      'x'.repeat(MAX_VALUE_LENGTH + 1),
      'label SERVICE_NAME is 4097 characters long; at most 4096 are read',
    ],
  ])('%s', (_, value, fault) => {
    expect(valueFault({ value, source: 'label SERVICE_NAME' })).toBe(fault);
  });
});

describe('parseTags', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a\\,b,c', ['a,b', 'c']],
    [',a,,b,', ['a', 'b']],
    ['a b, c', ['a b', ' c']],
    ['\\,', [',']],
  ])('%j is %j', (text, tags) => {
    expect(parseTags(text)).toEqual(tags);
  });
});
