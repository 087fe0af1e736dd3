import type { Output } from '@plinth/sdk';
import { useNavigate } from '@tanstack/react-router';
import { call, queries, useCall } from '../api.ts';
import { Field, FormDialog, faultOf, TwoPresses, toast } from '../ui/kit.tsx';

/** Name, words, place and visibility of a project; and its way into the trash. Its address keeps working when the name changes. */
export function EditProject({ project, open, close }: { project: Output<'getProject'>; open: boolean; close: () => void }) {
  const folders = useCall('listFolders', { limit: 1000 });
  return (
    <FormDialog
      title="Edit the project"
      action="Save"
      open={open}
      close={close}
      submit={async (form) => {
        const folderId = String(form.get('folderId') ?? '') || null;
        await call('changeProject', {
          project: project.id,
          body: {
            name: String(form.get('name')),
            description: String(form.get('description') ?? ''),
            visibility: form.get('visibility') as 'private',
            ...(folderId === project.folderId ? {} : { folderId }),
          },
        });
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <>
          <Field label="Name" error={faultOf(error, 'name')}>
            <input name="name" required maxLength={120} defaultValue={project.name} />
          </Field>
          <Field label="What is it about?" error={faultOf(error, 'description')}>
            <textarea name="description" maxLength={5000} defaultValue={project.description} />
          </Field>
          <div className="form-row">
            <Field label="Folder" error={faultOf(error, 'folderId')} hint="Roles of the folder reach into the project.">
              <select name="folderId" key={folders.data ? 'loaded' : 'waiting'} defaultValue={project.folderId ?? ''}>
                <option value="">none</option>
                {(folders.data?.items ?? []).map((folder) => (
                  <option key={folder.id} value={folder.id}>
                    {folder.path.join(' / ')}
                  </option>
                ))}
              </select>
            </Field>
            <Field label="Who finds it" error={faultOf(error, 'visibility')}>
              <select name="visibility" defaultValue={project.visibility}>
                <option value="private">its members alone</option>
                <option value="searchable">everybody finds its name</option>
              </select>
            </Field>
          </div>
          <Delete project={project} />
        </>
      )}
    </FormDialog>
  );
}

/** What it does can be taken back for 30 days. */
function Delete({ project }: { project: Output<'getProject'> }) {
  const navigate = useNavigate();
  const fail = (error: Error): void => toast(error.message);
  const restore = (): void =>
    void call('restoreProject', { trashed: project.id, body: {} }).then(() => queries.invalidateQueries(), fail);
  return (
    <TwoPresses
      asks="No longer needed?"
      says="Nobody sees it any more, and nothing in it can be started. It stays in the trash for 30 days."
      first="Delete"
      second="Move it to the trash"
      act={() =>
        void call('deleteProject', { project: project.id }).then(() => {
          toast(`${project.name} is in the trash.`, restore);
          void navigate({ to: '/projects' });
          void queries.invalidateQueries();
        }, fail)
      }
    />
  );
}
