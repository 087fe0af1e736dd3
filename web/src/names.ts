import { useMemo } from 'react';
import { useCall, useCallIf } from './api.ts';

/** Projects by id, for screens that hold ids of theirs: asked once, shared by all. */
export function useProjects(): Map<string, { slug: string; name: string }> {
  const projects = useCall('listProjects', { limit: 1000 });
  return useMemo(
    () => new Map((projects.data?.items ?? []).map((project) => [project.id, { slug: project.slug, name: project.name }])),
    [projects.data],
  );
}

/** Names of people by id, where the reader may see who is here. */
export function usePeople(): Map<string, string> {
  const may = useMay();
  const people = useCallIf(may('person.read'), 'listPeople', { limit: 1000 });
  return useMemo(() => new Map((people.data?.items ?? []).map((person) => [person.id, person.name])), [people.data]);
}

/** What the reader's role in the organization allows. Roles in projects are asked of the project. */
export function useMay(): (action: string) => boolean {
  const me = useCall('getMe');
  return (action) => (me.data?.actions ?? []).includes(action);
}

/** Whether a role in a project allows its work, and if not, why: for buttons that say so. */
export const workReason = (role: string | null | undefined): string | null =>
  role && ['owner', 'contributor', 'admin'].includes(role) ? null : 'Owners and contributors of the project may do this';
export const ownReason = (role: string | null | undefined): string | null =>
  role && ['owner', 'admin'].includes(role) ? null : 'Owners of the project may do this';
