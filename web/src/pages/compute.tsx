import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { useMay, usePeople, useProjects } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import { duration, money, perHour } from '../ui/format.ts';
import {
  Button,
  Empty,
  Field,
  FormDialog,
  faultOf,
  Loaded,
  PageHead,
  Panel,
  Problem,
  StatusMark,
  Table,
  Time,
} from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import type { DataColumn } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { Spending } from './spending.tsx';
import { isolationWords, memoryText } from './tier-text.ts';

type Workload = Output<'listWorkloads'>['items'][number];
type Tier = Output<'listHardwareTiers'>['items'][number];
const alive = (row: Workload): boolean => ['queued', 'starting', 'running', 'stopping'].includes(row.state);

/** How a machine keeps pieces of work within their size, and apart. */
const limitWords: Record<string, string> = {
  cgroup1: 'cores and memory, by control groups',
  cgroup2: 'cores and memory, by control groups',
};

/** Where work runs, what it costs, and whose work runs now. */
export function Compute() {
  const targets = useCall('listComputeTargets', { limit: 1000 });
  const may = useMay();
  const [address, change] = useAddress();
  return (
    <>
      <PageHead
        title="Compute"
        about="Where work runs, what it costs, and all that runs now."
        code={{ path: '/workloads?alive=true', cli: 'npx plinth api GET /workloads?alive=true' }}
      />
      <RunningNow />
      <div className="columns">
        <Panel
          title="Hardware tiers"
          aside={
            <Button
              tone="quiet"
              icon="add"
              reason={may('hardware-tier.manage') ? null : 'Administrators offer tiers'}
              onClick={() => change({ new: 'tier' })}
            >
              Offer a tier
            </Button>
          }
        >
          <Tiers edit={(tier) => change({ tier })} />
        </Panel>
        <div className="stack wide-gap">
          <Spending />
          <Loaded query={targets}>
            {(data) =>
              data.items.map((target) => (
                <Panel
                  key={target.id}
                  title={target.name[0]!.toUpperCase() + target.name.slice(1)}
                  aside={<StatusMark state={target.state} />}
                >
                  <dl className="facts">
                    <dt>Limits</dt>
                    <dd>{limitWords[target.limits ?? ''] ?? target.limits ?? 'none'}</dd>
                    <dt>Isolation</dt>
                    <dd>{isolationWords[target.isolation ?? ''] ?? target.isolation ?? 'none'}</dd>
                  </dl>
                  {target.detail.length > 0 && (
                    <details>
                      <summary>How</summary>
                      {target.detail.map((line) => (
                        <p key={line} className="soft target-line">
                          {line}
                        </p>
                      ))}
                    </details>
                  )}
                </Panel>
              ))
            }
          </Loaded>
        </div>
      </div>
      <TierDialog address={address} close={() => change({ new: null, tier: null }, 'replace')} />
    </>
  );
}

function RunningNow() {
  const people = usePeople();
  const projects = useProjects();
  const [address, change] = useAddress();
  const [error, setError] = useState<unknown>(null);
  const past = address.past === 'yes';
  const pages = usePages('listWorkloads', past ? {} : { alive: true }, { isMoving: alive });
  const rate = (pages.data ?? []).filter((row) => row.state === 'running').reduce((sum, row) => sum + row.pricePerHour, 0);
  const columns = useMemo(
    (): DataColumn<Workload>[] => [
      { id: 'state', title: 'State', width: 120, cell: (row) => <StatusMark state={row.state} />, value: (row) => row.state },
      { id: 'name', title: 'What', width: 240, grow: true, cell: (row) => <Subject row={row} />, value: (row) => row.name },
      { id: 'kind', title: 'Kind', width: 120, cell: (row) => row.kind.replaceAll('-', ' '), value: (row) => row.kind },
      {
        id: 'owner',
        title: 'Owner',
        width: 130,
        cell: (row) => people.get(row.ownerId) ?? <span className="faint">a program</span>,
        value: (row) => people.get(row.ownerId) ?? row.ownerId,
      },
      {
        id: 'project',
        title: 'Project',
        width: 160,
        cell: (row) => projects.get(row.projectId ?? '')?.name ?? '–',
        value: (row) => projects.get(row.projectId ?? '')?.name,
      },
      { id: 'tier', title: 'Tier', width: 80, cell: (row) => row.tier.name, value: (row) => row.tier.name },
      {
        id: 'price',
        title: 'Price',
        optional: true,
        numeric: true,
        cell: (row) => perHour(row.pricePerHour, row.currency),
        value: (row) => row.pricePerHour,
      },
      {
        id: 'took',
        title: past ? 'Ran for' : 'Running for',
        width: 110,
        numeric: true,
        cell: (row) => duration(row.startedAt, row.finishedAt),
        value: (row) => row.startedAt,
      },
      { id: 'cost', title: 'Cost', width: 100, numeric: true, cell: (row) => money(row.cost), value: (row) => row.cost.amount },
      {
        id: 'queued',
        title: 'Queued',
        width: 110,
        optional: true,
        cell: (row) => <Time at={row.queuedAt} />,
        value: (row) => row.queuedAt,
      },
      { id: 'host', title: 'Host', optional: true, cell: (row) => row.host ?? '–', value: (row) => row.host },
      {
        id: 'stop',
        title: 'Actions',
        bare: true,
        width: 112,
        cell: (row) =>
          alive(row) ? (
            <Button
              icon="stop"
              aria-label={`Stop ${row.name}`}
              onClick={() => void call('stopWorkload', { workload: row.id }).then(() => queries.invalidateQueries(), setError)}
            >
              Stop
            </Button>
          ) : null,
        value: () => '',
      },
    ],
    [people, projects, past],
  );
  return (
    <div className="full-width">
      {error !== null && <Problem error={error} />}
      <DataTable
        label="Workloads"
        place="workloads"
        pages={pages}
        columns={columns}
        nameOf={(row) => row.name}
        toolbar={
          <>
            <h2>{past ? 'All work' : 'Running now'}</h2>
            {rate > 0 && <span className="soft tabular">{perHour(rate, pages.data?.[0]?.currency ?? '')} in all</span>}
            <label className="check">
              <input type="checkbox" checked={past} onChange={(event) => change({ past: event.target.checked ? 'yes' : null })} />
              Also what has ended
            </label>
          </>
        }
        empty={<Empty icon="compute" title="Nothing runs or waits." />}
      />
    </div>
  );
}

