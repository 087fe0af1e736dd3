import type { Listener, Task } from '../platform/index.ts';

/** Everything that follows events. */
export const listeners: Listener[] = [];

/** Everything that is done in the background. */
export const tasks: Task[] = [];
