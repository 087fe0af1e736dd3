import { useCall, useCallIf } from '../api.ts';
import { useAddress } from '../ui/address.ts';
import { bytes } from '../ui/format.ts';
import { CodeBlock, Empty, Icon, Loaded, Panel, Short, Time } from '../ui/kit.tsx';
import { ProjectFrame, useSlug } from './project-frame.tsx';

/** The repository as it stands at a commit; folder, file and commit are in the address. */
export function Code() {
  const slug = useSlug();
  const [address, change] = useAddress();
  const folder = address.folder ?? '';
  const file = address.file ?? '';
  const revision = address.revision ?? '';
  const repo = useCall('getRepo', { project: slug });
  const at = revision ? { revision } : {};
  const tree = useCall('listRepoTree', { project: slug, ...(folder ? { path: folder } : {}), ...at });
  const commits = useCallIf(repo.data?.empty === false, 'listCommits', { project: slug, limit: 20 });
  const clone = `git clone ${(repo.data?.cloneUrl ?? '').replace('://', '://plinth:$PLINTH_TOKEN@')}`;
  const parts = folder.split('/').filter(Boolean);
  return (
    <ProjectFrame
      about="The project’s own repository. Every job runs on a commit of it."
      code={{ path: `/projects/${slug}/repo/tree`, cli: clone }}
    >
      <Loaded query={tree} rows={8}>
        {(data) =>
          data.items.length === 0 && !folder ? (
            <Empty
              icon="code"
              title="The repository is empty."
              code={`git remote add plinth ${repo.data?.cloneUrl ?? ''}\ngit push plinth main`}
            />
          ) : (
            <div className="columns code-page">
              <Panel
                title="Files"
                aside={
                  revision ? (
                    <span className="row tight">
                      at <Short value={revision} what="the commit" />
                      <button type="button" className="quiet" onClick={() => change({ revision: null })}>
                        Newest
                      </button>
                    </span>
                  ) : (
                    <span className="faint">{repo.data?.branch}</span>
                  )
                }
              >
                <nav aria-label="Folder" className="row tight folder-path">
                  <button type="button" className="quiet" onClick={() => change({ folder: null })}>
                    root
                  </button>
                  {parts.map((part, index) => (
                    <button
                      key={parts.slice(0, index + 1).join('/')}
                      type="button"
                      className="quiet"
                      onClick={() => change({ folder: parts.slice(0, index + 1).join('/') })}
                    >
                      / {part}
                    </button>
                  ))}
                </nav>
                <div className="file-tree">
                  {data.items.map((entry) => (
                    <button
                      key={entry.path}
                      type="button"
                      className="quiet"
                      aria-pressed={file === entry.path}
                      onClick={() => change(entry.type === 'folder' ? { folder: entry.path } : { file: entry.path })}
                    >
                      <Icon name={entry.type === 'folder' ? 'folder' : 'file'} />
                      <span className="clip">{entry.name}</span>
                    </button>
                  ))}
                </div>
              </Panel>
              <div className="stack wide-gap">
                {file ? (
                  <FileView slug={slug} path={file} revision={revision} />
                ) : (
                  <Panel title="Clone">
                    <CodeBlock>{clone}</CodeBlock>
                  </Panel>
                )}
                <Panel title="Commits">
                  <Loaded query={commits}>
                    {(list) => (
                      <ul className="rows">
                        {list.items.map((commit) => (
                          <li key={commit.id}>
                            <button
                              type="button"
                              className="quiet mono"
                              aria-label={`${commit.id.slice(0, 8)}: show the files at ${commit.subject}`}
                              onClick={() => change({ revision: commit.id })}
                            >
                              {commit.id.slice(0, 8)}
                            </button>
                            <span className="clip grow" title={commit.subject}>
                              {commit.subject}
                            </span>
                            <span className="faint">{commit.author}</span>
                            <span className="faint when">
                              <Time at={commit.time} />
                            </span>
                          </li>
                        ))}
                      </ul>
                    )}
                  </Loaded>
                </Panel>
              </div>
            </div>
          )
        }
      </Loaded>
    </ProjectFrame>
  );
}

function FileView({ slug, path, revision }: { slug: string; path: string; revision: string }) {
  const file = useCall('getRepoFile', { project: slug, path, ...(revision ? { revision } : {}) });
  return (
    <Panel title={path} aside={<span className="faint">{bytes(file.data?.sizeBytes)}</span>}>
      <Loaded query={file} rows={10}>
        {(data) =>
          data.text === null ? (
            <p className="faint">{data.binary ? 'A binary file.' : 'Too large to show: clone the repository to read it.'}</p>
          ) : (
            <CodeBlock>{data.text}</CodeBlock>
          )
        }
      </Loaded>
    </Panel>
  );
}
