/**
 * Writes what is generated from the routes and kept in git: openapi.json and the SDK's types and operations. `--check` writes nothing and fails
 * when a file is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { routes } from '../server/src/main/routes.ts';
import { version } from '../server/src/main/version.ts';
import { openApiDocument, settings } from '../server/src/platform/index.ts';
import { sdkSource } from './gen-sdk.ts';

const root = join(import.meta.dirname, '..');
const document = openApiDocument(routes, version);
const outputs: Record<string, string> = {
  'openapi.json': `${JSON.stringify(document, null, 1)}\n`,
  'sdk/src/operations.generated.ts': sdkSource(document),
  'docs/settings.md': settingsPage(),
};

const stale = Object.entries(outputs).filter(([name, text]) => read(name) !== text);
if (process.argv.includes('--check')) {
  for (const [name] of stale) console.error(`${name} is stale; run: npm run gen`);
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const [name, text] of stale) {
  writeFileSync(join(root, name), text);
  console.log(`wrote ${name}`);
}

function read(name: string): string | null {
  try {
    return readFileSync(join(root, name), 'utf8');
  } catch {
    return null;
  }
}

function settingsPage(): string {
  const rows = Object.entries(settings).map(
    ([name, { comment, secret }]) => `| \`${name}\` | ${comment}${secret ? ' Secret: never printed.' : ''} |`,
  );
  return `# Settings

Environment variables, all optional. Wrong ones are reported all at once when Plinth starts. \`npx plinth doctor\` shows which are in force, from
where, and tests what they name.

| variable | what it is for |
|---|---|
${rows.join('\n')}

\`HTTPS_PROXY\`, \`NO_PROXY\`, \`NODE_EXTRA_CA_CERTS\` and \`SSL_CERT_FILE\` are passed on to what builds environments: the authorities of
\`NODE_EXTRA_CA_CERTS\` are added to the usual ones, those of \`SSL_CERT_FILE\` take their place. Behind a proxy that ends TLS, set
\`PLINTH_PUBLIC_URL\` to the https URL that people use and \`PLINTH_CONTENT_URL\` to another host name on the same listener; a path prefix in the public
URL may be kept or stripped by the proxy.
`;
}
