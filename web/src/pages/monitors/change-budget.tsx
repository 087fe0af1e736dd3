import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries } from '../../api.ts';
import { Button, Field, FormDialog, faultOf, toast } from '../../ui/kit.tsx';
import { budgetText } from '../alerts/words.ts';
import { useWorkReason } from '../project-link.tsx';

/** The one knob of a monitor: how often it may be wrong. */
export function ChangeBudget({ monitor }: { monitor: Pick<Output<'getMonitor'>, 'id' | 'projectSlug' | 'falseAlarmDays'> }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button reason={useWorkReason(monitor.projectSlug)} onClick={() => setOpen(true)}>
        Change the budget
      </Button>
      <FormDialog
        title="False-alarm budget"
        action="Change it"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const falseAlarmDays = Number(form.get('falseAlarmDays'));
          await call('changeMonitor', { monitor: monitor.id, body: { falseAlarmDays } });
          toast(`From now on ${budgetText(falseAlarmDays)}.`);
          void queries.invalidateQueries();
        }}
      >
        {(error) => (
          <Field
            label="At most one false alarm in so many days"
            error={faultOf(error, 'falseAlarmDays')}
            hint="More days ask for more evidence, so a small change is found later. What was seen so far counts on."
          >
            <input
              name="falseAlarmDays"
              type="number"
              min={30}
              max={1_000_000}
              step={1}
              defaultValue={monitor.falseAlarmDays}
              required
            />
          </Field>
        )}
      </FormDialog>
    </>
  );
}
