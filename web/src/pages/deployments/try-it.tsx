import { ApiProblem } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client } from '../../api.ts';
import { Button, CodeBlock, Field, Panel, Tabs } from '../../ui/kit.tsx';
import type { DeploymentData } from '../deployment.tsx';
import { bodyOf, columnsOf, exampleRow, type InputColumn } from './input-form.ts';

interface Answer {
  /** Null when nothing came back. */
  status: number | null;
  text: string;
  predictionId: string | null;
}

/** Asks the service a question by hand: a field a column where the signature names them, or the body as it is. */
export function TryIt({ deployment: one }: { deployment: DeploymentData }) {
  const columns = columnsOf(one.form?.signature);
  const example = one.form?.inputExample;
  const [mode, setMode] = useState<'form' | 'json'>('form');
  const [row, setRow] = useState<Record<string, string>>({});
  const [raw, setRaw] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [busy, setBusy] = useState(false);
  if (!one.form)
    return (
      <Panel title="Try it">
        <p className="soft">The form is known once a replica was ready.</p>
      </Panel>
    );
  const byJson = mode === 'json' || columns.length === 0;
  const body = byJson ? (raw ?? JSON.stringify(example ?? {}, null, 2)) : JSON.stringify(bodyOf(columns, row));
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const response = await client.fetch(new URL(one.endpoint.invocations, window.location.href).pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      setAnswer({
        status: response.status,
        text: await response.text(),
        predictionId: response.headers.get('x-plinth-prediction-id'),
      });
    } catch (fault) {
      const status = fault instanceof ApiProblem ? fault.status : null;
      setAnswer({ status, text: (fault as Error).message, predictionId: null });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Try it">
      <form className="stack" onSubmit={(event) => void send(event)} aria-label="Try it">
        {columns.length > 0 && (
          <Tabs
            label="How to fill it in"
            tabs={[
              { name: 'form', label: 'Fields' },
              { name: 'json', label: 'JSON' },
            ]}
            open={mode}
            onOpen={(name) => setMode(name as 'form' | 'json')}
          >
            {byJson ? null : (
              <div className="columns even">
                {columns.map((column) => (
                  <Input
                    key={column.name}
                    column={column}
                    value={row[column.name] ?? ''}
                    set={(value) => setRow({ ...row, [column.name]: value })}
                  />
                ))}
              </div>
            )}
          </Tabs>
        )}
        {byJson && (
          <Field label="Body">
            <textarea rows={8} value={body} onChange={(event) => setRaw(event.target.value)} />
          </Field>
        )}
        <div className="row">
          <Button tone="primary" icon="play" submit disabled={busy}>
            Predict
          </Button>
          <Button
            reason={!example && 'No example was logged with the model'}
            onClick={() => {
              setRow(exampleRow(example, columns));
              setRaw(null);
            }}
          >
            Fill with the input example
          </Button>
        </div>
      </form>
      {answer && (
        <div className="stack" role="status">
          <span>
            Status {answer.status ?? 'none'}{' '}
            {answer.predictionId && <Link to={`/predictions/${answer.predictionId}` as '/'}>{answer.predictionId}</Link>}
          </span>
          <CodeBlock>{answer.text}</CodeBlock>
        </div>
      )}
    </Panel>
  );
}

function Input({ column, value, set }: { column: InputColumn; value: string; set: (value: string) => void }) {
  return (
    <Field label={column.name} hint={column.required ? column.type : `${column.type}, may be left out`}>
      {column.type === 'boolean' ? (
        <select value={value} onChange={(event) => set(event.target.value)}>
          <option value="" />
          <option value="true">true</option>
          <option value="false">false</option>
        </select>
      ) : (
        <input
          type={isNumber(column) ? 'number' : 'text'}
          step="any"
          required={column.required}
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </Field>
  );
}

const isNumber = (column: InputColumn): boolean => ['double', 'float', 'integer', 'long'].includes(column.type);
