import type { Output } from '@plinth/sdk';
import type { ReactNode } from 'react';
import type { IconName } from '../ui/kit.tsx';

export type Happening = Pick<Output<'listActivity'>['items'][number], 'sequence' | 'time' | 'actor' | 'verb' | 'object' | 'data'>;

export interface Told {
  /** Who did it, when that is not the one who wrote the event. */
  who?: string;
  says: ReactNode;
  icon: IconName;
  tone?: 'ok' | 'bad' | 'warn';
}

/** Fields of after-images; whatever is not there reads as empty. */
export type Data = Record<string, unknown>;
export const text = (data: Data, name: string): string => (typeof data[name] === 'string' ? data[name] : '');
