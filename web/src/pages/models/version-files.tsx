import { call } from '../../api.ts';
import { Panel } from '../../ui/kit.tsx';
import { FileBrowser, type Shelf } from '../../ui/viewer/file-browser.tsx';
import { versionPath } from './addresses.ts';

/** The bytes of a version, as they were when it was registered. */
export function VersionFiles({ at }: { at: { project: string; name: string; version: string } }) {
  const address = versionPath(at.project, at.name, at.version);
  const shelf: Shelf = {
    id: address,
    list: (path) => call('listVersionArtifacts', { ...at, ...(path ? { path } : {}) }),
    url: (path) => `/api/v1${address}/artifact?path=${encodeURIComponent(path)}`,
  };
  return (
    <Panel title="Files" id="files">
      <FileBrowser shelf={shelf} />
    </Panel>
  );
}
