import { newId } from '../kit/ids.ts';
import type { TestPlinth } from './plinth.ts';

export interface TestRequest {
  deploymentId: string;
  columns: string[];
  rows: unknown[][];
  outputs: unknown[];
  versionId?: string;
  channel?: string;
  status?: number;
  latencyMilliseconds?: number;
  projectId?: string;
  /** A person; the consumer of the test when left out. */
  consumerId?: string;
}

/** Logs answered requests as a gateway does, and waits until they are readable. @returns their ids */
export async function logPredictions(t: TestPlinth, requests: readonly TestRequest[]): Promise<string[]> {
  const ids = requests.map(() => newId('prd'));
  await Promise.all(
    requests.map((request, index) =>
      t.app.predictions.append({
        id: ids[index]!,
        projectId: request.projectId ?? t.projects[0]!.id,
        deploymentId: request.deploymentId,
        channel: request.channel ?? 'beta',
        revisionId: 'rev_test',
        versionId: request.versionId ?? 'mdv_test',
        replicaId: 'wkl_test',
        consumerId: request.consumerId ?? t.as('consumer').id,
        consumerKind: 'person',
        at: new Date(),
        latencyMilliseconds: request.latencyMilliseconds ?? 5,
        status: request.status ?? 200,
        error: null,
        form: 'mlflow',
        contentType: 'application/json',
        request: Buffer.from('{}'),
        response: Buffer.from('{}'),
        rowCount: request.rows.length,
        columnsJson: Buffer.from(JSON.stringify(request.columns)),
        rowsJson: Buffer.from(JSON.stringify(request.rows)),
        outputsJson: Buffer.from(JSON.stringify(request.outputs)),
      }),
    ),
  );
  await t.app.predictions.ship();
  return ids;
}
