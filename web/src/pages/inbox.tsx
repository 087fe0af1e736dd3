import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAddress } from '../ui/address.ts';
import { StatusMark, Tabs } from '../ui/kit.tsx';

/** Parts of a list that people work off, such as approvals and alerts; which one is open stands in the address. */
export function InboxViews<Name extends string>({
  label,
  views,
  children,
}: {
  label: string;
  /** In the order in which they stand; the first is open when none was chosen. */
  views: Readonly<Record<Name, ReactNode>>;
  children: (view: Name) => ReactNode;
}) {
  const [address, change] = useAddress();
  const names = Object.keys(views) as Name[];
  const first = names[0]!;
  const view = names.find((name) => name === address.view) ?? first;
  return (
    <Tabs
      label={label}
      tabs={names.map((name) => ({ name, label: views[name] }))}
      open={view}
      onOpen={(name) => change({ view: name === first ? null : name })}
    >
      {children(view)}
    </Tabs>
  );
}

export const InboxList = ({ label, children }: { label: string; children: ReactNode }) => (
  <ul className="inbox" aria-label={label}>
    {children}
  </ul>
);

/** One thing to work off, all of it to be pressed: its state, what it is, and what one needs to know before one opens it. */
export const InboxItem = ({
  state,
  to,
  title,
  when,
  children,
}: {
  state: string;
  to: string;
  title: ReactNode;
  when: ReactNode;
  children: ReactNode;
}) => (
  <li>
    <StatusMark state={state} />
    <span className="inbox-what">
      <Link className="inbox-title" to={to as '/'}>
        {title}
      </Link>
      {children}
    </span>
    <span className="faint inbox-when">{when}</span>
  </li>
);
