import type { Command } from 'commander';
import { done, printList, printObject } from '../output.ts';
import { expiry } from '../settings.ts';
import { listVerb, verb } from '../verbs.ts';

/** `top` on the command line is no folder. */
const place = (folder: string): string | null => (folder === 'top' ? null : folder);

/** The tree in which projects stand, and the trash. */
export function folderCommands(program: Command): void {
  const folder = program.command('folder').description('folders of projects');
  verb(folder, 'list', 'the tree that you may see', async ({ options, session }) => {
    const rows = [];
    for await (const row of session.client.all('listFolders', { limit: 1000 })) rows.push({ ...row, at: row.path.join('/') });
    printList(
      rows.sort((a, b) => (a.at < b.at ? -1 : 1)),
      [
        { title: 'id', value: (row) => row.id },
        { title: 'path', value: (row) => row.at },
        { title: 'projects', value: (row) => row.projectCount },
        { title: 'your role', value: (row) => row.myRole },
      ],
      options,
      'No folder. Make one with: plinth folder create <name>',
    );
  });
  verb<[string], { in?: string }>(
    folder,
    'create <name>',
    'make a folder',
    async ({ args: [name], options, session }) => {
      const body = { name, ...(options.in ? { parentId: options.in } : {}) };
      printObject(await session.client.call('createFolder', { body }), options);
    },
    [['--in <folder>', 'id of the folder that it stands in']],
  );
  verb<[string, string]>(
    folder,
    'rename <folder> <name>',
    'give it another name, by id',
    async ({ args: [id, name], options, session }) =>
      printObject(await session.client.call('changeFolder', { folder: id, body: { name } }), options),
  );
  verb<[string, string]>(
    folder,
    'move <folder> <into>',
    'move it with all in it, into a folder by id or top',
    async ({ args: [id, into], options, session }) =>
      printObject(await session.client.call('changeFolder', { folder: id, body: { parentId: place(into) } }), options),
  );
  verb<[string]>(folder, 'delete <folder>', 'move an empty folder to the trash', async ({ args: [id], options, session }) => {
    await session.client.call('deleteFolder', { folder: id });
    done({ id, deleted: true }, options, `Deleted ${id}.`);
  });
  listVerb(folder, {
    usage: 'members <folder>',
    about: 'who has a role on it, by id',
    operation: 'listFolderMembers',
    input: ({ args: [id = ''] }) => ({ folder: id }),
    columns: [
      { title: 'id', value: (row) => row.subjectId },
      { title: 'name', value: (row) => row.name },
      { title: 'role', value: (row) => row.role },
      { title: 'until', value: (row) => row.expiresAt },
    ],
    empty: 'Nobody by a role on the folder itself.',
  });
  verb<[string, string, string], { expires?: string }>(
    folder,
    'add <folder> <subject> <role>',
    'give somebody (e-mail, or id of a person, group or service account) a role on it and all below',
    async ({ args: [id, subject, role], options, session }) => {
      const body = {
        ...(subject.includes('@') ? { email: subject } : { subjectId: subject }),
        role: role as never,
        ...(options.expires ? { expiresAt: expiry(options.expires) } : {}),
      };
      printObject(await session.client.call('putFolderMember', { folder: id, body }), options);
    },
    [['--expires <time>', 'RFC 3339 time, or a number of days as 30d']],
  );
  verb<[string, string]>(
    folder,
    'remove <folder> <subject>',
    'take the role away',
    async ({ args: [id, subject], options, session }) => {
      await session.client.call('removeFolderMember', { folder: id, subject });
      done({ id: subject, removed: true }, options, `Removed ${subject}.`);
    },
  );

  const project = program.commands.find((command) => command.name() === 'project')!;
  verb<[string]>(
    project,
    'move <into>',
    'move the project to another folder, by id or top',
    async ({ args: [into], options, session }) => {
      const body = { folderId: place(into) };
      printObject(await session.client.call('changeProject', { project: session.needProject(), body }), options);
    },
  );
  listVerb(project, {
    usage: 'trash',
    about: 'deleted projects that you may restore',
    operation: 'listTrash',
    input: () => ({}),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'slug', value: (row) => row.slug },
      { title: 'name', value: (row) => row.name },
      { title: 'deleted by', value: (row) => row.deletedByName },
      { title: 'until', value: (row) => row.restorableUntil },
    ],
    empty: 'The trash is empty.',
  });
  verb<[string], { slug?: string }>(
    project,
    'restore <project>',
    'take a project out of the trash, by id',
    async ({ args: [id], options, session }) => {
      const body = options.slug ? { slug: options.slug } : {};
      printObject(await session.client.call('restoreProject', { trashed: id, body }), options);
    },
    [['--slug <slug>', 'where its own was taken meanwhile']],
  );
}
