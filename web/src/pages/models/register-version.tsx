import { ApiProblem } from '@plinth/sdk';
import { useNavigate } from '@tanstack/react-router';
import { call, queries, useCall } from '../../api.ts';
import { Field, FormDialog, faultOf } from '../../ui/kit.tsx';
import type { Run } from '../runs/run-columns.tsx';
import { versionPath } from './addresses.ts';

/** Registers what a run logged as a new version of a model, made when there is none by that name. */
export function RegisterVersion({
  run,
  project,
  model,
  close,
}: {
  run: Run;
  project: string;
  /** The logged model that was chosen already. */
  model: string | undefined;
  close: () => void;
}) {
  const navigate = useNavigate();
  const models = useCall('listProjectModels', { project, limit: 1000 });
  const first = model ?? run.models[0]?.id;
  const submit = async (form: FormData): Promise<void> => {
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const name = text('name');
    const description = text('description');
    await call('createModel', { project, body: { name } }).catch((error: unknown) => {
      if (!(error instanceof ApiProblem && error.status === 409)) throw error;
    });
    const source = first ? { loggedModelId: text('model') || first } : { runId: run.id, path: text('path') };
    const made = await call('registerVersion', { project, name, body: { ...source, ...(description ? { description } : {}) } });
    void queries.invalidateQueries();
    void navigate({ to: versionPath(project, made.modelName, made.number) as '/' });
  };
  return (
    <FormDialog title="Register a version" action="Register" open close={close} submit={submit}>
      {(error) => (
        <>
          <Field
            label="Model"
            error={faultOf(error, 'name')}
            hint="One that exists gets a new version; another name makes a model."
          >
            <input name="name" required maxLength={256} list="known-models" autoComplete="off" />
          </Field>
          <datalist id="known-models">
            {(models.data?.items ?? []).map((one) => (
              <option key={one.id} value={one.name} />
            ))}
          </datalist>
          {run.models.length > 1 && !model && (
            <Field label="What the run logged" error={faultOf(error, 'loggedModelId')}>
              <select name="model" defaultValue={first}>
                {run.models.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            </Field>
          )}
          {!first && (
            <Field label="Folder among the artifacts" error={faultOf(error, 'path')} hint="The one that holds the file MLmodel.">
              <input name="path" required defaultValue="model" />
            </Field>
          )}
          <Field label="What is new in it" error={faultOf(error, 'description')}>
            <textarea name="description" maxLength={5000} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
