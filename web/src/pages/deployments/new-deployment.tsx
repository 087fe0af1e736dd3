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
  const tiers = useCall('listHardwareTiers', { limit: 1000 }).data?.items ?? [];
  const models = useCall('listProjectModels', { project, limit: 1000 });
  const deployments = useCall('listProjectDeployments', { project, limit: 1000 });
  // What the fields begin with is asked first, so that nothing changes under the reader's hands.
  if (!models.data || !deployments.data) return null;
  const known = deployments.data.items;
  const served = (one: (typeof known)[number]) => one.channels.flatMap((channel) => channel.serving?.model.name ?? []);
  const modelName = /^models:\/([^/@]+)[/@]./.exec(model)?.[1];
  const home = name ?? known.find((one) => modelName !== undefined && served(one).includes(modelName))?.name ?? '';
  const here = known.find((one) => one.name === name);
  const newest = here && models.data.items.find((one) => served(here).includes(one.name));
  const first = newest?.newestVersion && !modelName ? `models:/${newest.name}/${newest.newestVersion.number}` : model;
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
            <input
              name="name"
              required
              maxLength={63}
              defaultValue={home}
              readOnly={name !== undefined}
              list="known-deployments"
              autoComplete="off"
            />
          </Field>
          <datalist id="known-deployments">
            {known.map((one) => (
              <option key={one.id} value={one.name} />
            ))}
          </datalist>
          <Field label="Model" error={faultOf(error, 'model')} hint="models:/name/version, or models:/name@alias to follow it.">
            <input name="model" required maxLength={500} defaultValue={first} list="known-versions" autoComplete="off" />
          </Field>
          <datalist id="known-versions">
            {models.data.items
              .flatMap((one) => [
                ...(one.newestVersion ? [`models:/${one.name}/${one.newestVersion.number}`] : []),
                ...one.aliases.map((alias) => `models:/${one.name}@${alias.alias}`),
              ])
              .map((text) => (
                <option key={text} value={text} />
              ))}
          </datalist>
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
