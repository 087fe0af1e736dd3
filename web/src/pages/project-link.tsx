import { Link } from '@tanstack/react-router';
import { useCall, useCallIf } from '../api.ts';
import { workReason } from '../names.ts';

/** The project of a thing by name, leading to one of its pages. */
export function ProjectLink({ id, page }: { id: string; page: string }) {
  const project = useCall('getProject', { project: id });
  if (!project.data) return null;
  return <Link to={`/projects/${project.data.slug}/${page}` as '/'}>{project.data.name}</Link>;
}

/** Why one may not work in a project, by id or slug; `null` as long as nothing is known against it, or there is no project. */
export function useWorkReason(project: string | null | undefined): string | null {
  const { data } = useCallIf(Boolean(project), 'getProject', { project: project ?? '' });
  return data ? workReason(data.myRole) : null;
}
