import { useNavigate } from '@tanstack/react-router';
import { call, queries, useCall } from '../../api.ts';
import { Field, FormDialog, faultOf, toast } from '../../ui/kit.tsx';
import { gateAnswer } from '../approvals/gate.tsx';
import { tierText } from '../tier-text.ts';
import { deploymentPath } from './addresses.ts';

/** Puts a version on a channel of a service, which is made when it is not there. */
export function NewDeployment({
  project,
  model,
  name,
  close,
}: {
  project: string;
  model: string;
  /** Of a service that is there already. */
  name?: string;
  close: () => void;
}) {
  const navigate = useNavigate();
  const tiers = useCall('listHardwareTiers').data?.items ?? [];
  return (
    <FormDialog
      title={name ? `Deploy to ${name}` : 'New deployment'}
      action="Deploy"
      open
      close={close}
      explain={(error) => gateAnswer(error, 'channel')}
      submit={async (form) => {
        const text = (field: string): string => String(form.get(field) ?? '').trim();
        const tier = text('hardwareTier');
        const body = {
          name: text('name'),
          model: text('model'),
          channel: text('channel') === 'prod' ? ('prod' as const) : ('beta' as const),
          replicas: Number(text('replicas')),
          ...(tier ? { hardwareTier: tier } : {}),
        };
        const made = await call('deploy', { project, body });
        toast(`${made.name} gets ${body.model} on ${body.channel}.`);
        void queries.invalidateQueries();
        void navigate({ to: deploymentPath(made.projectSlug, made.name) as '/' });
      }}
    >
      {(error) => (
        <>
          <Field label="Name" error={faultOf(error, 'name')} hint="A part of its address: lower-case letters, digits, dashes.">
            <input name="name" required maxLength={63} defaultValue={name ?? ''} readOnly={name !== undefined} />
          </Field>
          <Field label="Model" error={faultOf(error, 'model')} hint="models:/name/version, or models:/name@alias to follow it.">
            <input name="model" required maxLength={500} defaultValue={model} />
          </Field>
          <Field label="Channel" error={faultOf(error, 'channel')} hint="prod is entered through an approval.">
            <select name="channel">
              <option value="beta">beta</option>
              <option value="prod">prod</option>
            </select>
          </Field>
          <Field label="Replicas" error={faultOf(error, 'replicas')}>
            <input name="replicas" type="number" min={1} max={32} defaultValue={1} required />
          </Field>
          <Field label="Hardware tier" error={faultOf(error, 'hardwareTier')}>
            <select name="hardwareTier">
              <option value="">the usual one</option>
              {tiers.map((tier) => (
                <option key={tier.id} value={tier.id}>
                  {tier.name}: {tierText(tier)}
                </option>
              ))}
            </select>
          </Field>
        </>
      )}
    </FormDialog>
  );
}
