import { Link } from '@tanstack/react-router';
import { useCall } from '../api.ts';

/** The project of a thing by name, leading to one of its pages. */
export function ProjectLink({ id, page }: { id: string; page: string }) {
  const project = useCall('getProject', { project: id });
  if (!project.data) return null;
  return <Link to={`/projects/${project.data.slug}/${page}` as '/'}>{project.data.name}</Link>;
}
