import { useCall } from '../api.ts';

/** Who did something, by name. */
export function PersonName({ id }: { id: string }) {
  const person = useCall('getPerson', { user: id });
  return <span title={person.data?.email ?? id}>{person.data?.name ?? id.slice(0, 10)}</span>;
}
