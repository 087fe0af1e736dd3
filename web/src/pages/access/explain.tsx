import type { Output } from '@plinth/sdk';
import { useCall, useCallIf } from '../../api.ts';
import { useAddress } from '../../ui/address.ts';
import { count } from '../../ui/format.ts';
import { Button, Field, Icon, Loaded, Panel } from '../../ui/kit.tsx';
import { ScopeLink } from './scope-link.tsx';
import { SubjectName } from './subject-name.tsx';
import { SubjectField, subjectOf, useSubjects } from './subjects.tsx';
import { actionWords, placeOf, type Reached } from './words.ts';

type Answer = Output<'explainAccess'>;

/** "May X do Y here, and why?", answered by the same decision that requests meet. The question stands in the address. */
export function Explain({ place }: { place: Reached }) {
  const [address, change] = useAddress();
  const { who = '', may = '' } = address;
  const subjects = useSubjects();
  const actions = useActionsOn(place.kind);
  const asked = who !== '' && may !== '';
  const answer = useCallIf(asked, 'explainAccess', { subject: who, action: may, resource: placeOf(place) });
  const known = subjects.find((subject) => subject.id === who)?.label ?? who;
  return (
    <Panel
      title={place.kind === 'organization' ? 'May somebody do something, and why?' : 'May somebody do something here, and why?'}
    >
      <form
        className="ask"
        aria-label="Ask about a right"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const named = subjectOf(subjects, String(form.get('subject')));
          change({ who: 'email' in named ? named.email : named.subjectId, may: String(form.get('action')) });
        }}
      >
        <SubjectField key={known} label="Who" subjects={subjects} error={null} defaultValue={known} />
        <Field label="Does what">
          <select name="action" required key={`${actions.length} ${may}`} defaultValue={may}>
            {actions.map((action) => (
              <option key={action} value={action}>
                {actionWords(action)} ({action})
              </option>
            ))}
          </select>
        </Field>
        <Button tone="primary" submit icon="question">
          Ask
        </Button>
      </form>
      {asked && (
        <div aria-live="polite">
          <Loaded query={answer}>{(data) => <Told answer={data} />}</Loaded>
        </div>
      )}
    </Panel>
  );
}

const oneOf = new Intl.ListFormat('en', { type: 'disjunction' });

function Told({ answer }: { answer: Answer }) {
  // Somebody with two roles is named once, by the one that stands nearest.
  const granters = [...new Map(answer.whoCanGrant.map((grant) => [grant.subjectId, grant])).values()];
  return (
    <div className="stack wide-gap">
      <p className={`notice ${answer.allowed ? 'ok' : 'bad'}`}>
        <Icon name={answer.allowed ? 'check' : 'close'} />
        <span>
          <strong>{answer.allowed ? 'Yes.' : 'No.'}</strong> {answer.reason}
        </span>
      </p>
      <div className="columns even">
        <section aria-label="Roles that reach here">
          <h3>{count(answer.grants.length, 'role of theirs reaches', 'roles of theirs reach')} here</h3>
          <ul className="rows">
            {answer.grants.map((grant) => (
              <li key={grant.id}>
                <span className={`status ${grant.carries ? 'ok' : 'none'}`}>
                  <Icon name={grant.carries ? 'check' : 'close'} />
                  {grant.role}
                </span>
                <span className="grow">
                  <ScopeLink grant={grant} />
                  {grant.subjectId !== answer.subject.id && <span className="soft"> by the group {grant.subjectName}</span>}
                </span>
                <span className="faint">{grant.carries ? 'carries it' : 'does not carry it'}</span>
              </li>
            ))}
          </ul>
        </section>
        {!answer.allowed && (
          <section aria-label="Who can give it">
            <h3>
              It takes the role {oneOf.format(answer.neededRoles)}.{' '}
              {granters.length === 0 ? 'Nobody can give it here.' : 'These can give it:'}
            </h3>
            <ul className="rows">
              {granters.map((grant) => (
                <li key={grant.id}>
                  <SubjectName subject={grant} detail={`${grant.role} there`} />
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}

/** What can be asked about a place: all that any role carries there; of a single thing what is about its kind. */
function useActionsOn(kind: string): string[] {
  const roles = useCall('listRoles');
  const held = kind === 'organization' ? { ...roles.data?.project, ...roles.data?.organization } : (roles.data?.project ?? {});
  const all = [...new Set(Object.values(held).flat())];
  const isThing = !['organization', 'folder', 'project'].includes(kind);
  const noun = kind === 'experiment' ? 'run' : kind;
  return all
    .filter((action) => !isThing || action.startsWith(`${noun}.`))
    .sort((a, b) => actionWords(a).localeCompare(actionWords(b)));
}
