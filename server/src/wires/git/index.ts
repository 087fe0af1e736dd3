/**
 * Git's smart HTTP at /git/{project}.git: clone, fetch and push with unchanged git, a token as the password. Reading needs repo.read, pushing
 * repo.write; each ref that a push moved is one `repo.pushed` event. Deliberately not here: the dumb protocol, SSH, and hooks of pushed content.
 */
export { gitWire } from './git-wire.ts';
