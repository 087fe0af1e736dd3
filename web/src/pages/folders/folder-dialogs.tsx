import type { Output } from '@plinth/sdk';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../../api.ts';
import { useMay } from '../../names.ts';
import { useAddress } from '../../ui/address.ts';
import { count } from '../../ui/format.ts';
import { Button, Dialog, Field, FormDialog, faultOf, Problem, toast } from '../../ui/kit.tsx';

export type Folder = Output<'listFolders'>['items'][number];

/** Whether a folder is the reader's to change. */
export const manages = (folder: Folder | undefined): boolean => ['owner', 'admin'].includes(folder?.myRole ?? '');
/** Whether projects may be put into it and taken out. */
export const uses = (folder: Folder | undefined): boolean => manages(folder) || folder?.myRole === 'contributor';

export const manageReason = (folder: Folder): string | null =>
  manages(folder) ? null : 'Owners of the folder and administrators change it';
export const putReason = (folder: Folder): string | null => (uses(folder) ? null : 'Contributors of the folder put projects in');
const topReason = 'Administrators make folders at the top';

/** "2 folders, 1 project" as far as the reader sees them. */
export const insideText = ({ folderCount, projectCount }: Folder): string =>
  [
    ...(folderCount > 0 ? [count(folderCount, 'folder')] : []),
    ...(projectCount > 0 ? [count(projectCount, 'project')] : []),
  ].join(', ') || 'nothing in it';

export const pathText = (folder: Folder | undefined): string => folder?.path.join(' / ') ?? 'the top';

/** The dialogs of folders; which one is open, and about which folder, stands in the address (`new`, `of`). */
export function FolderDialogs({ folders }: { folders: readonly Folder[] }) {
  const [address, change] = useAddress();
  const of = folders.find((folder) => folder.id === address.of);
  const close = (): void => change({ new: null, of: null }, 'replace');
  return (
    <>
      <NewFolder folders={folders} parent={of} open={address.new === 'folder'} close={close} />
      {of && <Rename key={`rename ${of.id}`} folder={of} open={address.new === 'rename'} close={close} />}
      {of && <Move key={`move ${of.id}`} folder={of} folders={folders} open={address.new === 'move'} close={close} />}
      {of && <Delete key={`delete ${of.id}`} folder={of} open={address.new === 'delete'} close={close} />}
      {of && (
        <PutProject key={`put ${of.id}`} folder={of} folders={folders} open={address.new === 'project-here'} close={close} />
      )}
    </>
  );
}

function NewFolder({
  folders,
  parent,
  open,
  close,
}: {
  folders: readonly Folder[];
  parent: Folder | undefined;
  open: boolean;
  close: () => void;
}) {
  const may = useMay();
  return (
    <FormDialog
      title="New folder"
      action="Make folder"
      open={open}
      close={close}
      submit={async (form) => {
        const parentId = String(form.get('parentId')) || null;
        const made = await call('createFolder', { body: { name: String(form.get('name')).trim(), parentId } });
        toast(`Made ${made.path.join(' / ')}.`);
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <>
          <Field label="Name" error={faultOf(error, 'name')} hint="No slash in it.">
            <input name="name" required maxLength={120} pattern="[^\/]+" />
          </Field>
          <Field label="In" error={faultOf(error, 'parentId')} hint="Roles on a folder reach into all that stands in it.">
            <select name="parentId" defaultValue={parent?.id ?? ''} key={`${folders.length} ${parent?.id}`}>
              <option value="" disabled={!may('folder.manage')} title={topReason}>
                the top
              </option>
              {folders.filter(manages).map((folder) => (
                <option key={folder.id} value={folder.id}>
                  {pathText(folder)}
                </option>
              ))}
            </select>
          </Field>
        </>
      )}
    </FormDialog>
  );
}

function Rename({ folder, open, close }: { folder: Folder; open: boolean; close: () => void }) {
  return (
    <FormDialog
      title={`Rename ${folder.name}`}
      action="Rename"
      open={open}
      close={close}
      submit={async (form) => {
        const before = folder.name;
        const name = String(form.get('name')).trim();
        await call('changeFolder', { folder: folder.id, body: { name } });
        void queries.invalidateQueries();
        toast(`${before} is called ${name} now.`, () => {
          void call('changeFolder', { folder: folder.id, body: { name: before } }).then(() => queries.invalidateQueries());
        });
      }}
    >
      {(error) => (
        <Field label="Name" error={faultOf(error, 'name')} hint="Ids and links stay as they are.">
          <input name="name" required maxLength={120} pattern="[^\/]+" defaultValue={folder.name} />
        </Field>
      )}
    </FormDialog>
  );
}

