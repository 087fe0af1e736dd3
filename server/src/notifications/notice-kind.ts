import type { Action } from '../access/index.ts';
import type { Context, SealedEvent } from '../platform/index.ts';

/** A kind of event of which people and programs may be told. Modules above say what it tells; the list is in `main/notices.ts`. */
export interface NoticeKind {
  /** The verb of the event, by which a channel chooses it. */
  type: string;
  /** What has happened then, for people who choose. */
  summary: string;
  /** What somebody must be allowed in the project to be told. */
  permission: Action;
  /** What is told of one event; null when there is nothing worth telling. */
  tell(ctx: Context, event: SealedEvent): Notice | null | Promise<Notice | null>;
}

export interface Notice {
  /** One line, without the name of the project. */
  title: string;
  text: string;
  /** Where it is seen, under the public URL. */
  path: string;
  /** Two events with the same key are told once. */
  key: string;
}
