import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useCall, useCallIf } from '../api.ts';
import { siteAddress } from '../base.ts';
import { CodeBlock, Icon, Snippets } from '../ui/kit.tsx';

const dismissed = 'plinth-first-steps';

/** Four steps from nothing to a tracked run, each ticked by itself as it happens, with snippets for the reader's own address and project. */
export function FirstSteps() {
  const projects = useCall('listProjects', { limit: 50 });
  const [hidden, setHidden] = useState(() => localStorage.getItem(dismissed) === 'yes');
  const own = (projects.data?.items ?? []).filter((project) => project.slug !== 'default');
  // The newest of the reader's projects is the one that they are making.
  const project = own[0];
  const environments = useCall('listEnvironments', { limit: 100 });
  const jobs = useCall('listJobs', { limit: 20 });
  const runs = useCallIf(project !== undefined, 'listRuns', { project: project?.slug ?? '', limit: 1 });
  const anyRun = (runs.data?.items.length ?? 0) > 0 || (jobs.data?.items ?? []).some((job) => job.runIds.length > 0);
  // Those that are shared with all came with the house.
  const states = (environments.data?.items ?? []).filter((one) => one.projectId !== null).map((one) => one.newestRevision?.state);
  const built = states.includes('ready');
  const building = states.includes('building');
  const slug = project?.slug ?? 'my-project';
  const at = siteAddress();

  const steps: { title: string; done: boolean; about: string; body: ReactNode }[] = [
    {
      title: 'Make a project',
      done: project !== undefined,
      about: 'From a template it has code, an environment and a first training.',
      body: (
        <Link to="/projects" search={{ new: 'project' } as never} className="button primary">
          <Icon name="add" /> New project
        </Link>
      ),
    },
    {
      title: 'Have an environment',
      done: built,
      about: building
        ? 'It is being built now: packages are locked with hashes, once.'
        : 'Packages locked with hashes and built once.',
      body: <CodeBlock>{`npx plinth env build -p ${slug} ${slug} scikit-learn pandas mlflow`}</CodeBlock>,
    },
    {
      title: 'Run a first job',
      done: (jobs.data?.items ?? []).some((job) => job.state === 'succeeded'),
      about: 'A command on a commit, in the environment, with a price.',
      body: <CodeBlock>{`npx plinth run -p ${slug} -- python train.py`}</CodeBlock>,
    },
    {
      title: 'See a tracked run',
      done: anyRun,
      about: 'Jobs are tracked by themselves. From your own machine an unchanged MLflow client does it.',
      body: (
        <Snippets
          snippets={{
            Python: `import os, mlflow\n\nos.environ["MLFLOW_TRACKING_TOKEN"] = "pln_…"  # from Tokens\nmlflow.set_tracking_uri("${at}/mlflow/${slug}")\n\nwith mlflow.start_run():\n    mlflow.log_metric("auc", 0.9)`,
            R: `Sys.setenv(MLFLOW_TRACKING_TOKEN = "pln_…") # from Tokens\nmlflow::mlflow_set_tracking_uri("${at}/mlflow/${slug}")\nmlflow::mlflow_log_metric("auc", 0.9)`,
            Shell: `export MLFLOW_TRACKING_URI=${at}/mlflow/${slug}\nexport MLFLOW_TRACKING_TOKEN=pln_…`,
          }}
        />
      ),
    },
  ];
  const next = steps.findIndex((step) => !step.done);
  const known = projects.data && jobs.data && (project === undefined || (environments.data && runs.data));
  if (!known || next < 0 || hidden) return null;
  return (
    <section className="card first-steps" aria-label="First steps">
      <header className="row">
        <h2 className="grow">From nothing to a tracked run</h2>
        <span className="faint">
          {steps.filter((step) => step.done).length} of {steps.length}
        </span>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            localStorage.setItem(dismissed, 'yes');
            setHidden(true);
          }}
        >
          Hide
        </button>
      </header>
      <ol>
        {steps.map((step, index) => (
          <li key={step.title} aria-current={index === next ? 'step' : undefined}>
            <span className={`status ${step.done ? 'ok' : 'wait'}`} role="img" aria-label={step.done ? 'done' : 'to do'}>
              {step.done ? '✓' : '○'}
            </span>
            <div className="stack">
              <div>
                <strong>{step.title}</strong> <span className="soft">{step.about}</span>
              </div>
              {index === next && <div>{step.body}</div>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
