import { Link } from '@tanstack/react-router';
import { useCallIf } from '../api.ts';
import { useMay } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import { Empty, PageHead } from '../ui/kit.tsx';
import { PlaceAccess } from './access/place-access.tsx';
import type { Reached } from './access/words.ts';
import { ProjectLink } from './project-link.tsx';

/** Roles in the organization, or on the one thing that the address names. */
export function Access() {
  const [address] = useAddress();
  const may = useMay();
  const on = address.on || 'organization';
  const isOrganization = on === 'organization';
  const mayAsk = !isOrganization || may('access.explain');
  const reaching = useCallIf(mayAsk, 'listGrantsReaching', { resource: on, limit: 1000 });
  const place = reaching.data?.resource;
  return (
    <>
      <PageHead
        title={isOrganization ? 'Access' : `Access to ${place?.name ?? '…'}`}
        about={
          isOrganization
            ? 'Roles in the organization reach into everything. Roles on a project stand under its members, those on a folder on its page.'
            : place && <About place={place} />
        }
        code={{
          path: `/access/grants?${new URLSearchParams({ resource: on })}`,
          cli: `npx plinth access list ${on}\nnpx plinth access explain ada@example.org run.read ${on}`,
        }}
      />
      {mayAsk ? (
        <PlaceAccess key={on} on={on} title={isOrganization ? 'Roles in the organization' : 'Roles that reach it'} />
      ) : (
        <Empty
          icon="key"
          title="Roles in the organization are shown to administrators and auditors. Those of a project stand under its members."
        />
      )}
    </>
  );
}

const pageOf: Record<string, string> = {
  dataset: 'datasets',
  environment: 'environments',
  run: 'runs',
  job: 'jobs',
  experiment: 'experiments',
};

/** What the thing is, and where it stands. */
function About({ place }: { place: Reached }) {
  const page = pageOf[place.kind];
  return (
    <span className="facts-line">
      {page && place.kind !== 'experiment' ? (
        <Link to={`/${page}/${place.id}` as '/'}>To the {place.kind}</Link>
      ) : (
        <span>{place.kind}</span>
      )}
      {place.projectId && (
        <span>
          in <ProjectLink id={place.projectId} page={page === 'runs' ? 'experiments' : (page ?? 'members')} />
        </span>
      )}
      <span>A role on it opens this one thing by its address; it opens no list of its project.</span>
    </span>
  );
}
