import { Link, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { listOf, listText, useAddress } from '../../ui/address.ts';
import { Empty, Icon, isPlainClick, Menu, StatusMark } from '../../ui/kit.tsx';
import { type Folder, insideText, manageReason, putReason } from './folder-dialogs.tsx';
import { type Project, type TreeLine, treeLines } from './tree-lines.ts';

/** The tree as a grid: arrows walk and open it, Enter goes to a line. What is closed stands in the address. */
export function FolderTree({
  folders,
  projects,
  word,
}: {
  folders: readonly Folder[];
  projects: readonly Project[];
  word: string;
}) {
  const [address, change] = useAddress();
  const navigate = useNavigate();
  const [at, setAt] = useState(0);
  const body = useRef<HTMLTableSectionElement>(null);
  const closed = useMemo(() => new Set(listOf(address.closed)), [address.closed]);
  const lines = useMemo(() => treeLines(folders, projects, closed, word), [folders, projects, closed, word]);

  const setOpen = (id: string, open: boolean): void =>
    change({ closed: listText(open ? [...closed].filter((one) => one !== id) : [...closed, id]) }, 'replace');
  const open = (line: TreeLine): void =>
    void navigate({ to: (line.kind === 'folder' ? `/folders/${line.id}` : `/projects/${line.project.slug}`) as '/' });
  const focus = (index: number): void => {
    const next = Math.max(0, Math.min(lines.length - 1, index));
    setAt(next);
    (body.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const line = lines[at];
    if (!line || !(event.target as HTMLElement).matches('tr') || event.metaKey || event.ctrlKey || event.altKey) return;
    const isShut = line.kind === 'folder' && !line.isOpen;
    const isOpen = line.kind === 'folder' && line.isOpen && !line.isEmpty;
    const parent = lines.findLastIndex((one, index) => index < at && one.level < line.level);
    const acts: Record<string, () => void> = {
      j: () => focus(at + 1),
      ArrowDown: () => focus(at + 1),
      k: () => focus(at - 1),
      ArrowUp: () => focus(at - 1),
      Home: () => focus(0),
      End: () => focus(lines.length - 1),
      ArrowRight: () => (isShut ? setOpen(line.id, true) : isOpen && focus(at + 1)),
      ArrowLeft: () => (isOpen && word === '' ? setOpen(line.id, false) : parent >= 0 && focus(parent)),
      Enter: () => open(line),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  if (lines.length === 0) return <Empty icon="folder" title="No folder or project has that in its name." />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys come up from the rows
    <div className="table-wrap cards" onKeyDown={onKey}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are walked, opened and closed, which a tree grid is for
        role="treegrid"
        aria-label="Folders and projects"
        className="folder-tree"
      >
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">In it</th>
            <th scope="col">Status</th>
            <th scope="col">Your role</th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {lines.map((line, index) => (
            <tr
              key={line.id}
              className="link"
              aria-level={line.level}
              aria-expanded={line.kind === 'folder' && !line.isEmpty ? line.isOpen : undefined}
              tabIndex={index === Math.min(at, lines.length - 1) ? 0 : -1}
              onFocus={() => setAt(index)}
              onClick={(event) => isPlainClick(event) && open(line)}
            >
              {line.kind === 'folder' ? <FolderCells line={line} setOpen={setOpen} /> : <ProjectCells line={line} />}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FolderCells({
  line: { folder, level, isOpen, isEmpty },
  setOpen,
}: {
  line: TreeLine & { kind: 'folder' };
  setOpen: (id: string, open: boolean) => void;
}) {
  const [, change] = useAddress();
  const reason = manageReason(folder);
  const ask = (dialog: string) => (): void => change({ new: dialog, of: folder.id });
  return (
    <>
      <td>
        <span className="tree-name" style={{ paddingLeft: (level - 1) * 20 }}>
          {isEmpty ? (
            <span className="tree-gap" />
          ) : (
            <button
              type="button"
              className="quiet square"
              tabIndex={-1}
              aria-label={`${isOpen ? 'Close' : 'Open'} ${folder.name}`}
              onClick={() => setOpen(folder.id, !isOpen)}
            >
              <Icon name={isOpen ? 'down' : 'right'} />
            </button>
          )}
          <Icon name="folder" />
          <Link className="row-name clip" to={`/folders/${folder.id}` as '/'}>
            {folder.name}
          </Link>
        </span>
      </td>
      <td className="soft">{insideText(folder)}</td>
      <td />
      <td data-title="Your role">{folder.myRole ?? <span className="faint">only the way to a project</span>}</td>
      <td>
        <Menu
          label={`Actions of ${folder.name}`}
          compact
          icon="more"
          tone="quiet"
          items={[
            { label: 'New folder in it', icon: 'add', act: ask('folder'), reason },
            { label: 'Move a project here', icon: 'projects', act: ask('project-here'), reason: putReason(folder) },
            { label: 'Rename', icon: 'settings', act: ask('rename'), reason },
            { label: 'Move', icon: 'open', act: ask('move'), reason },
            { label: 'Delete', icon: 'trash', act: ask('delete'), reason },
          ]}
        />
      </td>
    </>
  );
}

function ProjectCells({ line: { project, level } }: { line: TreeLine & { kind: 'project' } }) {
  return (
    <>
      <td>
        <span className="tree-name" style={{ paddingLeft: (level - 1) * 20 }}>
          <span className="tree-gap" />
          <Icon name="overview" />
          <Link className="row-name clip" to={`/projects/${project.slug}` as '/'}>
            {project.name}
          </Link>
        </span>
      </td>
      <td className="soft">{project.stage}</td>
      <td>
        <StatusMark state={project.status} />
      </td>
      <td data-title="Your role">{project.myRole ?? <span className="faint">none</span>}</td>
      <td />
    </>
  );
}
