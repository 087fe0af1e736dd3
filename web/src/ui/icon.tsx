import { placePaths } from './place-icons.ts';

/** Line icons on a grid of 16, drawn for Plinth. They stand beside a word or in a button with a label, never alone as meaning. */
const paths = {
  ...placePaths,
  add: 'M8 3.5v9M3.5 8h9',
  chart: 'M2.5 13.5h11M3.5 10.5l3-3.5 2.5 2 4-5.5',
  check: 'M3 8.5l3.2 3L13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  code: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5',
  columns: 'M2.5 3.5h11v9h-11zM6.2 3.5v9M9.8 3.5v9',
  compare: 'M5 2.5v11M11 2.5v11M5 5h6M5 11h6',
  copy: 'M6 6h7v7H6zM10 6V3H3v7h3',
  down: 'M4 6l4 4 4-4',
  download: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13.5h10',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  folder: 'M2.5 4h4l1.5 1.8h5.5v7h-11z',
  group: 'M2.5 3.5h11M5 7h8.5M5 10h8.5M2.5 13h11',
  left: 'M10 4L6 8l4 4',
  link: 'M6.5 9.5l3-3M7 4.8l1.6-1.6a2.6 2.6 0 013.7 3.7L10.8 8.5M9 11.2l-1.6 1.6a2.6 2.6 0 01-3.7-3.7L5.2 7.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  pin: 'M5.5 2.5h5l-.6 4 2.1 2.5H4L6.1 6.5zM8 9v4.5',
  retry: 'M13 8a5 5 0 11-1.5-3.6M13 2.5v2.8h-2.8',
  right: 'M6 4l4 4-4 4',
  rows: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  search: 'M7 3a4 4 0 100 8 4 4 0 000-8zM10 10l3.2 3.2',
  star: 'M8 2.5l1.7 3.6 3.8.5-2.8 2.7.7 3.9L8 11.3l-3.4 1.9.7-3.9-2.8-2.7 3.8-.5z',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9',
  up: 'M4 10l4-4 4 4',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
