import { Button, CodeBlock } from '../../ui/kit.tsx';

/** The one time that the secret of a webhook is on screen. */
export function Secret({ name, secret, close }: { name: string; secret: string; close: () => void }) {
  return (
    <section className="card stack" aria-label="The secret of the webhook">
      <header className="row">
        <h2 className="grow">{name}: keep its secret now, it is not shown again</h2>
        <Button onClick={close}>I have it</Button>
      </header>
      <CodeBlock>{secret}</CodeBlock>
      <p className="soft">
        What is sent is signed with it, in the header <code>webhook-signature</code>, so that your program can tell that it comes
        from here. <a href="/docs/notifications">How to check it</a>
      </p>
    </section>
  );
}
