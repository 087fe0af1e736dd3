import { useId, useMemo } from 'react';
import { useCall, useCallIf } from '../../api.ts';
import { useMay } from '../../names.ts';
import { Field, faultOf } from '../../ui/kit.tsx';

interface Subject {
  id: string;
  kind: 'person' | 'group' | 'service-account';
  /** As it is written into the field: names alone may be equal. */
  label: string;
}

/** Who can hold a role, as far as the reader may see them. */
export function useSubjects(kinds: readonly Subject['kind'][] = ['person', 'group', 'service-account']): readonly Subject[] {
  const may = useMay();
  const people = useCallIf(may('person.read'), 'listPeople', { limit: 1000 });
  const groups = useCallIf(may('group.read'), 'listGroups', { limit: 1000 });
  const accounts = useCall('listServiceAccounts', { limit: 1000 });
  const wanted = kinds.join();
  return useMemo(
    () =>
      [
        ...(people.data?.items ?? []).map(
          ({ id, name, email }): Subject => ({ id, kind: 'person', label: `${name} <${email}>` }),
        ),
        ...(groups.data?.items ?? []).map(({ id, name }): Subject => ({ id, kind: 'group', label: `${name} (group)` })),
        ...(accounts.data?.items ?? []).map(
          ({ id, name, projectName }): Subject => ({
            id,
            kind: 'service-account',
            label: `${name} (service account${projectName ? ` of ${projectName}` : ''})`,
          }),
        ),
      ].filter((subject) => wanted.split(',').includes(subject.kind)),
    [people.data, groups.data, accounts.data, wanted],
  );
}

/** What was written, as the API takes it: one of those offered, else an e-mail or id that it may know. */
export function subjectOf(subjects: readonly Subject[], written: string): { subjectId: string } | { email: string } {
  const text = written.trim();
  const named = subjects.filter((one) => one.label === text || one.label.replace(/ [<(].*$/, '') === text);
  const found = subjects.find((one) => one.label === text) ?? (named.length === 1 ? named[0] : undefined);
  const email = /<([^<>]+@[^<>]+)>$/.exec(text)?.[1] ?? text;
  return found ? { subjectId: found.id } : email.includes('@') ? { email } : { subjectId: text };
}

/** A field that offers people, groups and service accounts while one types; an e-mail will do too. */
export function SubjectField({
  label,
  subjects,
  error,
  hint,
  defaultValue,
}: {
  label: string;
  subjects: readonly Subject[];
  error: unknown;
  hint?: string;
  defaultValue?: string;
}) {
  const list = useId();
  return (
    <>
      <Field
        label={label}
        error={faultOf(error, 'email') ?? faultOf(error, 'subjectId')}
        {...(hint === undefined ? {} : { hint })}
      >
        <input
          name="subject"
          required
          list={list}
          autoComplete="off"
          placeholder="Name or e-mail"
          {...(defaultValue === undefined ? {} : { defaultValue })}
        />
      </Field>
      <datalist id={list}>
        {subjects.map((subject) => (
          <option key={subject.id} value={subject.label} />
        ))}
      </datalist>
    </>
  );
}
