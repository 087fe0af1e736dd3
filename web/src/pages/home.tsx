import { Link } from '@tanstack/react-router';
import { useCall } from '../api.ts';
import { money } from '../ui/format.ts';
import { CodeBlock, Loaded, PageHead, StatusMark, Time } from '../ui/kit.tsx';

/** A number from a page of rows says so when there are more rows than the page holds. */
const counted = (count: number, page: { nextCursor: string | null } | undefined): string =>
  page ? `${count}${page.nextCursor ? '+' : ''}` : '–';

export function Home() {
  const me = useCall('getMe');
  const projects = useCall('listProjects', { limit: 100 });
  const jobs = useCall('listJobs', { limit: 100 });
  const workspaces = useCall('listWorkspaces', { limit: 100 });
  const tokens = useCall('listTokens');
  const own = projects.data?.items.filter((project) => project.slug !== 'default') ?? [];
  const steps = [
    {
      done: own.length > 0,
      title: 'Make a project',
      about: 'From a template it has code, an environment and a first training.',
      to: '/projects' as const,
      label: 'New project',
    },
    {
      done: (jobs.data?.items.length ?? 0) > 0,
      title: 'Run a first job',
      about: 'A command on a commit, in an environment, with a price.',
      code: `npx plinth run -p ${own[0]?.slug ?? 'my-project'} -- python train.py`,
    },
    {
      done: (tokens.data?.items.length ?? 0) > 1,
      title: 'Connect your MLflow client',
      about: 'It works unchanged; make a token under Tokens.',
      code: `export MLFLOW_TRACKING_URI=${window.location.origin}\nexport MLFLOW_TRACKING_TOKEN=pln_…`,
    },
  ];
  const alive = (jobs.data?.items ?? []).filter((job) => ['queued', 'starting', 'running'].includes(job.state)).length;
  const running = (workspaces.data?.items ?? []).filter((workspace) => workspace.state === 'running').length;
  return (
    <>
      <PageHead
        title={`Hello, ${me.data?.name ?? ''}`}
        about="What runs, what is new, and what to do next."
        code={{ path: '/projects?limit=8', cli: 'npx plinth project list' }}
      />
      <div className="tiles">
        <div className="card">
          <div className="soft">Jobs waiting or running</div>
          <div className="key">{counted(alive, jobs.data)}</div>
        </div>
        <div className="card">
          <div className="soft">Workspaces running</div>
          <div className="key">{counted(running, workspaces.data)}</div>
        </div>
        <div className="card">
          <div className="soft">Projects you may see</div>
          <div className="key">{counted(projects.data?.items.length ?? 0, projects.data)}</div>
        </div>
      </div>
      <div className="columns">
        <section className="card">
          <h2>Recent jobs</h2>
          <Loaded query={jobs}>
            {(data) =>
              data.items.length === 0 ? (
                <p className="faint">No job yet.</p>
              ) : (
                <ul className="feed">
                  {data.items.slice(0, 8).map((job) => (
                    <li key={job.id}>
                      <span>
                        <StatusMark state={job.state} /> <Link to={`/jobs/${job.id}` as '/'}>{job.name}</Link>{' '}
                        <span className="faint">{money(job.cost)}</span>
                      </span>
                      <Time at={job.createdAt} />
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        </section>
        <section className="card">
          <h2>Projects</h2>
          <Loaded query={projects}>
            {(data) => (
              <ul className="feed">
                {data.items.slice(0, 8).map((project) => (
                  <li key={project.id}>
                    <Link to={`/projects/${project.slug}` as '/'}>{project.name}</Link>
                    <span className="faint">{project.stage}</span>
                  </li>
                ))}
              </ul>
            )}
          </Loaded>
        </section>
      </div>
      {steps.some((step) => !step.done) && (
        <section className="card" aria-label="First steps">
          <h2>First steps</h2>
          {steps.map((step) => (
            <div key={step.title} className="step">
              <span className={`status ${step.done ? 'ok' : 'wait'}`} role="img" aria-label={step.done ? 'done' : 'to do'}>
                {step.done ? '✓' : '○'}
              </span>
              <div className="stack">
                <strong>{step.title}</strong>
                <span className="soft">{step.about}</span>
                {!step.done && step.code && <CodeBlock>{step.code}</CodeBlock>}
                {!step.done && step.to && (
                  <div>
                    <Link to={step.to} className="button">
                      {step.label}
                    </Link>
                  </div>
                )}
              </div>
            </div>
          ))}
        </section>
      )}
    </>
  );
}
