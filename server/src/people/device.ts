/** In order: browsers that are built on others come before them. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChromium\//, 'Chromium'],
  [/\b(?:Headless)?Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const systems: readonly [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** A User-Agent in the words of people: "Firefox on Linux"; a program by its first word. */
export function deviceOf(agent: string): string {
  const find = (list: readonly [RegExp, string][]): string | undefined => list.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = find(browsers) ?? agent.split(/[\s/]/)[0]!.slice(0, 40);
  const system = find(systems);
  if (!browser) return 'unknown device';
  return system ? `${browser} on ${system}` : browser;
}
