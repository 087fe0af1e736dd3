import { invalidField } from '../../platform/index.ts';
import {
  type Assessment,
  type AssessmentChange,
  assess,
  changeAssessment,
  deleteAssessment,
  openAssessment,
  traceLimits,
} from '../../traces/index.ts';
import type { Endpoint } from './endpoints.ts';
import { asMessage, type Message, projectInForce, required, text, texts as words } from './messages.ts';
import { assessmentOf, judgedOf, presentAssessment, texts } from './trace-messages.ts';

const answer = (assessment: Assessment): Message => ({ assessment: presentAssessment(assessment) });
const path = 'traces/{trace}/assessments';

/** Only what the mask names is changed; protobuf writes a mask as one text with commas. */
function changeOf(message: Message): AssessmentChange {
  const given = asMessage(message.assessment, 'assessment');
  const mask = message.update_mask;
  const paths = typeof mask === 'string' ? mask.split(',') : words(asMessage(mask, 'update_mask').paths, 'update_mask.paths', 20);
  const change: AssessmentChange = {};
  for (const name of paths.map((one) => one.trim().replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))) {
    if (name === 'assessment_name') change.name = required(given, 'assessment_name').slice(0, traceLimits.key);
    else if (name === 'feedback' || name === 'expectation') Object.assign(change, judgementOf(given, name));
    else if (name === 'rationale') change.rationale = text(given, 'rationale')?.slice(0, 20_000) || null;
    else if (name === 'metadata') change.metadata = texts(given.metadata, 'assessment.metadata', traceLimits.metadataValue);
    else if (name === 'valid') change.isValid = given.valid === true;
    else
      throw invalidField(
        'update_mask',
        `"${name.slice(0, 60)}" cannot be changed; there are assessment_name, feedback, expectation, rationale, metadata, valid`,
      );
  }
  return change;
}

function judgementOf(given: Message, name: 'feedback' | 'expectation') {
  const judged = judgedOf({ [name]: given[name] }, 'assessment');
  if (!judged) throw invalidField(`assessment.${name}`, 'is required, because the mask names it');
  return judged;
}

/** What people, programs and models judged of traces. */
export const assessmentEndpoints: Endpoint[] = [
  {
    method: 'POST',
    path,
    permission: 'run.write',
    handle: async (ctx, message, params) =>
      answer(await assess(ctx, await projectInForce(ctx), params.trace!, assessmentOf(message.assessment))),
  },
  {
    method: 'GET',
    path: `${path}/{assessment}`,
    permission: 'run.read',
    handle: async (ctx, _message, params) =>
      answer(await openAssessment(ctx, await projectInForce(ctx), params.trace!, params.assessment!, 'run.read')),
  },
  {
    method: 'PATCH',
    path: `${path}/{assessment}`,
    permission: 'run.write',
    handle: async (ctx, message, params) =>
      answer(await changeAssessment(ctx, await projectInForce(ctx), params.trace!, params.assessment!, changeOf(message))),
  },
  {
    method: 'DELETE',
    path: `${path}/{assessment}`,
    permission: 'run.write',
    handle: async (ctx, _message, params) =>
      void (await deleteAssessment(ctx, await projectInForce(ctx), params.trace!, params.assessment!)),
  },
];
