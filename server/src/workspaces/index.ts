/**
 * Workspaces: a person's own session in a tool, on the project's code and environment, entered on the content origin. A session is a workload;
 * code and home stay when it ends. Deliberately not here yet: other tools than JupyterLab, idle rules, shared workspaces.
 */
export { openOwnWorkspace, openTool, type ToolTarget } from './enter-workspace.ts';
export { openWorkspace } from './open-workspace.ts';
export { createWorkspace, startWorkspace } from './start-workspace.ts';
export type { Workspace } from './workspace.ts';
export { workspaceKind } from './workspace-kind.ts';
export { workspaceRoutes } from './workspace-routes.ts';
export { findWorkspace } from './workspace-store.ts';
