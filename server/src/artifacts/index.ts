/** Files of runs, logged models and registered versions: rows that point at blobs. A file is there whole or not at all. Rights are asked by the owner's module. */

export { longestLinkSeconds, makeLink, useLink } from './artifact-links.ts';
export { abortUpload, beginUpload, completeUpload, putPart, startUploadSweeper, sweepExpired } from './artifact-uploads.ts';
export {
  type Artifact,
  type ArtifactOfMaker,
  artifactsUnder,
  artifactsWithMakers,
  checkArtifactPath,
  deleteArtifacts,
  findArtifact,
  insertArtifacts,
  listFolder,
  putArtifact,
  removeArtifactsOf,
} from './artifacts.ts';
export { layOutArtifacts } from './lay-out-artifacts.ts';
export { sendArtifact, statArtifact } from './send-artifact.ts';
