/**
 * The registry: named models with immutable versions that own their files, aliases, cards from recorded facts, packages to carry away. What is
 * let into production is judged by policies/. Deliberately not here: deployments, which follow versions and aliases from above, and foreign
 * clients, who come by wires/mlflow.
 */
import { modelRoutes } from './model-routes.ts';
import { versionRoutes } from './version-routes.ts';

export { removeAlias, setAlias } from './aliases.ts';
export { changeModel, deleteModel } from './change-model.ts';
export { changeStage, changeVersion, deleteVersion, type VersionChange } from './change-version.ts';
export { createModel } from './create-model.ts';
export type { ModelRow } from './model.ts';
export { modelCard } from './model-card.ts';
export { searchModels } from './model-store.ts';
export { openModel, openVersion, openVersionById, resolveVersion, versionOfAlias } from './open-model.ts';
export { registerVersion } from './register-version.ts';
export { filesRefOf, isUsable, nameOfVersion, type Signature, type Stage, stageNames, type VersionRow } from './version.ts';
export type { VersionSource } from './version-source.ts';
export { countLoad, findVersion, searchVersions, versionsWhere } from './version-store.ts';
export { versionSubject } from './version-subject.ts';
export { versionSubjects } from './version-subjects.ts';

export const registryRoutes = [...modelRoutes, ...versionRoutes];
