import type { Output } from '@plinth/sdk';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { call, useCall } from '../api.ts';
import { here } from '../base.ts';
import { bytes } from '../ui/format.ts';
import { Button, Icon, Loaded, PageHead, Short, StatusMark, Time, toast } from '../ui/kit.tsx';
import { askForApproval } from './approvals/gate.tsx';
import { modelPath, versionPath } from './models/addresses.ts';
import { AliasChips, aliasesOf } from './models/alias-chips.tsx';
import { CardApprovals } from './models/card-approvals.tsx';
import { Completeness } from './models/completeness.tsx';
import { Facts } from './models/version-facts.tsx';
import { VersionFiles } from './models/version-files.tsx';
import { UsedSteps, VersionUsers } from './models/version-users.tsx';
import { useWorkReason } from './project-link.tsx';
import { Reproductions } from './provenance/reproductions.tsx';
import { SourcePath } from './provenance/source-path.tsx';
import { KeyNumbers } from './runs/run-lists.tsx';

type VersionData = Output<'getVersion'>;

/** The card of one version: what is on record of it, what is not, where it came from and where it went. */
export function Version() {
  const at = useParams({ strict: false }) as { project: string; name: string; version: string };
  const version = useCall('getVersion', { project: at.project, name: at.name, version: at.version });
  return (
    <Loaded query={version} rows={10}>
      {(data) => <VersionPage version={data} />}
    </Loaded>
  );
}

function VersionPage({ version }: { version: VersionData }) {
  const at = { project: version.projectSlug, name: version.modelName, version: String(version.number) };
  const navigate = useNavigate();
  const model = useCall('getModel', { project: at.project, name: at.name });
  const card = useCall('getModelCard', at);
  const source = useCall('getVersionProvenance', at);
  const cannotWrite = useWorkReason(at.project);
  const aliases = model.data ? aliasesOf(model.data, version.number) : [];
  const address = `models:/${at.name}/${at.version}`;
  const cli = `-p ${at.project}`;
  return (
    <>
      <PageHead
        title={`${version.modelName} version ${version.number}`}
        about={
          <span className="facts-line">
            {version.approval ? (
              <Link to={`/approvals/${version.approval.id}` as '/'}>
                <StatusMark state={version.approval.state} />
              </Link>
            ) : (
              <span className="faint">no approval asked for</span>
            )}
            {aliases.length > 0 && <AliasChips aliases={aliases} />}
            <span>
              by {version.createdBy.name}, <Time at={version.createdAt} />
            </span>
            <span className="tabular">{bytes(version.sizeBytes)}</span>
            <Short value={version.digest} what="digest of the version" length={12} />
          </span>
        }
        code={{
          path: versionPath(at.project, at.name, at.version),
          cli: `npx plinth model card ${at.name}/${at.version} ${cli}\nnpx plinth model package ${at.name}/${at.version} ${cli}`,
        }}
      >
        <a className="button" href={here(`/api/v1${versionPath(at.project, at.name, at.version)}/package`)} download>
          <Icon name="download" /> Package
        </a>
        <Ask version={version} address={address} cannotWrite={cannotWrite} />
        <Button
          tone="primary"
          icon="open"
          reason={cannotWrite}
          onClick={() => void navigate({ to: `/projects/${at.project}/deployments` as '/', search: { new: address } as never })}
        >
          Deploy
        </Button>
      </PageHead>
      {version.description && <p>{version.description}</p>}
      <KeyNumbers run={{ projectId: version.projectId, metrics: metricsOf(version) }} most={6} />
      <Loaded query={source} rows={6}>
        {(data) => (
          <SourcePath source={data}>{card.data ? <UsedSteps card={card.data} project={at.project} /> : null}</SourcePath>
        )}
      </Loaded>
      <Loaded query={card} rows={8}>
        {(data) => (
          <Facts card={data}>
            <Completeness card={data} />
            <CardApprovals approvals={data.approvals} />
            <Reproductions
              subject={`version:${version.id}`}
              start={() => call('reproduceVersion', at)}
              reason={cannotWrite}
              code={`npx plinth reproduce ${address} ${cli}`}
            />
            <VersionUsers card={data} project={at.project} />
          </Facts>
        )}
      </Loaded>
      <VersionFiles at={at} />
      <p className="soft">
        <Link to={modelPath(at.project, at.name) as '/'}>All versions of {at.name}</Link>
      </p>
    </>
  );
}

/** Results as numbers and words, as tiles take them. */
const metricsOf = (version: VersionData) =>
  version.metrics.map(({ key, value }) => ({ key, value: typeof value === 'number' ? value : String(value) }));

function Ask({ version, address, cannotWrite }: { version: VersionData; address: string; cannotWrite: string | null }) {
  const state = version.approval?.state;
  const settled = state === 'approved' ? 'It is approved already' : state === 'pending' ? 'It was asked for already' : null;
  return (
    <Button
      icon="audit"
      reason={cannotWrite ?? settled}
      tip="Validators and owners who neither made it nor asked for it decide"
      onClick={() => void askForApproval(version.projectSlug, address).catch((error: Error) => toast(error.message))}
    >
      Ask for approval
    </Button>
  );
}
