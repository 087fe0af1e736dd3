import type { Ref } from '../lineage/index.ts';
import type { Context } from '../platform/index.ts';

/** What is judged, as its module tells it: policies know no models, only refs, digests and people. */
export interface Subject {
  ref: Ref;
  /** As people say it: `models:/name/3`. */
  name: string;
  projectId: string;
  /** Of all its bytes, computed from what is stored now: an approval holds for these bytes alone. */
  digest: string;
  /** Everybody who made it, people and service accounts: none of them may approve it. */
  authorIds: readonly string[];
}

/** How a module lets its things be judged; listed in main. */
export interface SubjectKind {
  /** What the names of these subjects begin with: `models:/`. */
  prefix: string;
  /** What the refs of these subjects begin with: `version:`. */
  refPrefix: string;
  /** A subject by its name, after asking for the right to read it. @throws 404 */
  resolve(ctx: Context, name: string, projectId: string): Promise<Subject>;
  /** Of which projects that the caller may read the name could be; the caller's default alone where it is one of them. */
  projectsWith(ctx: Context, name: string): Promise<{ id: string; slug: string }[]>;
  /** The subject as it is now; null when it is gone. */
  find(ctx: Context, ref: string): Promise<Subject | null>;
  /** What is known of it, to be pinned to the decision; null when it is gone. */
  evidence(ctx: Context, ref: string): Promise<unknown>;
}
