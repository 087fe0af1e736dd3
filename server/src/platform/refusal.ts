import { Problem } from './problem.ts';

/**
 * A problem thrown in a transaction that must itself be on record. `settle` runs once the transaction has ended, whether it was rolled back by this
 * or went on without it, so that no second connection is waited for while the first is held. It records, and gives what the caller is told; null
 * when nothing is in the way any more and the whole may be tried again.
 */
export class Refusal extends Problem {
  readonly settle: () => Promise<Problem | null>;
  constructor(problem: Problem, settle: () => Promise<Problem | null>) {
    super(problem.status, problem.code, problem.detail, problem);
    this.name = 'Refusal';
    this.settle = settle;
  }
}
