import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

/** A button that opens a floating panel below it. Escape or a press elsewhere closes it. */
export function Popover({
  label,
  icon,
  tone,
  reason,
  compact = false,
  children,
}: {
  label: ReactNode;
  /** A square with the icon alone; the label is read aloud and shown as a tip. */
  compact?: boolean;
  icon?: IconName;
  tone?: 'quiet';
  reason?: string | false | null | undefined;
  children: (close: () => void) => ReactNode;
}) {
  const id = useId();
  const button = useRef<HTMLSpanElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = (): void => panel.current?.hidePopover();
  // Placed once it has its contents, and so its size.
  useLayoutEffect(() => {
    if (!open) return;
    const at = button.current?.getBoundingClientRect();
    const box = panel.current;
    if (!at || !box) return;
    box.style.top = `${Math.max(8, Math.min(at.bottom + 4, window.innerHeight - box.offsetHeight - 8))}px`;
    box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - box.offsetWidth - 8))}px`;
  }, [open]);
  return (
    <>
      <span ref={button} style={{ display: 'inline-flex' }}>
        <Button
          {...(tone ? { tone } : {})}
          {...(icon ? { icon } : {})}
          reason={reason}
          {...(compact ? { className: 'square', 'aria-label': String(label), tip: String(label) } : {})}
          popoverTarget={id}
          aria-haspopup="dialog"
          aria-expanded={open}
        >
          {!compact && (
            <>
              {label}
              <Icon name="down" />
            </>
          )}
        </Button>
      </span>
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="popover"
        onToggle={(event) => {
          setOpen(event.newState === 'open');
        }}
      >
        {open && children(close)}
      </div>
    </>
  );
}

/** A list of actions in a popover; arrow keys move in it. */
export function Menu({ items, ...popover }: Omit<Parameters<typeof Popover>[0], 'children'> & { items: MenuItem[] }) {
  return (
    <Popover {...popover}>
      {(close) => (
        <div className="menu" role="group" aria-label="Actions" onKeyDown={moveFocus}>
          {items.map((item) => (
            <Button
              key={item.label}
              tone="quiet"
              {...(item.icon ? { icon: item.icon } : {})}
              reason={item.reason}
              aria-pressed={item.on}
              onClick={() => {
                close();
                item.act();
              }}
            >
              {item.label}
            </Button>
          ))}
        </div>
      )}
    </Popover>
  );
}

export interface MenuItem {
  label: string;
  act: () => void;
  icon?: IconName;
  on?: boolean;
  reason?: string | false | null | undefined;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons.at((at + step) % buttons.length)?.focus();
}
