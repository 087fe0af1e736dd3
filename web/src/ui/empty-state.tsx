import type { ReactNode } from 'react';
import { Snippets } from './code-snippets.tsx';
import { CodeBlock } from './copy.tsx';
import { Icon, type IconName } from './icon.tsx';

/** Nothing there yet: one sentence, one action (the children), one thing to copy, in one language or several. */
export function Empty({
  title,
  icon,
  children,
  code,
  snippets,
}: {
  title: string;
  icon?: IconName;
  children?: ReactNode;
  code?: string;
  snippets?: Record<string, string>;
}) {
  return (
    <div className="empty">
      {icon && <Icon name={icon} />}
      <span>{title}</span>
      {children}
      {code && <CodeBlock>{code}</CodeBlock>}
      {snippets && <Snippets snippets={snippets} />}
    </div>
  );
}
