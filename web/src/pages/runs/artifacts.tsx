import { useState } from 'react';
import { useCall } from '../../api.ts';
import { useAddress } from '../../ui/address.ts';
import { bytes } from '../../ui/format.ts';
import { Empty, Icon, Loaded, Panel } from '../../ui/kit.tsx';
import { FileViewer } from '../../ui/viewer/file-viewer.tsx';

/** Files of a run as a tree, the chosen one beside it; the choice stands in the address. */
export function Artifacts({ run }: { run: string }) {
  const [address, change] = useAddress();
  const root = useCall('listArtifacts', { run });
  const file = address.file;
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
            <div className="browser">
              <div className="tree">
                <Folder run={run} path="" open={file} onOpen={(path) => change({ file: path }, 'replace')} />
              </div>
              {file ? <Chosen run={run} path={file} /> : <p className="soft">Choose a file to see it.</p>}
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Folder({
  run,
  path,
  open,
  onOpen,
}: {
  run: string;
  path: string;
  open: string | undefined;
  onOpen: (path: string) => void;
}) {
  const list = useCall('listArtifacts', { run, ...(path ? { path } : {}) });
  return (
    <Loaded query={list} rows={1}>
      {(data) => (
        <ul>
          {data.items.map((entry) =>
            entry.isFolder ? (
              <Branch key={entry.path} run={run} path={entry.path} open={open} onOpen={onOpen} />
            ) : (
              <li key={entry.path}>
                <button type="button" className="quiet" aria-pressed={open === entry.path} onClick={() => onOpen(entry.path)}>
                  <Icon name="file" />
                  <span className="clip">{entry.path.split('/').at(-1)}</span>
                  <span className="caption">{bytes(entry.sizeBytes)}</span>
                </button>
              </li>
            ),
          )}
        </ul>
      )}
    </Loaded>
  );
}

function Branch(props: Parameters<typeof Folder>[0]) {
  const [expanded, setExpanded] = useState(props.open?.startsWith(`${props.path}/`) ?? false);
  return (
    <li>
      <button type="button" className="quiet" aria-expanded={expanded} onClick={() => setExpanded(!expanded)}>
        <Icon name={expanded ? 'down' : 'right'} />
        <span className="clip">{props.path.split('/').at(-1)}</span>
      </button>
      {expanded && <Folder {...props} />}
    </li>
  );
}

function Chosen({ run, path }: { run: string; path: string }) {
  const folder = path.split('/').slice(0, -1).join('/');
  const list = useCall('listArtifacts', { run, ...(folder ? { path: folder } : {}) });
  return (
    <Loaded query={list} rows={6}>
      {(data) => {
        const entry = data.items.find((one) => one.path === path);
        return entry ? (
          <FileViewer
            key={path}
            url={`/api/v1/runs/${run}/artifact?path=${encodeURIComponent(path)}`}
            path={path}
            sizeBytes={entry.sizeBytes ?? 0}
          />
        ) : (
          <p className="soft">There is no file {path} in this run.</p>
        );
      }}
    </Loaded>
  );
}
