import type { ReactNode } from 'react';
import { TheCode } from './code-snippets.tsx';

export function PageHead({
  title,
  about,
  children,
  code,
}: {
  title: ReactNode;
  about?: ReactNode;
  children?: ReactNode;
  code?: { path: string; cli: string };
}) {
  return (
    <header className="head">
      <div>
        <h1>{title}</h1>
        {about && <div className="soft">{about}</div>}
      </div>
      {children}
      {code && <TheCode {...code} />}
    </header>
  );
}
