import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAddress } from '../address.ts';
import { bytes } from '../format.ts';
import { Icon, Loaded } from '../kit.tsx';
import { FileViewer } from './file-viewer.tsx';

interface Entry {
  path: string;
  isFolder: boolean;
  sizeBytes: number | null;
}

/** Where the files are kept. */
export interface Shelf {
  /** Tells one shelf from another. */
  id: string;
  /** What is in a folder; the root is the empty path. */
  list: (path: string) => Promise<{ items: Entry[] }>;
  /** Address of the bytes of a file. */
  url: (path: string) => string;
}

const useFolder = (shelf: Shelf, path: string) =>
  useQuery({ queryKey: ['files', shelf.id, path], queryFn: () => shelf.list(path) });

/** Files as a tree, the chosen one beside it; the choice stands in the address. */
export function FileBrowser({ shelf }: { shelf: Shelf }) {
  const [address, change] = useAddress();
  const file = address.file;
  return (
    <div className="browser">
      <div className="tree">
        <Folder shelf={shelf} path="" open={file} onOpen={(path) => change({ file: path }, 'replace')} />
      </div>
      {file ? <Chosen shelf={shelf} path={file} /> : <p className="soft">Choose a file to see it.</p>}
    </div>
  );
}

interface FolderProps {
  shelf: Shelf;
  path: string;
  open: string | undefined;
  onOpen: (path: string) => void;
}

function Folder({ shelf, path, open, onOpen }: FolderProps) {
  const list = useFolder(shelf, path);
  return (
    <Loaded query={list} rows={1}>
      {(data) => (
        <ul>
          {data.items.map((entry) =>
            entry.isFolder ? (
              <Branch key={entry.path} shelf={shelf} path={entry.path} open={open} onOpen={onOpen} />
            ) : (
              <li key={entry.path}>
                <button type="button" className="quiet" aria-pressed={open === entry.path} onClick={() => onOpen(entry.path)}>
                  <Icon name="file" />
                  <span className="clip">{entry.path.split('/').at(-1)}</span>
                  <span className="caption">{bytes(entry.sizeBytes)}</span>
                </button>
              </li>
            ),
          )}
        </ul>
      )}
    </Loaded>
  );
}

function Branch(props: FolderProps) {
  const [expanded, setExpanded] = useState(props.open?.startsWith(`${props.path}/`) ?? false);
  return (
    <li>
      <button type="button" className="quiet" aria-expanded={expanded} onClick={() => setExpanded(!expanded)}>
        <Icon name={expanded ? 'down' : 'right'} />
        <span className="clip">{props.path.split('/').at(-1)}</span>
      </button>
      {expanded && <Folder {...props} />}
    </li>
  );
}

function Chosen({ shelf, path }: { shelf: Shelf; path: string }) {
  const list = useFolder(shelf, path.split('/').slice(0, -1).join('/'));
  return (
    <Loaded query={list} rows={6}>
      {(data) => {
        const entry = data.items.find((one) => one.path === path);
        return entry ? (
          <FileViewer key={path} url={shelf.url(path)} path={path} sizeBytes={entry.sizeBytes ?? 0} />
        ) : (
          <p className="soft">There is no file {path} here.</p>
        );
      }}
    </Loaded>
  );
}
