import { Link } from '@tanstack/react-router';
import { Avatar } from '../../shell/avatar.tsx';
import { count } from '../../ui/format.ts';
import { Icon } from '../../ui/kit.tsx';
import { type Grant, kindWords } from './words.ts';

type Named = Pick<Grant, 'subjectId' | 'subjectKind' | 'subjectName' | 'memberCount'>;

/** Somebody who holds a role: their name leads to all that they may see. */
export function SubjectName({ subject, detail }: { subject: Named; detail?: string | null }) {
  const about =
    detail ?? (subject.subjectKind === 'group' ? `group of ${count(subject.memberCount ?? 0, 'person', 'people')}` : null);
  return (
    <span className="subject">
      {subject.subjectKind === 'person' ? (
        <Avatar name={subject.subjectName} />
      ) : (
        <span className="avatar sign" aria-hidden="true">
          <Icon name={subject.subjectKind === 'group' ? 'groups' : 'robot'} />
        </span>
      )}
      <span className="stack">
        <Link className="row-name" to={`/people/${subject.subjectId}` as '/'}>
          {subject.subjectName}
        </Link>
        <span className="caption">{about ?? kindWords[subject.subjectKind]}</span>
      </span>
    </span>
  );
}
