import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { marked } from 'marked';
import { Type } from 'typebox';
import { findCheckout, notFound, route, type Wire } from '../platform/index.ts';

const folder = join(findCheckout() ?? join(import.meta.dirname, '../../..'), 'docs');

const style = `:root{color-scheme:light dark;--text:#12161c;--soft:#4a5361;--ground:#fff;--raised:#f7f8fa;--line:#d9dee5;--accent:#1f5fd0}
@media(prefers-color-scheme:dark){:root{--text:#e8ecf2;--soft:#a9b3c1;--ground:#0f1318;--raised:#171c23;--line:#2a313b;--accent:#7aa8ff}}
body{margin:0;font:14px/22px Inter,system-ui,sans-serif;color:var(--text);background:var(--ground);display:grid;grid-template-columns:232px minmax(0,760px);gap:48px}
nav{border-right:1px solid var(--line);padding:24px 16px;min-height:100vh;box-sizing:border-box}nav a{display:block;padding:4px 8px;border-radius:4px;color:var(--soft);text-decoration:none}
nav a[aria-current]{background:var(--raised);color:var(--text);font-weight:500}main{padding:24px 16px 96px}a{color:var(--accent)}h1{font-size:20px;line-height:28px}h2{font-size:16px;line-height:24px;margin-top:32px}
code,pre{font:12px/18px 'JetBrains Mono',ui-monospace,monospace;background:var(--raised);border-radius:4px}code{padding:1px 4px}pre{padding:12px;overflow:auto;border:1px solid var(--line)}pre code{padding:0}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:6px 8px;border-bottom:1px solid var(--line);vertical-align:top}
a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}@media(max-width:760px){body{display:block}nav{min-height:0;border:0;border-bottom:1px solid var(--line)}}`;

/** The documentation at /docs, from the Markdown files of the product, without script and without anything from elsewhere. */
export const docsWire: Wire = {
  name: 'docs',
  prefixes: ['/docs'],
  presentProblem: (problem) => ({
    status: problem.status,
    body: `${problem.detail}\n`,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  }),
  routes: ['', '/', '/{page}'].map((path) =>
    route({
      method: 'GET',
      path,
      operationId: path.includes('{') ? 'readDocsPage' : 'readDocs',
      summary: 'Documentation',
      permission: 'open',
      response: { 200: Type.String() },
      produces: ['text/html'],
      handler: async (ctx, { params, reply }) => {
        if ((params as { page?: string }).page === schemaName)
          return reply
            .headers({ 'cache-control': 'no-cache', 'access-control-allow-origin': '*' })
            .type('application/schema+json')
            .send(await readFile(join(folder, schemaName), 'utf8'));
        const pages = await listPages();
        const name = (params as { page?: string }).page ?? 'index';
        const page = pages.find((one) => one.name === name);
        if (!page) throw notFound('page of the documentation', name.slice(0, 80));
        return reply
          .headers({
            'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
            'cache-control': 'no-cache',
          })
          .type('text/html; charset=utf-8')
          .send(await render(page, pages, `${new URL(ctx.platform.config.publicUrl).pathname.replace(/\/$/, '')}/docs`));
      },
    }),
  ),
};

/** For editors: the first line of a plinth.yaml names it. Nothing secret, so a page of any origin may read it. */
const schemaName = 'plinth-yaml.schema.json';

interface Page {
  name: string;
  title: string;
  text: string;
}

async function listPages(): Promise<Page[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^[\w-]+\.md$/.test(name)).sort();
  const pages = await Promise.all(
    names.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      return { name: file.slice(0, -3), title: /^#\s+(.+)$/m.exec(text)?.[1] ?? file, text };
    }),
  );
  return pages.sort((a, b) => Number(b.name === 'index') - Number(a.name === 'index'));
}

/** @param root the path of the documentation, with the prefix of the public URL before it */
async function render(page: Page, pages: Page[], root: string): Promise<string> {
  const links = pages.map(
    (one) =>
      `<a href="${root}${one.name === 'index' ? '' : `/${one.name}`}"${one.name === page.name ? ' aria-current="page"' : ''}>${one.title}</a>`,
  );
  const body = (await marked.parse(page.text)).replaceAll(/href="(?:\.\/)?([\w-]+)\.md(#[\w-]*)?"/g, `href="${root}/$1$2"`);
  // Headings get the anchors that problems link to (/docs/errors#code).
  const anchored = body.replaceAll(/<h([23])>(?:<code>)?([\w-]+)(?:<\/code>)?<\/h\1>/g, (whole, _level, id) =>
    whole.replace(/^<h(\d)>/, `<h$1 id="${id}">`),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${page.title} · Plinth</title><style>${style}</style><nav aria-label="Documentation">${links.join('')}</nav><main>${anchored}</main></html>`;
}
