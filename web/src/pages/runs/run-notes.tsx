import { lazy, Suspense, useState } from 'react';
import { call, queries } from '../../api.ts';
import { count } from '../../ui/format.ts';
import { Button, Field, FormDialog, Panel } from '../../ui/kit.tsx';
import type { Run } from './run-columns.tsx';

const Markdown = lazy(() => import('../../ui/markdown.tsx'));

/** What people say about a run: notes in Markdown, and tags. What clients write for themselves is hidden until asked for. */
export function RunNotes({ run, cannotWrite }: { run: Run; cannotWrite: string | null }) {
  const [editing, setEditing] = useState<'notes' | 'tag' | null>(null);
  const [all, setAll] = useState(false);
  const own = run.tags.filter((tag) => !tag.key.startsWith('mlflow.'));
  const hidden = run.tags.length - own.length;
  const save = async (body: { notes?: string; tags?: { key: string; value: string }[] }): Promise<void> => {
    await call('changeRun', { run: run.id, body });
    void queries.invalidateQueries();
  };
  return (
    <Panel
      title="Notes and tags"
      aside={
        <>
          <Button reason={cannotWrite} onClick={() => setEditing('notes')}>
            {run.notes ? 'Edit notes' : 'Write notes'}
          </Button>
          <Button reason={cannotWrite} onClick={() => setEditing('tag')}>
            Add tag
          </Button>
        </>
      }
    >
      {run.notes ? (
        <Suspense fallback={null}>
          <Markdown>{run.notes}</Markdown>
        </Suspense>
      ) : (
        <p className="faint">No notes. Say why this run matters, for whoever comes later.</p>
      )}
      <div className="chips">
        {(all ? run.tags : own).map((tag) => (
          <span key={tag.key} className="chip clip" title={`${tag.key}: ${tag.value}`}>
            <span className="soft">{tag.key}</span> {tag.value}
          </span>
        ))}
        {hidden > 0 && (
          <Button tone="quiet" onClick={() => setAll(!all)}>
            {all ? 'Hide what the client wrote' : `and ${count(hidden, 'tag')} that the client wrote`}
          </Button>
        )}
      </div>
      <FormDialog
        title="Notes"
        action="Save"
        open={editing === 'notes'}
        close={() => setEditing(null)}
        submit={(form) => save({ notes: String(form.get('notes')) })}
      >
        {() => (
          <Field label="Notes, in Markdown">
            <textarea name="notes" rows={10} maxLength={100_000} defaultValue={run.notes} />
          </Field>
        )}
      </FormDialog>
      <FormDialog
        title="Add tag"
        action="Add"
        open={editing === 'tag'}
        close={() => setEditing(null)}
        submit={(form) => save({ tags: [{ key: String(form.get('key')), value: String(form.get('value')) }] })}
      >
        {() => (
          <>
            <Field label="Name">
              <input name="key" required maxLength={250} />
            </Field>
            <Field label="Value">
              <input name="value" maxLength={8000} />
            </Field>
          </>
        )}
      </FormDialog>
    </Panel>
  );
}
