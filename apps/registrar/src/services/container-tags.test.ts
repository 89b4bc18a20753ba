import { parseTemplate, stringFunctions } from '@wharf/go-template';
import { describe, expect, it } from 'vitest';
import { containerTags } from './container-tags.ts';

const inspected = {
  Id: 'f00d',
  Name: '/web-1',
  Config: { Hostname: 'h1', Labels: { team: 'a,b', 'com.example.zone': 'east' } },
  NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2' } } },
};

function tagsOf(text: string) {
  const template = parseTemplate(text, { functions: stringFunctions });
  if (!template.ok) throw new Error(template.error.message);
  return containerTags({ inspected }, template.value);
}

describe('containerTags', () => {
  it.each([
    ['{{.Config.Hostname}}', ['h1']],
    ['{{.ID}},{{.Id}}', ['f00d', 'f00d']],
    ['{{index .Config.Labels "com.example.zone"}}, fixed', ['east', ' fixed']],
    ['{{.Name | strSlice 1}}', ['web-1']],
    [
      '{{range $name, $network := .NetworkSettings.Networks}}{{$name}}-{{$network.IPAddress}}{{end}}',
      ['bridge-172.17.0.2'],
    ],
    ['{{if eq .Config.Hostname "other"}}x{{end}}', []],
    ['a\\,b', ['a,b']],
  ])('%s gives %j', (text, tags) => {
    expect(tagsOf(text)).toEqual({ ok: true, value: { tags, warnings: [] } });
  });

  it('says what is wrong with a template that fails for this container', () => {
    const tags = tagsOf('{{index .Config.Hostname "x"}}');
    expect(tags).toMatchObject({ ok: false, error: expect.stringMatching(/template of -tags fails for it: 1:\d+: /) });
  });

  it('refuses more tags than anybody can mean', () => {
    const Labels = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`label-${index}`, 'x']));
    const template = parseTemplate('{{range .Config.Labels}}{{.}},{{end}}', { functions: stringFunctions });
    const tags = template.ok ? containerTags({ inspected: { Config: { Labels } } }, template.value) : template;
    expect(tags).toEqual({
      ok: false,
      error: 'is left out: the template of -tags gives it 1001 tags, at most 1000 are taken',
    });
  });

  it('leaves out a tag made of a field that is not there, and says so', () => {
    const warning = 'a tag is left out: the template of -tags names a field that the engine does not show';
    expect(tagsOf('{{.Config.Hostname}},x-{{.Config.Nope}}')).toEqual({
      ok: true,
      value: { tags: ['h1'], warnings: [warning] },
    });
  });

  it('gives none without a template', () => {
    expect(containerTags({ inspected }, undefined)).toEqual({ ok: true, value: { tags: [], warnings: [] } });
  });
});
