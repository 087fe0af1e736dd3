import type { Output } from '@plinth/sdk';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, useCall, useCallIf } from '../api.ts';
import { money, perHour } from '../ui/format.ts';
import { CodeBlock, Field, FormDialog, faultOf } from '../ui/kit.tsx';
import { tierText } from './tier-text.ts';

interface Draft {
  command: string;
  name: string;
  environment: string;
  tier: string;
  commit: string;
  inputs: string;
  variables: string;
  minutes: string;
}

/** A new job, or one like another (`from`), with what it will cost an hour and the line that does the same. */
export function RunAJob({ slug, open, from, close }: { slug: string; open: boolean; from: string; close: () => void }) {
  const like = useCallIf(open && from !== '', 'getJob', { job: from });
  // The form begins with what the other job had, so it waits for it.
  return open && (from === '' || like.data) ? <Form slug={slug} like={like.data ?? null} close={close} /> : null;
}

function Form({ slug, like, close }: { slug: string; like: Output<'getJob'> | null; close: () => void }) {
  const navigate = useNavigate();
  const tiers = useCall('listHardwareTiers', { limit: 1000 });
  const environments = useCall('listEnvironments', { project: slug, limit: 100 });
  const [draft, setDraft] = useState<Draft>({
    command: like ? shown(like.command) : 'python train.py',
    name: like?.name ?? '',
    environment: like?.environment ?? '',
    tier: like?.hardwareTier ?? '',
    commit: like?.commit ?? '',
    inputs: (like?.inputs ?? []).map((input) => `${input.name}=${input.snapshotId}`).join('\n'),
    variables: Object.entries(like?.variables ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
    minutes: like?.timeoutSeconds ? String(Math.ceil(like.timeoutSeconds / 60)) : '',
  });
  const set =
    (name: keyof Draft) =>
    (event: { target: { value: string } }): void =>
      setDraft({ ...draft, [name]: event.target.value });
  const usable = (tiers.data?.items ?? []).filter((tier) => tier.state === 'enabled');
  const tier = usable.find((one) => one.name === draft.tier) ?? usable.find((one) => one.isDefault) ?? usable[0];
  const minutes = Number(draft.minutes) || 0;
  return (
    <FormDialog
      title="Run a job"
      action="Run"
      open
      close={close}
      submit={async () => {
        const job = await call('startJob', {
          project: slug,
          body: {
            command: draft.command,
            ...(draft.name ? { name: draft.name } : {}),
            ...(tier ? { hardwareTier: tier.name } : {}),
            ...(draft.environment ? { environment: draft.environment } : {}),
            ...(draft.commit ? { commit: draft.commit } : {}),
            inputs: pairs(draft.inputs).map(([name, snapshotId]) => ({ name, snapshotId })),
            variables: Object.fromEntries(pairs(draft.variables)),
            ...(minutes > 0 ? { timeoutSeconds: minutes * 60 } : {}),
          },
        });
        void navigate({ to: `/jobs/${job.id}` as '/' });
      }}
    >
      {(error) => (
        <>
          <Field label="Command" error={faultOf(error, 'command')} hint="Run by sh in the project’s files at the commit.">
            <textarea className="mono" required rows={3} value={draft.command} onChange={set('command')} />
          </Field>
          <div className="form-row">
            <Field label="Environment" error={faultOf(error, 'environment')}>
              <select value={draft.environment} onChange={set('environment')}>
                <option value="">The project’s default</option>
                {(environments.data?.items ?? []).map((environment) => (
                  <option key={environment.id} value={environment.name}>
                    {environment.name}
                    {environment.newestRevision ? `, ${environment.newestRevision.state}` : ', not built'}
                  </option>
                ))}
                <option value="base">base: the system’s Python</option>
              </select>
            </Field>
            <Field label="Commit or branch" error={faultOf(error, 'commit')}>
              <input className="mono" placeholder="main" value={draft.commit} onChange={set('commit')} />
            </Field>
          </div>
          <Field label="Hardware tier" error={faultOf(error, 'hardwareTier')} hint={price(tier, minutes)}>
            <select value={tier?.name ?? ''} onChange={set('tier')}>
              {usable.map((one) => (
                <option key={one.id} value={one.name}>
                  {one.name}: {tierText(one)}
                </option>
              ))}
            </select>
          </Field>
          <Inputs
            slug={slug}
            text={draft.inputs}
            set={(inputs) => setDraft({ ...draft, inputs })}
            error={faultOf(error, 'inputs')}
          />
          <details>
            <summary>Name, variables, time limit</summary>
            <div className="stack form-more">
              <Field label="Name" error={faultOf(error, 'name')}>
                <input maxLength={120} value={draft.name} onChange={set('name')} placeholder="The command, when left empty" />
              </Field>
              <Field label="Variables, one NAME=value a line" error={faultOf(error, 'variables')}>
                <textarea className="mono" rows={2} value={draft.variables} onChange={set('variables')} />
              </Field>
              <Field label="Ends after (minutes)" error={faultOf(error, 'timeoutSeconds')}>
                <input type="number" min={1} value={draft.minutes} onChange={set('minutes')} placeholder="no limit" />
              </Field>
            </div>
          </details>
          <div>
            <div className="caption">The same from a terminal</div>
            <CodeBlock>{line(slug, draft, tier?.name ?? '')}</CodeBlock>
          </div>
        </>
      )}
    </FormDialog>
  );
}

function Inputs({
  slug,
  text,
  set,
  error,
}: {
  slug: string;
  text: string;
  set: (text: string) => void;
  error: string | undefined;
}) {
  const datasets = useCall('listDatasets', { project: slug, limit: 100 });
  const offered = (datasets.data?.items ?? []).filter((dataset) => dataset.newestSnapshot !== null);
  const chosen = pairs(text);
  return (
    <Field label="Inputs, one name=snapshot a line" error={error} hint="Read-only at $PLINTH_INPUT_<NAME>.">
      <textarea className="mono" rows={2} value={text} onChange={(event) => set(event.target.value)} placeholder="data=snp_…" />
      {offered.length > 0 && (
        <span className="chips">
          {offered
            .filter((dataset) => !chosen.some(([, snapshot]) => snapshot === dataset.newestSnapshot!.id))
            .slice(0, 6)
            .map((dataset) => (
              <button
                key={dataset.id}
                type="button"
                className="chip"
                onClick={() =>
                  set([text.trim(), `${inputName(dataset.name)}=${dataset.newestSnapshot!.id}`].filter(Boolean).join('\n'))
                }
              >
                + {dataset.name}, snapshot {dataset.newestSnapshot!.number}
              </button>
            ))}
        </span>
      )}
    </Field>
  );
}

const inputName = (name: string): string => name.replaceAll(/[^A-Za-z0-9_-]/g, '_').replace(/^[^A-Za-z]+/, '') || 'data';

const pairs = (text: string): [string, string][] =>
  text
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => [one.split('=')[0]!.trim(), one.slice(one.indexOf('=') + 1).trim()]);

