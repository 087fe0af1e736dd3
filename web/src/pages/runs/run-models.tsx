import { useState } from 'react';
import { Button, Panel, Short, StatusMark } from '../../ui/kit.tsx';
import { RegisterVersion } from '../models/register-version.tsx';
import type { Run } from './run-columns.tsx';

/** Models that a run logged, each to be registered from here, and the inputs that its client told of. */
export function RunModels({ run, project, cannotWrite }: { run: Run; project: string | undefined; cannotWrite: string | null }) {
  const [registering, setRegistering] = useState<{ loggedModelId?: string } | null>(null);
  return (
    <Panel
      title="Model and inputs"
      aside={
        <Button icon="models" reason={cannotWrite} onClick={() => setRegistering({})}>
          Register
        </Button>
      }
    >
      <h3>Models</h3>
      {run.models.length === 0 && (
        <p className="faint">
          No model. <span className="mono">mlflow.sklearn.log_model(model)</span> keeps one here.
        </p>
      )}
      <ul className="feed">
        {run.models.map((model) => (
          <li key={model.id}>
            <strong>{model.name}</strong>
            <span className="row">
              <StatusMark state={model.status} />
              <Short value={model.id} what="id of the model" length={12} />
              <Button
                reason={cannotWrite}
                aria-label={`Register ${model.name}`}
                onClick={() => setRegistering({ loggedModelId: model.id })}
              >
                Register
              </Button>
            </span>
          </li>
        ))}
      </ul>
      <h3>Inputs that the client logged</h3>
      {run.datasets.length === 0 && <p className="faint">None.</p>}
      <ul className="feed">
        {run.datasets.map((dataset) => (
          <li key={`${dataset.name} ${dataset.digest}`}>
            <span>
              {dataset.name} {dataset.context && <span className="chip">{dataset.context}</span>}
            </span>
            <Short value={dataset.digest} what="digest of the input" />
          </li>
        ))}
      </ul>
      {registering && project && (
        <RegisterVersion run={run} project={project} model={registering.loggedModelId} close={() => setRegistering(null)} />
      )}
    </Panel>
  );
}
