import type { ReactNode } from 'react';
import { Icon, type IconName, Short, StatusMark } from '../../ui/kit.tsx';

/** A column of the way: what stands side by side in it leads to the next one. Joined, its parts are one thing. */
export const Stage = ({ title, joined = false, children }: { title: string; joined?: boolean; children: ReactNode }) => (
  <li className="path-stage">
    <span className="caption">{title}</span>
    <ul className={joined ? 'path-nodes joined' : 'path-nodes'}>{children}</ul>
  </li>
);

/** One thing on the way: what it is called, its digest, who and when. */
export const Node = ({
  icon,
  kind,
  title,
  digest,
  state,
  here = false,
  children,
}: {
  icon: IconName;
  kind: string;
  title: ReactNode;
  digest?: string | null;
  state?: string;
  /** What the page is about. */
  here?: boolean;
  children?: ReactNode;
}) => (
  <li className={here ? 'path-node here' : 'path-node'}>
    <span className="path-kind">
      <Icon name={icon} />
      <span className="grow">{kind}</span>
      {digest && <Short value={digest} what={`digest of the ${kind.toLowerCase()}`} />}
      {state && <StatusMark state={state} />}
    </span>
    <span className="path-title">{title}</span>
    {children && <span className="path-facts">{children}</span>}
  </li>
);

/** A link that is not there, and why. */
export const Missing = ({
  icon,
  kind,
  reason,
  state = 'not-recorded',
}: {
  icon: IconName;
  kind: string;
  reason: string | undefined;
  /** `none` where there is nothing to record. */
  state?: 'not-recorded' | 'none';
}) => (
  <li className="path-node missing">
    <span className="path-kind">
      <Icon name={icon} />
      <span className="grow">{kind}</span>
      <StatusMark state={state} />
    </span>
    <span className="path-facts">{reason ?? 'Nothing records it.'}</span>
  </li>
);
