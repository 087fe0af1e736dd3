import type { FastifyReply } from 'fastify';

/** A plain page of ours on the content origin, without script, instead of a gateway error. */
export function messagePage(
  reply: FastifyReply,
  status: number,
  title: string,
  text: string,
  link: string,
  refreshSeconds?: number,
): FastifyReply {
  const escaped = (value: string): string =>
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return reply
    .code(status)
    .headers({
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'cache-control': 'no-store',
      ...(refreshSeconds ? { refresh: String(refreshSeconds), 'retry-after': String(refreshSeconds) } : {}),
    })
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>:root{color-scheme:light dark}body{font:14px/20px system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:16px}
main{max-width:420px}h1{font-size:20px;line-height:28px;font-weight:600;margin:0 0 8px}a{color:#1f5fd0}@media(prefers-color-scheme:dark){a{color:#7aa8ff}}</style>
<main><h1>${escaped(title)}</h1><p>${escaped(text)}</p><p><a href="${escaped(link)}">Go to Plinth</a></p></main></html>`,
    );
}
