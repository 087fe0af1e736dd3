import { Link, useParams } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useCall } from '../api.ts';
import { useAddress } from '../ui/address.ts';
import { Button, Empty, Loaded, PageHead, Panel, StatusMark, Table, Time } from '../ui/kit.tsx';
import { PlaceAccess } from './access/place-access.tsx';
import {
  type Folder as FolderData,
  FolderDialogs,
  insideText,
  manageReason,
  manages,
  putReason,
} from './folders/folder-dialogs.tsx';

export function Folder() {
  const { folder: id } = useParams({ strict: false }) as { folder: string };
  return <FolderPage key={id} id={id} />;
}

/** One folder: what stands in it, and whose roles on it reach all of that. */
function FolderPage({ id }: { id: string }) {
  const [, change] = useAddress();
  const folder = useCall('getFolder', { folder: id });
  const folders = useCall('listFolders', { limit: 1000 });
  const ask = (dialog: string) => (): void => change({ new: dialog, of: id });
  return (
    <Loaded query={folder} rows={8} page>
      {(data) => {
        const reason = manageReason(data);
        const all = folders.data?.items ?? [data];
        return (
          <>
            <PageHead
              title={data.name}
              about={<PathLine folder={data} folders={all} />}
              code={{ path: `/folders/${id}`, cli: `npx plinth folder members ${id}\nnpx plinth access list ${id}` }}
            >
              <Button icon="settings" reason={reason} onClick={ask('rename')}>
                Rename
              </Button>
              <Button icon="open" reason={reason} onClick={ask('move')}>
                Move
              </Button>
              <Button icon="trash" reason={reason} onClick={ask('delete')}>
                Delete
              </Button>
            </PageHead>
            <Contents folder={data} folders={all} ask={ask} />
            {manages(data) || data.myRole === 'auditor' ? (
              <PlaceAccess on={id} title="Roles that reach this folder" />
            ) : (
              <Empty
                icon="people"
                title="Who has a role on this folder is shown to its owners, to administrators and auditors."
              />
            )}
            <FolderDialogs folders={all} />
          </>
        );
      }}
    </Loaded>
  );
}

function PathLine({ folder, folders }: { folder: FolderData; folders: readonly FolderData[] }) {
  const above: FolderData[] = [];
  for (let at = folders.find((one) => one.id === folder.parentId); at; at = folders.find((one) => one.id === at?.parentId))
    above.unshift(at);
  return (
    <span>
      In{' '}
      {above.length === 0 ? (
        <Link to={'/folders' as '/'}>the top</Link>
      ) : (
        above.map((one, index) => (
          <Fragment key={one.id}>
            {index > 0 && ' / '}
            <Link to={`/folders/${one.id}` as '/'}>{one.name}</Link>
          </Fragment>
        ))
      )}
      , made <Time at={folder.createdAt} />
    </span>
  );
}

function Contents({
  folder,
  folders,
  ask,
}: {
  folder: FolderData;
  folders: readonly FolderData[];
  ask: (dialog: string) => () => void;
}) {
  const projects = useCall('listProjects', { folder: folder.id, limit: 1000, sort: 'name' });
  const inside = folders.filter((one) => one.parentId === folder.id);
  return (
    <Panel
      title="In it"
      aside={
        <>
          <Button icon="add" reason={manageReason(folder)} onClick={ask('folder')}>
            New folder
          </Button>
          <Button icon="projects" reason={putReason(folder)} onClick={ask('project-here')}>
            Move a project here
          </Button>
        </>
      }
    >
      <Loaded query={projects} rows={4}>
        {({ items }) =>
          inside.length + items.length === 0 ? (
            <Empty icon="folder" title="Nothing stands in it yet." code={`npx plinth project move -p my-project ${folder.id}`} />
          ) : (
            <Table
              label="Folders and projects in it"
              rows={[
                ...inside.map((one) => ({ id: one.id, folder: one, project: null })),
                ...items.map((project) => ({ id: project.id, folder: null, project })),
              ]}
              columns={[
                {
                  title: 'Name',
                  cell: ({ folder: one, project }) => (
                    <Link className="row-name" to={(one ? `/folders/${one.id}` : `/projects/${project!.slug}`) as '/'}>
                      {one?.name ?? project!.name}
                    </Link>
                  ),
                },
                { title: 'What', cell: ({ folder: one }) => <span className="soft">{one ? insideText(one) : 'project'}</span> },
                { title: 'Stage', cell: ({ project }) => project?.stage ?? '' },
                { title: 'Status', cell: ({ project }) => project && <StatusMark state={project.status} /> },
                { title: 'Owner', cell: ({ project }) => project?.ownerName ?? '' },
                { title: 'Your role', cell: ({ folder: one, project }) => one?.myRole ?? project?.myRole ?? '' },
              ]}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
