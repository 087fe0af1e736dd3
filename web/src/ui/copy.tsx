import { useState } from 'react';
import { Icon } from './icon.tsx';

function useCopied(text: string): [copied: boolean, copy: () => void] {
  const [copied, setCopied] = useState(false);
  return [
    copied,
    () => {
      void navigator.clipboard?.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1_500);
    },
  ];
}

export function CodeBlock({ children }: { children: string }) {
  const [copied, copy] = useCopied(children);
  return (
    <div className="code">
      <pre tabIndex={0}>{children}</pre>
      <button type="button" onClick={copy}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

/** A long digest or id as its first letters; the whole is one press away. */
export function Short({ value, what, length = 10 }: { value: string; what: string; length?: number }) {
  const [copied, copy] = useCopied(value);
  return (
    <span className="short">
      <span className="mono" title={value}>
        {value.length > length ? value.slice(0, length) : value}
      </span>
      <button type="button" className="quiet square" aria-label={copied ? 'Copied' : `Copy ${what}`} onClick={copy}>
        <Icon name={copied ? 'check' : 'copy'} />
      </button>
    </span>
  );
}
