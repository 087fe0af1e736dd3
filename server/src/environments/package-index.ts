import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { type Config, Problem } from '../platform/index.ts';

/** What of the server's own environment a build may see: where packages come from and whom to trust, no secret of ours. */
const passedOn =
  /^(HTTPS?_PROXY|https?_proxy|NO_PROXY|no_proxy|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS|PIP_[A-Z_]+|UV_[A-Z_]+)$/;

/** The variables of a build: mirror and proxy of the company, for pip and for uv alike. Whom to trust is `trustedAuthorities`. */
export function packageIndexEnvironment(config: Config, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value && passedOn.test(name)) result[name] = value;
  const index = config.pypiUrl ?? env.PIP_INDEX_URL;
  if (config.pypiUrl) result.PIP_INDEX_URL = config.pypiUrl;
  if (index) result.UV_DEFAULT_INDEX ??= index;
  if (env.PIP_EXTRA_INDEX_URL) result.UV_INDEX ??= env.PIP_EXTRA_INDEX_URL;
  if (env.PIP_FIND_LINKS) result.UV_FIND_LINKS ??= env.PIP_FIND_LINKS;
  return result;
}

/** Variables that name the only authorities to trust, the first that is set counts; NODE_EXTRA_CA_CERTS adds to whom everybody trusts. */
const authorityVariables = ['SSL_CERT_FILE', 'PIP_CERT', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'];
const extraVariable = 'NODE_EXTRA_CA_CERTS';

/**
 * The certificates that a build trusts, as one text, and the variables that say so; null when none is set and each tool trusts its own.
 * @throws 409 that names the variable whose file cannot be read
 */
export function trustedAuthorities(env: NodeJS.ProcessEnv = process.env): { from: string[]; text: string } | null {
  const variable = authorityVariables.find((name) => env[name]);
  const read = (name: string): string => {
    try {
      return readFileSync(env[name]!, 'utf8');
    } catch (error) {
      const fault = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new Problem(409, 'environment-not-usable', `${name} names ${env[name]}, which cannot be read (${fault}).`);
    }
  };
  const extra = env[extraVariable] ? [read(extraVariable)] : [];
  if (!variable && extra.length === 0) return null;
  const base = variable ? [read(variable)] : [...getCACertificates('bundled'), ...getCACertificates('system')];
  return {
    from: [variable, extra.length > 0 && extraVariable].filter((name) => !!name) as string[],
    text: [...base, ...extra].join('\n'),
  };
}

/** Points pip and uv, which each look elsewhere, at one file of authorities. */
export const trusting = (file: string): Record<string, string> => ({
  SSL_CERT_FILE: file,
  PIP_CERT: file,
  REQUESTS_CA_BUNDLE: file,
  CURL_CA_BUNDLE: file,
});

/** Mirrors and proxies are often named with a password: as it stands in the address, and as it is meant. */
export function passwordsIn(value: string): string[] {
  return [...value.matchAll(/\/\/[^\s/@]*:([^\s/@]+)@/g)].flatMap(([, password]) => {
    const written = password!;
    try {
      return [written, decodeURIComponent(written)];
    } catch {
      return [written];
    }
  });
}
