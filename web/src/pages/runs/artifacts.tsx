import { call, useCall } from '../../api.ts';
import { Empty, Loaded, Panel } from '../../ui/kit.tsx';
import { FileBrowser, type Shelf } from '../../ui/viewer/file-browser.tsx';

/** Files of a run. */
export function Artifacts({ run }: { run: string }) {
  const root = useCall('listArtifacts', { run });
  const shelf: Shelf = {
    id: run,
    list: (path) => call('listArtifacts', { run, ...(path ? { path } : {}) }),
    url: (path) => `/api/v1/runs/${run}/artifact?path=${encodeURIComponent(path)}`,
  };
  return (
    <Panel title="Artifacts" id="artifacts">
      <Loaded query={root}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              icon="file"
              title="No files. Figures, tables and models that a run logs are kept here."
              code={'mlflow.log_artifact("report.html")'}
            />
          ) : (
            <FileBrowser shelf={shelf} />
          )
        }
      </Loaded>
    </Panel>
  );
}
