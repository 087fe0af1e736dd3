import { Link } from '@tanstack/react-router';
import { useProjects } from '../../names.ts';
import type { Grant } from './words.ts';

/** Where a role was given, leading there. */
export function ScopeLink({ grant }: { grant: Pick<Grant, 'scopeId' | 'scopeKind' | 'scopeName'> }) {
  const projects = useProjects();
  const { scopeId, scopeKind, scopeName } = grant;
  if (scopeKind === 'organization') return <Link to={'/access' as '/'}>the organization</Link>;
  if (scopeKind === 'folder')
    return (
      <span>
        <span className="soft">folder</span> <Link to={`/folders/${scopeId}` as '/'}>{scopeName}</Link>
      </span>
    );
  if (scopeKind === 'project') {
    const slug = projects.get(scopeId)?.slug;
    const words = slug ? <Link to={`/projects/${slug}/members` as '/'}>{scopeName}</Link> : scopeName;
    return (
      <span>
        <span className="soft">project</span> {words}
      </span>
    );
  }
  return (
    <span>
      <span className="soft">{scopeId.slice(0, scopeId.indexOf(':'))}</span>{' '}
      <Link to={'/access' as '/'} search={{ on: scopeId } as never}>
        {scopeName}
      </Link>
    </span>
  );
}
