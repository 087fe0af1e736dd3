import { call, queries } from '../../api.ts';
import { Field, FormDialog, faultOf, toast } from '../../ui/kit.tsx';
import { GoodFor, untilOf } from '../good-for.tsx';
import { SubjectField, subjectOf, useSubjects } from './subjects.tsx';
import { type AnyRole, placeOf, type Reached, rolesOn } from './words.ts';

/** Gives somebody a role on a place, in place of the one that they had there. */
export function GiveRole({ place, open, close }: { place: Reached; open: boolean; close: () => void }) {
  const isOrganization = place.kind === 'organization';
  const subjects = useSubjects(isOrganization ? ['group', 'service-account'] : undefined);
  return (
    <FormDialog
      title={isOrganization ? 'Give a role in the organization' : `Give a role on ${place.name}`}
      action="Give the role"
      open={open}
      close={close}
      submit={async (form) => {
        const given = await call('giveRole', {
          body: {
            ...subjectOf(subjects, String(form.get('subject'))),
            role: form.get('role') as AnyRole,
            scope: placeOf(place),
            ...untilOf(form),
          },
        });
        toast(`${given.subjectName} is ${given.role} there now.`);
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <>
          <SubjectField
            label="Who"
            subjects={subjects}
            error={error}
            hint={
              isOrganization
                ? 'A group or a service account. What a person is in the organization is set under People.'
                : 'A person, a group or a service account. A role that they have there is replaced.'
            }
          />
          <Field label="Role" error={faultOf(error, 'role')}>
            <select name="role" defaultValue={isOrganization ? 'auditor' : 'contributor'}>
              {rolesOn(place.kind).map(([role, may]) => (
                <option key={role} value={role}>
                  {role}: {may}
                </option>
              ))}
            </select>
          </Field>
          <GoodFor label="Good for" usual={0} error={error} />
        </>
      )}
    </FormDialog>
  );
}
