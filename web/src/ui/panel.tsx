import type { ReactNode } from 'react';
import { PanelBoundary } from './problem.tsx';

/** A card with a title and its own fault line: a fault in it leaves the rest of the page standing. */
export function Panel({ title, aside, children, id }: { title: string; aside?: ReactNode; children: ReactNode; id?: string }) {
  return (
    <section className="card panel" aria-label={title} id={id}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      <PanelBoundary>{children}</PanelBoundary>
    </section>
  );
}
