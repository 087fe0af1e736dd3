import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { modelPath, sayVersion, versionPath } from '../pages/models/addresses.ts';
import { type Data, type Happening, type Told, text } from './telling.ts';

const model = (data: Data): ReactNode => (
  <Link to={modelPath(text(data, 'projectSlug'), text(data, 'name')) as '/'}>{text(data, 'name')}</Link>
);
const question = (happening: Happening, data: Data): ReactNode => (
  <Link to={`/approvals/${happening.object.id}` as '/'}>
    {sayVersion(text(data, 'subjectName'))} for {text(data, 'channel')}
  </Link>
);
const said = (data: Data): ReactNode => text(data, 'comment') && <>: “{text(data, 'comment')}”</>;

/** What happens to models and before the gate, as a person would say it. */
export const modelTellings: Record<string, (happening: Happening, data: Data) => Told | null> = {
  'model.created': (_, data) => ({ says: <>made the model {model(data)}</>, icon: 'models' }),
  'version.registered': (_, data) => ({
    says: (
      <>
        registered{' '}
        <Link to={versionPath(text(data, 'projectSlug'), text(data, 'modelName'), String(data.number)) as '/'}>
          {text(data, 'modelName')} version {String(data.number)}
        </Link>
      </>
    ),
    icon: 'models',
    tone: 'ok',
  }),
  'model.alias-set': (_, data) => ({
    says: (
      <>
        moved @{text(data, 'alias')} of {model(data)}
      </>
    ),
    icon: 'models',
  }),
  'model.alias-removed': (_, data) => ({
    says: (
      <>
        took @{text(data, 'alias')} from {model(data)}
      </>
    ),
    icon: 'models',
  }),
  'approval.requested': (happening, data) => ({ says: <>asked to approve {question(happening, data)}</>, icon: 'audit' }),
  'approval.approved': (happening, data) => ({
    says: (
      <>
        approved {question(happening, data)}
        {said(data)}
      </>
    ),
    icon: 'audit',
    tone: 'ok',
  }),
  'approval.rejected': (happening, data) => ({
    says: (
      <>
        rejected {question(happening, data)}
        {said(data)}
      </>
    ),
    icon: 'audit',
    tone: 'bad',
  }),
};
