import { spawn } from 'node:child_process';

/** Opens a page where there is a person before a screen; elsewhere it does nothing. */
export function openBrowser(url: string): void {
  const macOs = process.platform === 'darwin';
  if (!process.stdout.isTTY || (!macOs && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)) return;
  spawn(macOs ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
