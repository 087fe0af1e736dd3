import { checkArtifactPath } from '../../artifacts/index.ts';
import { invalidField } from '../../platform/index.ts';

/** Whose file an address of the artifact proxy means. */
export interface ArtifactAddress {
  owner: 'run' | 'logged-model' | 'trace' | 'version';
  id: string;
  path: string;
}

/**
 * `<experiment>/<run>/artifacts/<path>`, `<experiment>/models/<model>/artifacts/<path>`, `<experiment>/traces/<trace>/artifacts/<path>` or
 * `registry/<version>/artifacts/<path>`.
 *
 * @throws 400
 */
export function parseArtifactAddress(whole: string, pointer = 'path'): ArtifactAddress {
  const segments = checkArtifactPath(whole.replace(/^\/+|\/+$/g, '')).split('/');
  const [first, second, third, fourth] = segments;
  if (first === 'registry' && second && third === 'artifacts')
    return { owner: 'version', id: second, path: segments.slice(3).join('/') };
  if (second === 'models' && third && fourth === 'artifacts')
    return { owner: 'logged-model', id: third, path: segments.slice(4).join('/') };
  if (second === 'traces' && third && fourth === 'artifacts')
    return { owner: 'trace', id: third, path: segments.slice(4).join('/') };
  if (second && third === 'artifacts') return { owner: 'run', id: second, path: segments.slice(3).join('/') };
  throw invalidField(pointer, 'names neither the artifacts of a run nor those of a logged model, a trace or a version');
}

export const addressOfVersion = (versionId: string): string => `mlflow-artifacts:/registry/${versionId}/artifacts`;
