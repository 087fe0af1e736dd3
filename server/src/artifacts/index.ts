/** Files of runs and logged models: rows that point at blobs. A file is there whole or not at all. Rights are asked by the owner's module. */
export {
  type Artifact,
  artifactsUnder,
  checkArtifactPath,
  deleteArtifacts,
  findArtifact,
  listFolder,
  putArtifact,
} from './artifacts.ts';
