import { useCall } from '../../api.ts';
import { useAddress } from '../../ui/address.ts';
import { Button, Loaded, Panel } from '../../ui/kit.tsx';
import { Explain } from './explain.tsx';
import { GiveRole } from './give-role.tsx';
import { RolesHere } from './roles-here.tsx';

/** Who can see a place and why: the roles that reach it, giving and taking them, and a question about a single right. */
export function PlaceAccess({ on, title = 'Roles that reach it' }: { on: string; title?: string }) {
  const [address, change] = useAddress();
  const reaching = useCall('listGrantsReaching', { resource: on, limit: 1000 });
  return (
    <Loaded query={reaching} rows={6}>
      {({ resource, mayGive, items }) => {
        const reason = mayGive ? null : 'Owners there and administrators give and take roles';
        return (
          <>
            <Panel
              title={title}
              aside={
                <Button icon="add" reason={reason} onClick={() => change({ new: 'role' })}>
                  Give a role
                </Button>
              }
            >
              <RolesHere place={resource} grants={items} reason={reason} label={title} />
            </Panel>
            <Explain place={resource} />
            <GiveRole place={resource} open={address.new === 'role'} close={() => change({ new: null }, 'replace')} />
          </>
        );
      }}
    </Loaded>
  );
}
