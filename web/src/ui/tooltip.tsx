import { useEffect, useRef } from 'react';

/**
 * One floating tip for the whole page: anything with `data-tip` shows it on hover and on keyboard focus; Escape hides it.
 * It repeats what the label says or adds a reason, so it is not read aloud a second time.
 */
export function TipLayer() {
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = (): void => {
      clearTimeout(timer);
      if (tip.current) tip.current.hidden = true;
    };
    const show = (event: Event): void => {
      const target = (event.target as Element | null)?.closest?.<HTMLElement>('[data-tip]');
      hide();
      if (!target || (event.type === 'focusin' && !target.matches(':focus-visible'))) return;
      timer = setTimeout(() => {
        const box = tip.current;
        if (!box || !target.isConnected) return;
        box.textContent = target.dataset.tip ?? '';
        box.hidden = false;
        const at = target.getBoundingClientRect();
        const left = Math.min(Math.max(8, at.left + at.width / 2 - box.offsetWidth / 2), window.innerWidth - box.offsetWidth - 8);
        const below = at.bottom + 6 + box.offsetHeight < window.innerHeight;
        box.style.left = `${left}px`;
        box.style.top = `${below ? at.bottom + 6 : at.top - box.offsetHeight - 6}px`;
      }, 350);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('pointerover', show);
    document.addEventListener('focusin', show);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('scroll', hide, true);
    document.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', show);
      document.removeEventListener('focusin', show);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('scroll', hide, true);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  return <div ref={tip} className="tip" aria-hidden="true" hidden />;
}
