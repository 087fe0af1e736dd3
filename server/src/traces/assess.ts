import { newId } from '../kit/ids.ts';
import { type Context, emit, invalidField, transaction } from '../platform/index.ts';
import { countAssessments, deleteAssessmentRow, findAssessment, insertAssessment, updateAssessment } from './assessment-store.ts';
import { openTrace } from './open-trace.ts';
import { type Assessment, assessmentGone, type NewAssessment, traceLimits } from './trace.ts';

/** In the transaction that made or found the trace. What it overrides no longer counts. */
export async function insertNewAssessment(
  tx: Context,
  projectId: string,
  traceId: string,
  { ...given }: NewAssessment,
): Promise<Assessment> {
  if ((await countAssessments(tx, projectId, traceId)) >= traceLimits.assessments)
    throw invalidField('assessment', `this trace has ${traceLimits.assessments} assessments already; delete some first`);
  const assessment: Assessment = { ...given, id: newId('asm'), traceId, isValid: true, updatedTime: given.createdTime };
  if (assessment.overrides) {
    const before = await findAssessment(tx, projectId, traceId, assessment.overrides);
    if (!before) throw assessmentGone(assessment.overrides);
    await updateAssessment(tx, { ...before, isValid: false });
  }
  await insertAssessment(tx, projectId, assessment);
  await tell(tx, projectId, 'assessment.created', assessment);
  return assessment;
}

const tell = (tx: Context, projectId: string, verb: string, assessment: Assessment): Promise<void> =>
  emit(tx, { verb, object: { type: 'assessment', id: assessment.id, projectId }, data: assessment });

export async function assess(ctx: Context, projectId: string, traceId: string, given: NewAssessment): Promise<Assessment> {
  await openTrace(ctx, projectId, traceId, 'run.write');
  return transaction(ctx, (tx) => insertNewAssessment(tx, projectId, traceId, given));
}

export async function openAssessment(
  ctx: Context,
  projectId: string,
  traceId: string,
  id: string,
  action: 'run.read' | 'run.write',
): Promise<Assessment> {
  await openTrace(ctx, projectId, traceId, action);
  const assessment = await findAssessment(ctx, projectId, traceId, id);
  if (!assessment) throw assessmentGone(id);
  return assessment;
}

export type AssessmentChange = Partial<
  Pick<Assessment, 'kind' | 'name' | 'value' | 'writtenValue' | 'error' | 'rationale' | 'metadata' | 'isValid'>
>;

/** A judgement stays one of its kind; metadata is added to what there was. */
export async function changeAssessment(
  ctx: Context,
  projectId: string,
  traceId: string,
  id: string,
  change: AssessmentChange,
): Promise<Assessment> {
  const before = await openAssessment(ctx, projectId, traceId, id, 'run.write');
  if (change.kind && change.kind !== before.kind)
    throw invalidField(change.kind, `assessment ${id} is ${before.kind}; it cannot become ${change.kind}, make a new one`);
  const after: Assessment = {
    ...before,
    ...change,
    metadata: { ...before.metadata, ...change.metadata },
    updatedTime: Date.now(),
  };
  return transaction(ctx, async (tx) => {
    await updateAssessment(tx, after);
    await tell(tx, projectId, 'assessment.changed', after);
    return after;
  });
}

/** Taking one away that is not there changes nothing; what it overrode counts again. */
export async function deleteAssessment(ctx: Context, projectId: string, traceId: string, id: string): Promise<void> {
  await openTrace(ctx, projectId, traceId, 'run.write');
  await transaction(ctx, async (tx) => {
    const gone = await findAssessment(tx, projectId, traceId, id);
    if (!gone) return;
    const overridden = gone.overrides ? await findAssessment(tx, projectId, traceId, gone.overrides) : null;
    if (overridden) await updateAssessment(tx, { ...overridden, isValid: true });
    await deleteAssessmentRow(tx, id);
    await tell(tx, projectId, 'assessment.deleted', gone);
  });
}
