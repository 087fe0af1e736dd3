import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries, useCall } from '../../api.ts';
import { Field, FormDialog, faultOf, toast } from '../../ui/kit.tsx';
import { gateAnswer } from '../approvals/gate.tsx';

/** Points a name at a version; what the gate answers is said in place. */
export function SetAlias({
  model,
  alias = '',
  version,
  close,
}: {
  model: Output<'getModel'>;
  alias?: string | undefined;
  version?: number | undefined;
  close: () => void;
}) {
  const { projectSlug: project, name } = model;
  const versions = useCall('listVersions', { project, name, limit: 1000 });
  const numbers = (versions.data?.items ?? []).map((one) => one.number);
  const [chosen, setChosen] = useState(version ? String(version) : '');
  const number = chosen || String(numbers[0] ?? '');
  return (
    <FormDialog
      title={alias ? `Move @${alias}` : 'Set alias'}
      action={alias ? 'Move it' : 'Set it'}
      open
      close={close}
      explain={(error) => gateAnswer(error, 'alias', { project, subject: `models:/${name}/${number}` })}
      submit={async (form) => {
        const given = alias || String(form.get('alias'));
        await call('setModelAlias', { project, name, alias: given, body: { version: Number(number) } });
        void queries.invalidateQueries();
        toast(`@${given} points at version ${number}.`);
      }}
    >
      {(error) => (
        <>
          {!alias && (
            <Field
              label="Alias"
              error={faultOf(error, 'alias')}
              hint="Programs ask for models:/name@alias. prod, production and champion stand for production and take approved versions only."
            >
              <input name="alias" required maxLength={255} list="known-aliases" autoComplete="off" />
            </Field>
          )}
          <datalist id="known-aliases">
            {[...new Set(['prod', 'challenger', ...model.aliases.map((one) => one.alias)])].map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          <Field label="Version" error={faultOf(error, 'version')}>
            <select value={number} onChange={(event) => setChosen(event.target.value)}>
              {numbers.map((one) => (
                <option key={one} value={one}>
                  Version {one}
                </option>
              ))}
            </select>
          </Field>
        </>
      )}
    </FormDialog>
  );
}
