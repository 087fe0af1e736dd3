import { Command, Option } from 'commander';
import { accessCommands } from './commands/access.ts';
import { accountCommands } from './commands/account.ts';
import { approvalCommands } from './commands/approval.ts';
import { completionCommands } from './commands/completion.ts';
import { datasetCommands } from './commands/dataset.ts';
import { deploymentCommands } from './commands/deployment.ts';
import { environmentCommands } from './commands/environment.ts';
import { folderCommands } from './commands/folders.ts';
import { jobCommands } from './commands/job.ts';
import { mlflowCommands } from './commands/mlflow.ts';
import { modelCommands } from './commands/model.ts';
import { monitorCommands } from './commands/monitor.ts';
import { notificationCommands } from './commands/notification.ts';
import { organizationCommands } from './commands/organization.ts';
import { peopleCommands } from './commands/people.ts';
import { platformCommands } from './commands/platform.ts';
import { predictionCommands } from './commands/prediction.ts';
import { projectCommands } from './commands/project.ts';
import { projectFileCommands } from './commands/project-file.ts';
import { provenanceCommands } from './commands/provenance.ts';
import { recordCommands } from './commands/record.ts';
import { reproductionCommands } from './commands/reproduction.ts';
import { runCommands } from './commands/run.ts';
import { workspaceCommands } from './commands/workspace.ts';

const nouns = [
  accountCommands,
  projectFileCommands,
  projectCommands,
  folderCommands,
  runCommands,
  jobCommands,
  reproductionCommands,
  environmentCommands,
  datasetCommands,
  modelCommands,
  approvalCommands,
  provenanceCommands,
  deploymentCommands,
  predictionCommands,
  monitorCommands,
  notificationCommands,
  workspaceCommands,
  mlflowCommands,
  peopleCommands,
  accessCommands,
  organizationCommands,
  recordCommands,
  platformCommands,
  completionCommands,
];

/** The whole command tree: noun and verb, with short forms of the daily ones. */
export function makeProgram(): Command {
  const program = new Command('plinth')
    .description('Plinth: from an idea to a governed, monitored model, and back to its source.')
    .option('--url <url>', 'where Plinth is (PLINTH_URL)')
    .option('--token <token>', 'a token (PLINTH_TOKEN)')
    .option('-p, --project <project>', 'project by slug or id (PLINTH_PROJECT, plinth.yaml)')
    .addOption(new Option('--json [fields]', 'JSON; with names only these fields').argParser((fields) => fields || true))
    .option('--yes', 'do not ask')
    .showHelpAfterError('(plinth --help lists the commands)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const add of nouns) add(program);
  return program;
}