function Move({
  folder,
  folders,
  open,
  close,
}: {
  folder: Folder;
  folders: readonly Folder[];
  open: boolean;
  close: () => void;
}) {
  const may = useMay();
  return (
    <FormDialog
      title={`Move ${folder.name}`}
      action="Move"
      open={open}
      close={close}
      submit={async (form) => {
        const before = folder.parentId;
        const parentId = String(form.get('parentId')) || null;
        await call('changeFolder', { folder: folder.id, body: { parentId } });
        void queries.invalidateQueries();
        toast(`Moved ${folder.name} with all in it.`, () => {
          void call('changeFolder', { folder: folder.id, body: { parentId: before } }).then(() => queries.invalidateQueries());
        });
      }}
    >
      {(error) => (
        <Field
          label="Into"
          error={faultOf(error, 'parentId')}
          hint="Who comes in by the new place and who goes with the old one is in force with the answer."
        >
          <select name="parentId" defaultValue={folder.parentId ?? ''}>
            <option value="" disabled={!may('folder.manage')} title={topReason}>
              the top
            </option>
            {folders
              .filter((one) => one.id === folder.parentId || manages(one))
              .map((one) => (
                <option key={one.id} value={one.id}>
                  {pathText(one)}
                </option>
              ))}
          </select>
        </Field>
      )}
    </FormDialog>
  );
}

function Delete({ folder, open, close }: { folder: Folder; open: boolean; close: () => void }) {
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  const inside = folder.folderCount + folder.projectCount;
  return (
    <Dialog title={`Delete ${folder.name}?`} open={open} close={close}>
      <div className="stack form">
        <p>
          {inside === 0
            ? 'It is empty. The roles that were given on it go with it, and it cannot be had back.'
            : `It holds ${insideText(folder)}. Move or delete what is in it first.`}
        </p>
        {error !== null && <Problem error={error} />}
        <menu>
          <Button tone="quiet" onClick={close}>
            Keep it
          </Button>
          <Button
            tone="danger"
            reason={inside === 0 ? null : 'A folder must be empty to be deleted'}
            onClick={() => {
              setError(null);
              call('deleteFolder', { folder: folder.id }).then(() => {
                toast(`${folder.name} is deleted.`);
                void navigate({ to: '/folders' as '/' });
                void queries.invalidateQueries();
              }, setError);
            }}
          >
            Delete
          </Button>
        </menu>
      </div>
    </Dialog>
  );
}

/** Moves a project into a folder. It takes a right at both ends, so only those are offered. */
function PutProject({
  folder,
  folders,
  open,
  close,
}: {
  folder: Folder;
  folders: readonly Folder[];
  open: boolean;
  close: () => void;
}) {
  const projects = useCall('listProjects', { limit: 1000, sort: 'name' });
  const offered = (projects.data?.items ?? []).filter(
    (project) =>
      project.folderId !== folder.id &&
      ['owner', 'admin'].includes(project.myRole ?? '') &&
      (project.folderId === null || uses(folders.find((one) => one.id === project.folderId))),
  );
  return (
    <FormDialog
      title={`Move a project into ${folder.name}`}
      action="Move it here"
      open={open}
      close={close}
      submit={async (form) => {
        const moved = offered.find((project) => project.id === String(form.get('project')))!;
        await moveProject(moved, folder.id, pathText(folder));
      }}
    >
      {(error) => (
        <Field
          label="Project"
          error={faultOf(error, 'folderId')}
          hint={
            offered.length === 0
              ? 'There is no project elsewhere that you may move.'
              : 'Its id and its links stay. Roles of this folder reach into it at once.'
          }
        >
          <select name="project" required>
            {offered.map((project) => (
              <option key={project.id} value={project.id}>
                {project.name}
                {project.folderId ? `, now in ${pathText(folders.find((one) => one.id === project.folderId))}` : ''}
              </option>
            ))}
          </select>
        </Field>
      )}
    </FormDialog>
  );
}

/** Moves a project and offers the way back. */
export async function moveProject(
  project: { id: string; name: string; folderId: string | null },
  folderId: string | null,
  where: string,
): Promise<void> {
  await call('changeProject', { project: project.id, body: { folderId } });
  void queries.invalidateQueries();
  toast(`${project.name} stands in ${where} now.`, () => {
    void call('changeProject', { project: project.id, body: { folderId: project.folderId } }).then(() =>
      queries.invalidateQueries(),
    );
  });
}
