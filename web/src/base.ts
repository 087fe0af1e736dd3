/** The path under which people reach Plinth, where a proxy puts one before it: `/plinth`, or nothing. The server writes it into the page. */
export const base: string =
  typeof document === 'undefined' ? '' : (document.querySelector<HTMLMetaElement>('meta[name="plinth-base"]')?.content ?? '');

/** A path of the server as a link of the page. */
export const here = (path: string): string => base + path;

/** The address that programs are given. */
export const siteAddress = (): string => window.location.origin + base;
