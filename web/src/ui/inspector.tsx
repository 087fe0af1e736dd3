import { type ReactNode, useEffect } from 'react';
import { IconButton } from './button.tsx';
import { PanelBoundary } from './problem.tsx';

/** What one row holds, at the right over the list, so that the list keeps its place. Escape closes it. */
export function Inspector({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open], :popover-open')) close();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [close]);
  return (
    <aside className="inspector" aria-label={title}>
      <header>
        <h2 className="clip">{title}</h2>
        <IconButton icon="close" label="Close" onClick={close} />
      </header>
      <PanelBoundary>{children}</PanelBoundary>
    </aside>
  );
}
