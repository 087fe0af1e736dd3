import type { Launch } from '../compute/index.ts';

/**
 * A tool that people work in: what it needs installed, how it is started behind a base path, and how one finds where it listens. The next tools
 * (an editor, RStudio, anything that speaks HTTP) are further entries of this table.
 */
export interface Tool {
  name: string;
  title: string;
  /** Python packages of the tool itself; they live in an environment of their own, beside the project's. */
  packages: readonly string[];
  /** What to start, given the folders of the session. */
  launch(session: Session): Pick<Launch, 'command' | 'environment'>;
  /** Where it listens, once it says so in its folder; null while it starts. */
  listening(runtimeFiles: { name: string; text: string }[]): { port: number; authorization: string } | null;
  /** Path under the base path that answers 200 as soon as it can be used. */
  readyPath: string;
}

export interface Session {
  basePath: string;
  /** The checkout of the project, kept between sessions. */
  codeFolder: string;
  /** Written anew at each start: runtime files, kernel definitions. */
  runtimeFolder: string;
  /** `bin` of the tool's own environment. */
  toolBin: string;
  /** `bin` of the project's environment, where the kernels run. */
  environmentBin: string;
  environmentName: string;
  /** The browser's address of the content origin. */
  contentUrl: string;
  /** A file of the code folder that is opened at first. */
  openFile: string | null;
}

const jupyterlab: Tool = {
  name: 'jupyterlab',
  title: 'JupyterLab',
  packages: ['jupyterlab==4.4.10', 'ipykernel==6.30.1', 'jupyterlab-git==0.51.2'],
  readyPath: 'api/status',
  launch: (session) => ({
    command: [
      `${session.toolBin}/python`,
      '-m',
      'jupyterlab',
      '--no-browser',
      '--allow-root',
      '--ServerApp.ip=127.0.0.1',
      // Any free port: it writes the one it got into its runtime folder, together with a secret that only our proxy reads.
      '--ServerApp.port=0',
      `--ServerApp.base_url=${session.basePath}`,
      `--ServerApp.root_dir=${session.codeFolder}`,
      // The proxy has checked who asks; the Host is that of the content origin.
      '--ServerApp.allow_remote_access=True',
      '--ServerApp.trust_xheaders=True',
      '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
      '--LabApp.news_url=',
      '--KernelSpecManager.ensure_native_kernel=False',
      ...(session.openFile ? [`--LabApp.default_url=/lab/tree/${encodeURIComponent(session.openFile)}`] : []),
    ],
    environment: {
      JUPYTER_RUNTIME_DIR: `${session.runtimeFolder}/run`,
      JUPYTER_PATH: `${session.runtimeFolder}/share`,
      JUPYTER_PREFER_ENV_PATH: '1',
      PATH: `${session.environmentBin}:${session.toolBin}:/usr/local/bin:/usr/bin:/bin`,
      SHELL: '/bin/bash',
    },
  }),
  listening(files) {
    for (const { name, text } of files) {
      if (!/^jpserver-\d+\.json$/.test(name)) continue;
      try {
        const { port, token } = JSON.parse(text) as { port: number; token: string };
        if (Number.isInteger(port) && port > 0) return { port, authorization: `token ${token}` };
      } catch {
        // Half written: the next look finds it whole.
      }
    }
    return null;
  },
};

export const tools: readonly Tool[] = [jupyterlab];

export const findTool = (name: string): Tool | undefined => tools.find((tool) => tool.name === name);

/**
 * The kernel of a session: the project's own Python, with the tool's packages appended behind its own, so that a project needs no Jupyter package
 * and the versions of the project always win.
 */
export function kernelDefinition(session: Session, toolSitePackages: string): { path: string; content: string } {
  const start = `import sys; sys.path.append(${JSON.stringify(toolSitePackages)}); from ipykernel import kernelapp; kernelapp.main()`;
  return {
    path: 'share/kernels/project/kernel.json',
    content: JSON.stringify(
      {
        argv: [`${session.environmentBin}/python`, '-Xfrozen_modules=off', '-c', start, '-f', '{connection_file}'],
        display_name: session.environmentName,
        language: 'python',
        metadata: { debugger: false },
      },
      null,
      2,
    ),
  };
}