const shown = (command: string | string[]): string => (Array.isArray(command) ? command.map(quoted).join(' ') : command);
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

function price(tier: { pricePerHour: number; currency: string } | undefined, minutes: number): string {
  if (!tier) return '';
  const most = minutes > 0 ? `, at most ${money({ amount: (tier.pricePerHour * minutes) / 60, currency: tier.currency })}` : '';
  return `${perHour(tier.pricePerHour, tier.currency)} while it runs${most}; waiting and preparing are free.`;
}

/** The same job from a terminal. */
function line(slug: string, draft: Draft, tier: string): string {
  const parts = [
    `npx plinth run -p ${slug}`,
    draft.environment && `--environment ${quoted(draft.environment)}`,
    tier && `--tier ${quoted(tier)}`,
    ...pairs(draft.inputs).map(([name, value]) => `--input ${quoted(`${name}=${value}`)}`),
    ...pairs(draft.variables).map(([name, value]) => `--var ${quoted(`${name}=${value}`)}`),
    Number(draft.minutes) > 0 && `--timeout ${Number(draft.minutes) * 60}`,
    `-- ${draft.command.includes('\n') ? `sh -c ${quoted(draft.command)}` : draft.command}`,
  ];
  return parts.filter(Boolean).join(' \\\n  ');
}
