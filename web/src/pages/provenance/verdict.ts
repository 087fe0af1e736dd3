import type { Output } from '@plinth/sdk';

type Reproduction = Output<'getReproduction'>;

const words = {
  rebuilding: 'The job runs again in a clean place.',
  comparing: 'What the two jobs made is being compared.',
  scoring: 'The rebuilt model answers the stored requests.',
  verified: 'Made again, everything that was compared is the same.',
  tolerated: 'Made again, it differs within the tolerance that the run recorded.',
  diverged: 'Made again, it came out different.',
  impossible: 'It could not be made again.',
} as const;

/** The verdict as a word, or what is being done. */
export const titleOf = ({ state, verdict }: Pick<Reproduction, 'state' | 'verdict'>): string => verdict ?? state;

/** How it came out, or how far it is, in a sentence; where it was impossible, why. */
export function sayVerdict(one: Pick<Reproduction, 'state' | 'verdict' | 'cause' | 'causeDetail'>): string {
  const said = one.verdict ? words[one.verdict] : one.state === 'finished' ? '' : words[one.state];
  const why = one.causeDetail ?? one.cause?.replaceAll('-', ' ');
  return why ? `${said} ${why}` : said;
}
