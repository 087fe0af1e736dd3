import { useNavigate } from '@tanstack/react-router';
import { useCallIf } from '../../api.ts';
import { listText } from '../../ui/address.ts';
import { Button, IconButton } from '../../ui/kit.tsx';
import type { Run } from './run-columns.tsx';

/** From one run of an experiment to the next, and beside the one before it. */
export function Neighbours({ run, project }: { run: Run; project: string | undefined }) {
  const navigate = useNavigate();
  const started = Date.parse(run.startedAt);
  const asked = { project: project ?? '', experiment: run.experimentId, limit: 1, keys: '' };
  const ready = project !== undefined;
  const older = useCallIf(ready, 'listRuns', {
    ...asked,
    filter: `attributes.start_time < ${started}`,
    sort: 'start_time desc',
  });
  const newer = useCallIf(ready, 'listRuns', {
    ...asked,
    filter: `attributes.start_time > ${started}`,
    sort: 'start_time asc',
  });
  const [before, after] = [older.data?.items[0], newer.data?.items[0]];
  const go = (to: Run | undefined) => (): void => void (to && navigate({ to: `/runs/${to.id}` as '/' }));
  return (
    <>
      <span className="pair">
        <IconButton
          icon="left"
          label={before ? `Run before: ${before.name}` : 'Run before'}
          reason={before ? null : 'It is the first of its experiment'}
          onClick={go(before)}
        />
        <IconButton
          icon="right"
          label={after ? `Run after: ${after.name}` : 'Run after'}
          reason={after ? null : 'It is the newest of its experiment'}
          onClick={go(after)}
        />
      </span>
      <Button
        icon="compare"
        reason={before ? null : 'There is no run before it'}
        tip={before ? `Beside ${before.name}` : ''}
        onClick={() =>
          void navigate({
            to: `/projects/${project}/experiments/compare` as '/',
            search: { runs: listText([run.id, before!.id]) } as never,
          })
        }
      >
        Compare
      </Button>
    </>
  );
}
