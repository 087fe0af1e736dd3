import { useEffect, useState } from 'react';

export const paletteSize = 8;
export const colourVariable = (place: number): string => `var(--series-${(place % paletteSize) + 1})`;
/** Beyond eight, colours come again with another dash. */
export const dashOf = (place: number): number[] => [[], [6, 3], [2, 3], [8, 3, 2, 3]][Math.floor(place / paletteSize) % 4]!;

/** The same for the eye in a list: plain, or striped where the line is dashed. */
export const swatch = (place: number): string =>
  place < paletteSize
    ? colourVariable(place)
    : `repeating-linear-gradient(90deg, ${colourVariable(place)} 0 3px, transparent 3px 5px)`;

/** A colour of the theme as the canvas takes it. */
export function resolveColour(value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

export const withAlpha = (colour: string, alpha: number): string =>
  colour.replace(/^rgb\((.+)\)$/, (_whole, parts: string) => `rgba(${parts}, ${alpha})`);

/** Counts the turns between light and dark, by the reader or by the system. */
export function useThemeTurn(): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const next = (): void => setTurn((count) => count + 1);
    const watch = new MutationObserver(next);
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', next);
    return () => {
      watch.disconnect();
      system.removeEventListener('change', next);
    };
  }, []);
  return turn;
}
