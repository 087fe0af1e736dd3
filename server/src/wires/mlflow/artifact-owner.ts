import type { FastifyRequest } from 'fastify';
import { type Context, invalidField } from '../../platform/index.ts';
import { filesRefOf, openVersionById } from '../../registry/index.ts';
import { filesOfTrace, openTrace } from '../../traces/index.ts';
import { openLoggedModel, openRun } from '../../tracking/index.ts';
import { parseArtifactAddress } from './artifact-address.ts';
import { projectInForce } from './messages.ts';

export interface ArtifactOwner {
  ownerRef: string;
  projectId: string;
  /** Of the file or folder, from the owner's root. */
  path: string;
}

/** Whose file it is, after asking for the right. Files of versions are only read. Every door of the artifact proxy goes through here. */
export async function resolveArtifact(
  ctx: Context,
  whole: string,
  action: 'artifact.read' | 'artifact.write',
): Promise<ArtifactOwner> {
  ctx.decided.add(action);
  const { owner, id, path } = parseArtifactAddress(whole);
  const project = await projectInForce(ctx);
  switch (owner) {
    case 'version': {
      if (action === 'artifact.write') throw invalidField('path', 'is in a registered version, whose files never change');
      const version = await openVersionById(ctx, id, action, project);
      return { ownerRef: filesRefOf(version.id), projectId: version.projectId, path };
    }
    case 'logged-model': {
      const model = await openLoggedModel(ctx, id, action, project);
      return { ownerRef: `logged-model:${model.id}`, projectId: model.projectId, path };
    }
    case 'trace': {
      const trace = await openTrace(ctx, project, id, action);
      return { ownerRef: filesOfTrace(trace), projectId: trace.projectId, path };
    }
    case 'run': {
      const run = await openRun(ctx, id, action, project);
      return { ownerRef: `run:${run.id}`, projectId: run.projectId, path };
    }
  }
}

/** Where this caller reaches us: by the public URL when it came by that name, else as it came (from inside a job, past a proxy). */
export function urlOfCaller(ctx: Context, request: FastifyRequest): string {
  const { publicUrl } = ctx.platform.config;
  const { host } = request.headers;
  return host === undefined || new URL(publicUrl).host === host ? publicUrl : `${request.protocol}://${host}`;
}
