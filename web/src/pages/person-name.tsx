import { useCallIf } from '../api.ts';

/** Who did something, by name; what nobody asked for was done by the platform itself. */
export function PersonName({ id }: { id: string }) {
  const person = useCallIf(id !== 'system', 'getPerson', { user: id });
  if (id === 'system') return <span>Plinth</span>;
  return <span title={person.data?.email ?? id}>{person.data?.name ?? id.slice(0, 10)}</span>;
}
