import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { number } from '../../ui/format.ts';
import { Panel, Short } from '../../ui/kit.tsx';
import { PairList } from '../runs/run-lists.tsx';
import { type CardFacts, fact } from './facts.ts';
import { SignatureTable } from './signature-table.tsx';

type Card = Pick<Output<'getModelCard'>, 'fields' | 'projectSlug'>;

/** What the card says: results, the shape of inputs and outputs, settings; beside them what it was made of and what else the page has. */
export function Facts({ card, children }: { card: Card; children?: ReactNode }) {
  const metrics = fact(card.fields, 'metrics') ?? [];
  const parameters = fact(card.fields, 'parameters') ?? [];
  return (
    <div className="columns">
      <div className="stack wide-gap">
        <PairList
          title="Metrics"
          pairs={metrics.map(({ key, value }) => ({ key, value: number(value) }))}
          nothing="Not recorded: its run logged no metric."
        />
        <Panel title="Signature">
          <SignatureTable signature={fact(card.fields, 'signature')} />
        </Panel>
        <PairList
          title="Parameters"
          pairs={parameters.map(({ key, value }) => ({ key, value: String(value) }))}
          nothing="Not recorded: its run logged no parameter."
        />
      </div>
      <div className="stack wide-gap">
        <Made card={card} />
        {children}
      </div>
    </div>
  );
}

function Made({ card }: { card: Card }) {
  const code = fact(card.fields, 'code');
  const environment = fact(card.fields, 'environment');
  const data = fact(card.fields, 'trainingData') ?? [];
  const people = fact(card.fields, 'people') ?? [];
  const flavors = fact(card.fields, 'flavors') ?? [];
  return (
    <Panel title="Made of">
      <dl className="facts">
        <Fact title="Training data">
          {data.length > 0 && data.map((one) => <Data key={`${one.name} ${one.digest}`} {...one} />)}
        </Fact>
        <Fact title="Code">
          {code && (
            <span className="row tight">
              <Link to={`/projects/${card.projectSlug}/code` as '/'} search={{ revision: code.commit } as never}>
                {code.patchSha256 ? 'commit and patch' : 'commit'}
              </Link>
              <Short value={code.commit} what="commit" />
              {code.patchSha256 && <Short value={code.patchSha256} what="digest of the patch" />}
            </span>
          )}
        </Fact>
        <Fact title="Environment">
          {environment && (
            <details>
              <summary>
                {environment.python ? `Python ${environment.python}, ` : ''}
                {environment.packages.length} {environment.packages.length === 1 ? 'package' : 'packages'}
              </summary>
              <ul className="plain mono small">
                {environment.packages.map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
            </details>
          )}
        </Fact>
        <Fact title="Flavours">{flavors.length > 0 && flavors.map((one) => one.name).join(', ')}</Fact>
        <Fact title="People">{people.length > 0 && people.map((one) => one.name).join(', ')}</Fact>
        <Fact title="Intended use">{fact(card.fields, 'intendedUse')}</Fact>
      </dl>
    </Panel>
  );
}

function Fact({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children || <span className="faint">not recorded</span>}</dd>
    </>
  );
}

function Data({ name, snapshotId, number: count, datasetId, datasetName, digest }: CardFacts['trainingData'][number]) {
  return (
    <span className="row tight">
      {datasetId && snapshotId ? (
        <Link to={`/datasets/${datasetId}` as '/'} search={{ snapshot: snapshotId } as never}>
          {datasetName ?? name} #{count}
        </Link>
      ) : (
        <span title={digest ?? undefined}>
          {name} <span className="faint">told by the client</span>
        </span>
      )}
      {digest && snapshotId && <Short value={digest} what="digest of the data" />}
    </span>
  );
}
