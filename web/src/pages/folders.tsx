import { useCall } from '../api.ts';
import { useMay } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import { Button, Empty, Loaded, PageHead } from '../ui/kit.tsx';
import { SearchBox } from '../ui/table/search-box.tsx';
import { FolderDialogs, manages } from './folders/folder-dialogs.tsx';
import { FolderTree } from './folders/folder-tree.tsx';
import { ProjectTabs } from './project-tabs.tsx';

/** Folders of folders and projects: where things stand, and so whose roles reach them. */
export function Folders() {
  const may = useMay();
  const [address, change] = useAddress();
  const folders = useCall('listFolders', { limit: 1000 });
  const projects = useCall('listProjects', { limit: 1000 });
  const mayMake = may('folder.manage') || (folders.data?.items ?? []).some(manages);
  return (
    <>
      <PageHead
        title="Folders"
        about="Where projects stand. A role on a folder reaches everything in it, now and later."
        code={{ path: '/folders', cli: 'npx plinth folder list' }}
      >
        <Button
          tone="primary"
          icon="add"
          reason={mayMake ? null : 'Administrators make folders, and owners of a folder in it'}
          onClick={() => change({ new: 'folder' })}
        >
          New folder
        </Button>
      </PageHead>
      <ProjectTabs />
      <Loaded query={folders} rows={8}>
        {({ items }) => (
          <>
            {items.length === 0 ? (
              <Empty
                icon="folder"
                title="No folder yet. Put the projects of a department into one, and give its people their role there once."
                code={'npx plinth folder create "Claims"'}
              />
            ) : (
              <Loaded query={projects} rows={8}>
                {(all) => (
                  <>
                    <div className="filters">
                      <SearchBox label="Find a folder or project" hint="Name" name="search" />
                    </div>
                    <FolderTree folders={items} projects={all.items} word={address.search ?? ''} />
                  </>
                )}
              </Loaded>
            )}
            <FolderDialogs folders={items} />
          </>
        )}
      </Loaded>
    </>
  );
}
