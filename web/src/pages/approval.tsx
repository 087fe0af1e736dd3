import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { useCall, useCallIf } from '../api.ts';
import { Icon, Loaded, PageHead, Panel, Short, StatusMark, Time } from '../ui/kit.tsx';
import { Decision } from './approvals/decision.tsx';
import { MetricChanges } from './approvals/metric-changes.tsx';
import { partsOf, sayVersion, versionPath } from './models/addresses.ts';
import { Completeness } from './models/completeness.tsx';
import { Facts } from './models/version-facts.tsx';
import { SourcePath } from './provenance/source-path.tsx';

type ApprovalData = Output<'getApproval'>;
type Card = Output<'getModelCard'>;

/** One question with the evidence that one decides by, and the decision. */
export function Approval() {
  const { approval: id } = useParams({ strict: false }) as { approval: string };
  const approval = useCall('getApproval', { approval: id });
  return (
    <Loaded query={approval} rows={8}>
      {(data) => <Question approval={data} />}
    </Loaded>
  );
}

function Question({ approval }: { approval: ApprovalData }) {
  const { name, number } = partsOf(approval.subject);
  const at = { project: approval.projectSlug, name, version: number };
  const gone = approval.state === 'withdrawn';
  // Once it is decided, what was known then counts; until then, what is known now.
  const pinned = isCard(approval.evidence) ? approval.evidence : null;
  const now = useCallIf(!pinned && !gone, 'getModelCard', at);
  const source = useCallIf(!gone, 'getVersionProvenance', at);
  const card = pinned ?? now.data;
  return (
    <>
      <PageHead
        title={`${sayVersion(approval.subject)} for ${approval.channel}`}
        about={
          <span className="facts-line">
            <StatusMark state={approval.state} />
            <span>
              asked by {approval.requestedBy.name}, <Time at={approval.requestedAt} />
            </span>
            <Link to={`/projects/${approval.projectSlug}/models` as '/'}>{approval.projectName}</Link>
          </span>
        }
        code={{ path: `/approvals/${approval.id}`, cli: `npx plinth approval show ${approval.id}` }}
      />
      <div className="asked">
        <Asked approval={approval} gone={gone} />
        {card && <MetricChanges at={at} card={card} />}
        <div>
          <Decision approval={approval} />
        </div>
      </div>
      {/* A decision outlives its version: then the pinned evidence is what there is. */}
      {!gone && !(pinned && source.error) && (
        <Loaded query={source} rows={6}>
          {(data) => <SourcePath source={data} />}
        </Loaded>
      )}
      {card ? (
        <Facts card={card}>
          <Completeness card={card} besides={['Approvals']} />
        </Facts>
      ) : gone ? (
        <p className="notice">
          <Icon name="question" />
          <span>
            The question was withdrawn: the version was deleted, or its bytes are no longer those that were asked about.
          </span>
        </p>
      ) : (
        <Loaded query={now} rows={8}>
          {() => null}
        </Loaded>
      )}
    </>
  );
}

/** Which bytes, whose, and for where. */
function Asked({ approval, gone }: { approval: ApprovalData; gone: boolean }) {
  const { name, number } = partsOf(approval.subject);
  return (
    <Panel title="What is asked about">
      <dl className="facts">
        <dt>Version</dt>
        <dd>
          {gone ? (
            sayVersion(approval.subject)
          ) : (
            <Link to={versionPath(approval.projectSlug, name, number) as '/'}>{sayVersion(approval.subject)}</Link>
          )}
        </dd>
        <dt>Exactly these bytes</dt>
        <dd>
          <Short value={approval.digest} what="digest" length={16} />
        </dd>
        <dt>Made by</dt>
        <dd>{approval.authors.map((one) => one.name).join(', ') || <span className="faint">not recorded</span>}</dd>
        <dt>Asked by</dt>
        <dd>{approval.requestedBy.name}</dd>
        {approval.evidenceSha256 && (
          <>
            <dt>Evidence</dt>
            <dd className="row tight">
              pinned to the decision <Short value={approval.evidenceSha256} what="digest of the evidence" length={16} />
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

const isCard = (evidence: unknown): evidence is Card =>
  typeof evidence === 'object' && evidence !== null && 'fields' in evidence && 'completeness' in evidence;
