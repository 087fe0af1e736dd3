import { useLocation, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCall } from '../api.ts';
import { projectSections } from '../shell/places.ts';
import { Loaded, PageHead } from '../ui/kit.tsx';

/** Head of a section of a project; its sections stand in the navigation. */
export function ProjectFrame({
  code,
  children,
  action,
  about,
}: {
  code: { path: string; cli: string };
  children: ReactNode;
  action?: ReactNode;
  about?: ReactNode;
}) {
  const { project: slug } = useParams({ strict: false }) as { project: string };
  const project = useCall('getProject', { project: slug });
  const { pathname } = useLocation();
  const section = projectSections.find((one) => one.path !== '' && pathname.startsWith(`/projects/${slug}/${one.path}`));
  return (
    <Loaded query={project} rows={8} page>
      {(data) => (
        <>
          <PageHead title={section?.label ?? data.name} about={about} code={code}>
            {action}
          </PageHead>
          {children}
        </>
      )}
    </Loaded>
  );
}

export const useSlug = (): string => (useParams({ strict: false }) as { project: string }).project;
