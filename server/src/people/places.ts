import { inProject, objectScopeId, organization, type Resource } from '../access/index.ts';
import type { Context } from '../platform/index.ts';
import { findPlace } from './grant-store.ts';

/** A kind of thing on which single roles can be given. The list is in main/: people stand below all of them. */
export interface ObjectKind {
  /** As in refs and in the resource that its module asks about. */
  kind: string;
  /** Null when there is none. */
  find(ctx: Context, id: string): Promise<{ projectId: string; name: string } | null>;
}

/** Where roles sit or are asked about: the organization, a folder, a project or one thing in a project. */
export interface Place {
  kind: 'organization' | 'folder' | 'project' | 'object';
  resource: Resource;
  /** What its own grants hang on. */
  scopeId: string;
  name: string;
}

/** `organization`, a folder by id, a project by id or slug, one thing as `kind:id`. @returns null when there is no such */
export async function findPlaceNamed(ctx: Context, named: string, objects: readonly ObjectKind[]): Promise<Place | null> {
  if (named === 'organization' || named === organization.id)
    return { kind: 'organization', resource: organization, scopeId: organization.id, name: 'the organization' };
  const colon = named.indexOf(':');
  if (colon > 0) return objectPlace(ctx, named.slice(0, colon), named.slice(colon + 1), objects);
  const place = await findPlace(ctx.db, named);
  if (!place) return null;
  const { kind, id, name, shown } = place;
  return { kind, resource: { kind, id, scopeId: id, name }, scopeId: id, name: shown };
}

async function objectPlace(ctx: Context, kind: string, id: string, objects: readonly ObjectKind[]): Promise<Place | null> {
  const found = await objects.find((object) => object.kind === kind)?.find(ctx, id);
  if (!found) return null;
  const resource = inProject(kind, id, found.projectId, found.name);
  return { kind: 'object', resource, scopeId: objectScopeId(resource), name: found.name };
}
