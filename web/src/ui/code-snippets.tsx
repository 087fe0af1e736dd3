import { useState } from 'react';
import { siteAddress } from '../base.ts';
import { Button } from './button.tsx';
import { CodeBlock } from './copy.tsx';
import { Tabs } from './tabs.tsx';

const remembered = 'plinth-language';

/** The same thing said in several languages; the reader's last choice is kept. */
export function Snippets({ snippets, label = 'Language' }: { snippets: Record<string, string>; label?: string }) {
  const names = Object.keys(snippets);
  const [chosen, setChosen] = useState(() => localStorage.getItem(remembered) ?? '');
  const open = names.includes(chosen) ? chosen : names[0]!;
  return (
    <Tabs
      small
      label={label}
      tabs={names.map((name) => ({ name, label: name }))}
      open={open}
      onOpen={(name) => {
        localStorage.setItem(remembered, name);
        setChosen(name);
      }}
    >
      <CodeBlock>{snippets[open]!}</CodeBlock>
    </Tabs>
  );
}

/** A read of the API as curl, Python and R, filled with the reader's own address. */
export function readSnippets(path: string): Record<'curl' | 'Python' | 'R', string> {
  const url = `${siteAddress()}/api/v1${path}`;
  return {
    curl: `curl -H "Authorization: Bearer $PLINTH_TOKEN" \\\n  "${url}"`,
    Python: `import os, requests\n\nanswer = requests.get(\n    "${url}",\n    headers={"Authorization": f"Bearer {os.environ['PLINTH_TOKEN']}"},\n)\nprint(answer.json())`,
    R: `library(httr2)\n\nanswer <- request("${url}") |>\n  req_auth_bearer_token(Sys.getenv("PLINTH_TOKEN")) |>\n  req_perform() |>\n  resp_body_json()`,
  };
}

/** The same view as curl, Python, R and command line. */
export function TheCode({ path, cli }: { path: string; cli: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="code" aria-label="The code" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="hide-narrow">The code</span>
      </Button>
      {open && (
        <div className="the-code">
          <Snippets snippets={{ ...readSnippets(path), CLI: cli }} />
        </div>
      )}
    </>
  );
}
