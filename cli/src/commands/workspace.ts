import type { Command } from 'commander';
import { openBrowser } from '../browser.ts';
import { done, printObject, write } from '../output.ts';
import { confirm, listVerb, verb } from '../verbs.ts';

/** Interactive sessions. */
export function workspaceCommands(program: Command): void {
  const workspace = program.command('workspace').description('workspaces');
  listVerb(workspace, {
    about: 'of the project in force, or all that you may see',
    operation: ({ session }) => (session.project ? 'listProjectWorkspaces' : 'listWorkspaces'),
    input: ({ session }) => (session.project ? { project: session.project } : {}),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'name', value: (row) => row.name },
      { title: 'state', value: (row) => row.state },
      { title: 'owner', value: (row) => row.ownerName },
    ],
    empty: 'No workspace yet. Start one with: plinth workspace start jupyterlab',
  });
  verb<[string]>(workspace, 'show <workspace>', 'one workspace', async ({ args: [id], options, session }) =>
    printObject(await session.client.call('getWorkspace', { workspace: id }), options),
  );
  verb<[string]>(
    workspace,
    'start <tool-or-id>',
    'a session in a tool, as jupyterlab, or in a stopped workspace by its id',
    async ({ args: [what], options, session }) =>
      printObject(
        what.startsWith('wsp_')
          ? await session.client.call('startWorkspace', { workspace: what })
          : await session.client.call('createWorkspace', { project: session.needProject(), body: { tool: what } }),
        options,
      ),
  );
  verb<[string]>(workspace, 'stop <workspace>', 'end the session; files are kept', async ({ args: [id], options, session }) =>
    printObject(await session.client.call('stopWorkspace', { workspace: id }), options),
  );
  verb<[string]>(
    workspace,
    'open <workspace>',
    'a link into the tool, good once and for a minute',
    async ({ args: [id], options, session }) => {
      const { url } = await session.client.call('enterWorkspace', { workspace: id });
      if (options.json) return printObject({ url }, options);
      write(url);
      openBrowser(url);
    },
  );
  verb<[string]>(workspace, 'delete <workspace>', 'move a stopped one to the trash', async ({ args: [id], options, session }) => {
    await confirm(`Move workspace ${id} and its files to the trash?`, options);
    await session.client.call('deleteWorkspace', { workspace: id });
    done({ id, deleted: true }, options, `Moved ${id} to the trash.`);
  });
}
