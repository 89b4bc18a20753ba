import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderEnvironmentFile, renderMetricsTable, renderOptionsTable, renderTopicTable } from '@wharf/agent';
import { program as dnsServer } from '@wharf/dns-server';
import { program as logShipper } from '@wharf/log-shipper';
import { program as registrar } from '@wharf/registrar';
import { program as standalone } from '@wharf/standalone';
import { renderCostsTable, renderLoadTable } from '../bench/scale/render-scale-tables.ts';
import { UserError } from '../user-error.ts';
import { replaceSection } from './generated-section.ts';

/** A file whose content, or part of it, follows from declarations in the code. */
export interface GeneratedFile {
  /** From the workspace's root. */
  readonly path: string;
  readonly content: string;
}

/** What every generated file should hold now. */
export function generatedFiles(root: string): readonly GeneratedFile[] {
  return [
    ...appFiles(root, 'apps/registrar', registrar),
    ...appFiles(root, 'apps/dns-server', dnsServer),
    ...appFiles(root, 'apps/log-shipper', logShipper),
    ...appFiles(root, 'apps/standalone', standalone),
    scalePage(root),
  ];
}

/** Its tables are what the model says, so that they cannot say anything else. */
function scalePage(root: string): GeneratedFile {
  const path = 'fleet-units/SCALE.md';
  const page = readFileSync(join(root, path), 'utf8');
  return {
    path,
    content: replaceSection(replaceSection(page, 'costs', renderCostsTable()), 'load', renderLoadTable()),
  };
}

/** The two declarations of an agent that its page is made from. */
interface Documented {
  readonly command: Parameters<typeof renderOptionsTable>[0];
  readonly metrics: Parameters<typeof renderMetricsTable>[0];
}

function appFiles(root: string, folder: string, { command, metrics }: Documented): readonly GeneratedFile[] {
  const readme = `${folder}/README.md`;
  if (!existsSync(join(root, readme))) throw new UserError(`${readme} is missing: every app has a page`);
  const page = readFileSync(join(root, readme), 'utf8');
  const withOptions = replaceSection(page, 'options', renderOptionsTable(command));
  const withTopics = (command.topics ?? []).reduce(
    (text, { section, rows }) =>
      section === undefined ? text : replaceSection(text, section, renderTopicTable({ rows })),
    withOptions,
  );
  return [
    { path: readme, content: replaceSection(withTopics, 'metrics', renderMetricsTable(metrics)) },
    { path: `${folder}/example.env`, content: renderEnvironmentFile(command) },
  ];
}