/** What a workload runs for, as a link where it has a page. */
function Subject({ row }: { row: Workload }) {
  const [kind, id] = row.subject.split(':');
  const page = { job: 'jobs', workspace: 'workspaces' }[kind ?? ''];
  return page ? (
    <Link className="row-name" to={`/${page}/${id}` as '/'} title={row.name}>
      {row.name}
    </Link>
  ) : (
    <span title={row.name}>{row.name}</span>
  );
}

function Tiers({ edit }: { edit: (tier: string) => void }) {
  const tiers = useCall('listHardwareTiers', { limit: 1000 });
  const may = useMay();
  return (
    <Loaded query={tiers}>
      {(data) => (
        <Table
          label="Hardware tiers"
          rows={data.items}
          columns={[
            {
              title: 'Tier',
              cell: (tier) => (
                <span className="row tight">
                  <strong>{tier.name}</strong>
                  {tier.isDefault && <span className="chip">default</span>}
                </span>
              ),
            },
            { title: 'Cores', cell: (tier) => tier.cpuCores ?? 'all', numeric: true },
            {
              title: 'Memory',
              cell: (tier) => (tier.memoryBytes === null ? 'all' : memoryText(tier.memoryBytes)),
              numeric: true,
            },
            { title: 'GPU', cell: (tier) => tier.gpus || '–', numeric: true },
            { title: 'Price', cell: (tier) => perHour(tier.pricePerHour, tier.currency), numeric: true },
            { title: 'State', cell: (tier) => <StatusMark state={tier.state} /> },
            {
              title: 'Actions',
              bare: true,
              cell: (tier) => (
                <Button
                  tone="quiet"
                  aria-label={`Change ${tier.name}`}
                  reason={may('hardware-tier.manage') ? null : 'Administrators change tiers'}
                  onClick={() => edit(tier.id)}
                >
                  Change
                </Button>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

const gigabyte = 1024 ** 3;

function TierDialog({ address, close }: { address: Record<string, string | undefined>; close: () => void }) {
  const tiers = useCall('listHardwareTiers', { limit: 1000 });
  const tier: Tier | undefined = tiers.data?.items.find((one) => one.id === address.tier);
  return (
    <FormDialog
      title={tier ? `Change ${tier.name}` : 'Offer a tier'}
      action={tier ? 'Change' : 'Offer'}
      open={address.new === 'tier' || tier !== undefined}
      close={close}
      submit={async (form) => {
        const count = (name: string): number | null => (form.get(name) === '' ? null : Number(form.get(name)));
        const gigabytes = count('memory');
        const body = {
          name: String(form.get('name')),
          cpuCores: count('cpuCores'),
          memoryBytes: gigabytes === null ? null : Math.round(gigabytes * gigabyte),
          gpus: count('gpus') ?? 0,
          pricePerHour: count('price') ?? 0,
          isDefault: form.get('isDefault') === 'on',
        };
        if (tier)
          await call('changeHardwareTier', {
            tier: tier.id,
            body: { ...body, state: form.get('enabled') === 'on' ? 'enabled' : 'disabled' },
          });
        else await call('createHardwareTier', { body });
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <>
          <Field label="Name" error={faultOf(error, 'name')}>
            <input name="name" required defaultValue={tier?.name} />
          </Field>
          <div className="form-row">
            <Field label="Cores" error={faultOf(error, 'cpuCores')} hint="Empty: all">
              <input name="cpuCores" type="number" step="any" min={0} defaultValue={tier?.cpuCores ?? ''} />
            </Field>
            <Field label="Memory (GiB)" error={faultOf(error, 'memoryBytes')} hint="Empty: all">
              <input
                name="memory"
                type="number"
                step="any"
                min={0}
                defaultValue={tier?.memoryBytes ? tier.memoryBytes / gigabyte : ''}
              />
            </Field>
            <Field label="GPUs" error={faultOf(error, 'gpus')}>
              <input name="gpus" type="number" min={0} defaultValue={tier?.gpus ?? 0} />
            </Field>
          </div>
          <Field
            label={`Price an hour (${tier?.currency ?? tiers.data?.items[0]?.currency ?? 'EUR'})`}
            error={faultOf(error, 'pricePerHour')}
            hint="What runs keeps the price that it started with."
          >
            <input name="price" type="number" step="any" min={0} required defaultValue={tier?.pricePerHour ?? 0} />
          </Field>
          <label className="check">
            <input name="isDefault" type="checkbox" defaultChecked={tier?.isDefault} /> Taken when nobody chooses
          </label>
          {tier && (
            <label className="check">
              <input name="enabled" type="checkbox" defaultChecked={tier.state === 'enabled'} /> Can be chosen
            </label>
          )}
        </>
      )}
    </FormDialog>
  );
}
