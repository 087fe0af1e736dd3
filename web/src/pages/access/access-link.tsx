import { Link } from '@tanstack/react-router';
import { useCall } from '../../api.ts';
import { useMay } from '../../names.ts';

/** From the page of a thing to who can see it, for those who may ask that. */
export function AccessLink({ kind, id, projectId }: { kind: string; id: string; projectId: string }) {
  const project = useCall('getProject', { project: projectId });
  const may = useMay();
  if (!['owner', 'admin', 'auditor'].includes(project.data?.myRole ?? '') && !may('access.explain')) return null;
  return (
    <Link to={'/access' as '/'} search={{ on: `${kind}:${id}` } as never}>
      Access
    </Link>
  );
}
