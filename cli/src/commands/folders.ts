import type { Command } from 'commander';
import { note, printList, printObject } from '../output.ts';
import { type CommonOptions, openSession } from '../session.ts';
import { expiry } from '../settings.ts';

/** `top` on the command line is no folder. */
const place = (folder: string): string | null => (folder === 'top' ? null : folder);

/** The tree in which projects stand, and the trash. */
export function folderCommands(program: Command): void {
  const folder = program.command('folder').description('folders of projects');
  folder
    .command('list')
    .description('the tree that you may see')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listFolders', { limit: 1000 });
      const path = (row: { path: string[] }): string => row.path.join('/');
      printList(
        items.toSorted((a, b) => (path(a) < path(b) ? -1 : 1)),
        [
          { title: 'id', value: (row) => row.id },
          { title: 'path', value: path },
          { title: 'projects', value: (row) => row.projectCount },
          { title: 'your role', value: (row) => row.myRole },
        ],
        options,
        'No folder. Make one with: plinth folder create <name>',
      );
    });
  folder
    .command('create')
    .argument('<name>')
    .option('--in <folder>', 'id of the folder that it stands in')
    .description('make a folder')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { in?: string }>();
      const body = { name, ...(options.in ? { parentId: options.in } : {}) };
      printObject(await openSession(options).client.call('createFolder', { body }), options);
    });
  folder
    .command('rename')
    .argument('<folder>', 'id')
    .argument('<name>')
    .description('give it another name')
    .action(async (id: string, name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(await openSession(options).client.call('changeFolder', { folder: id, body: { name } }), options);
    });
  folder
    .command('move')
    .argument('<folder>', 'id')
    .argument('<into>', 'id of a folder, or top')
    .description('move it with all in it')
    .action(async (id: string, into: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const body = { parentId: place(into) };
      printObject(await openSession(options).client.call('changeFolder', { folder: id, body }), options);
    });
  folder
    .command('delete')
    .argument('<folder>', 'id')
    .description('move an empty folder to the trash')
    .action(async (id: string, _options, command: Command) => {
      await openSession(command.optsWithGlobals<CommonOptions>()).client.call('deleteFolder', { folder: id });
      note(`Deleted ${id}.`);
    });
  folder
    .command('members')
    .argument('<folder>', 'id')
    .description('who has a role on it')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listFolderMembers', { folder: id });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.subjectId },
          { title: 'name', value: (row) => row.name },
          { title: 'role', value: (row) => row.role },
          { title: 'until', value: (row) => row.expiresAt },
        ],
        options,
        'Nobody by a role on the folder itself.',
      );
    });
  folder
    .command('add')
    .argument('<folder>', 'id')
    .argument('<subject>', 'e-mail, or id of a person, group or service account')
    .argument('<role>', 'owner, contributor, validator, viewer or consumer')
    .option('--expires <time>', 'RFC 3339 time, or a number of days as 30d')
    .description('give a role in every project below')
    .action(async (id: string, subject: string, role: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { expires?: string }>();
      const body = {
        ...(subject.includes('@') ? { email: subject } : { subjectId: subject }),
        role: role as never,
        ...(options.expires ? { expiresAt: expiry(options.expires) } : {}),
      };
      printObject(await openSession(options).client.call('putFolderMember', { folder: id, body }), options);
    });
  folder
    .command('remove')
    .argument('<folder>', 'id')
    .argument('<subject>', 'id')
    .description('take the role away')
    .action(async (id: string, subject: string, _options, command: Command) => {
      await openSession(command.optsWithGlobals<CommonOptions>()).client.call('removeFolderMember', { folder: id, subject });
      note(`Removed ${subject}.`);
    });

  const project = program.commands.find((command) => command.name() === 'project')!;
  project
    .command('move')
    .argument('<into>', 'id of a folder, or top')
    .description('move the project to another folder')
    .action(async (into: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      const body = { folderId: place(into) };
      printObject(await session.client.call('changeProject', { project: session.needProject(), body }), options);
    });
  project
    .command('trash')
    .description('deleted projects that you may restore')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { items } = await openSession(options).client.call('listTrash', { limit: 1000 });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'slug', value: (row) => row.slug },
          { title: 'name', value: (row) => row.name },
          { title: 'deleted by', value: (row) => row.deletedByName },
          { title: 'until', value: (row) => row.restorableUntil },
        ],
        options,
        'The trash is empty.',
      );
    });
  project
    .command('restore')
    .argument('<project>', 'id, as in the trash')
    .option('--slug <slug>', 'where its own was taken meanwhile')
    .description('take a project out of the trash')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { slug?: string }>();
      const body = options.slug ? { slug: options.slug } : {};
      printObject(await openSession(options).client.call('restoreProject', { trashed: id, body }), options);
    });
}
