/**
 * The content origin: the only host on which what users made is shown and their tools answer. A browser enters one object by a single-use ticket
 * and keeps a host-only cookie for it. There is no API here. Deliberately not here: rights, which are asked on the main origin and again at
 * each entry by the module that owns the object.
 */
export { type ContentOrigin, contentOrigin } from './content-origin.ts';
