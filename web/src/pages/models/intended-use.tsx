import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries } from '../../api.ts';
import { Button, Field, FormDialog, faultOf, Panel } from '../../ui/kit.tsx';

/** The one part of the card that people write. */
export function IntendedUse({ model, cannotWrite }: { model: Output<'getModel'>; cannotWrite: string | null }) {
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title="Intended use"
      aside={
        <Button reason={cannotWrite} onClick={() => setOpen(true)}>
          {model.intendedUse ? 'Edit' : 'Write it'}
        </Button>
      }
    >
      {model.intendedUse ? <p>{model.intendedUse}</p> : <p className="faint">Not recorded. The card of each version says so.</p>}
      <FormDialog
        title={`What ${model.name} is for`}
        action="Save"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const body = { intendedUse: String(form.get('intendedUse')), description: String(form.get('description')) };
          await call('changeModel', { project: model.projectSlug, name: model.name, body });
          void queries.invalidateQueries();
        }}
      >
        {(error) => (
          <>
            <Field label="What it does" error={faultOf(error, 'description')}>
              <input name="description" defaultValue={model.description} maxLength={5000} />
            </Field>
            <Field
              label="Intended use"
              error={faultOf(error, 'intendedUse')}
              hint="For whom and for what, and for what not; it stands on the card of each version."
            >
              <textarea name="intendedUse" defaultValue={model.intendedUse} maxLength={5000} />
            </Field>
          </>
        )}
      </FormDialog>
    </Panel>
  );
}
