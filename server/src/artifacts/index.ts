/** Files of runs, logged models and registered versions: rows that point at blobs. A file is there whole or not at all. Rights are asked by the owner's module. */
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
} from './artifacts.ts';
export { layOutArtifacts } from './lay-out-artifacts.ts';
export { sendArtifact } from './send-artifact.ts';
