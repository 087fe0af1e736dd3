import { ApiProblem } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { call, client, queries } from '../../api.ts';
import { base } from '../../base.ts';
import { Button, CodeBlock, Empty, Field, Panel, Tabs } from '../../ui/kit.tsx';
import type { DeploymentData } from '../deployment.tsx';
import { bodyText, columnsOf, exampleRow, type InputColumn, type InputRow, isNumber, rowOf } from './input-form.ts';

interface Answer {
  /** Null when nothing came back. */
  status: number | null;
  text: string;
  predictionId: string | null;
  /** Whether the prediction can be read: it is written down within two seconds of the answer. */
  recorded: boolean;
}

/** Asks the service a question by hand: a field a column where the signature names them, or the body as it is. */
export function TryIt({ deployment: one }: { deployment: DeploymentData }) {
  return (
    <Panel title="Try it">
      {one.form ? (
        <Form form={one.form} invocations={one.endpoint.invocations} />
      ) : (
        <Empty icon="clock" title="The form is known once a replica was ready." />
      )}
    </Panel>
  );
}

function Form({ form, invocations }: { form: NonNullable<DeploymentData['form']>; invocations: string }) {
  const columns = columnsOf(form.signature);
  const example = form.inputExample;
  const exampleText = JSON.stringify(example ?? {}, null, 2);
  const [mode, setMode] = useState<'form' | 'json'>(columns.length > 0 ? 'form' : 'json');
  const [row, setRow] = useState<InputRow>(() => exampleRow(example, columns));
  const [raw, setRaw] = useState(exampleText);
  const [foreign, setForeign] = useState(false);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [busy, setBusy] = useState(false);
  /** What was typed goes with the reader from one way of writing it to the other. */
  const turn = (next: 'form' | 'json'): void => {
    if (next === mode) return;
    if (next === 'json') setRaw(bodyText(columns, row));
    else {
      const read = rowOf(raw, columns);
      setForeign(read === null);
      if (read) setRow(read);
    }
    setMode(next);
  };
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const body = mode === 'json' ? raw : bodyText(columns, row);
    const said = await ask(new URL(invocations, window.location.href).pathname.replace(base, ''), body);
    setAnswer(said);
    setBusy(false);
    if (!said.predictionId || !(await isRecorded(said.predictionId))) return;
    setAnswer((now) => (now?.predictionId === said.predictionId ? { ...now, recorded: true } : now));
    void queries.invalidateQueries();
  };
  const fields = (
    <div className="inputs">
      {columns.map((column) => (
        <Input
          key={column.name}
          column={column}
          value={row[column.name] ?? ''}
          set={(value) => setRow({ ...row, [column.name]: value })}
        />
      ))}
    </div>
  );
  const body = (
    <Field label="Body">
      <textarea className="mono" rows={8} value={raw} onChange={(event) => setRaw(event.target.value)} spellCheck={false} />
    </Field>
  );
  return (
    <>
      <form className="stack" onSubmit={(event) => void send(event)} aria-label="Try it">
        {columns.length === 0 ? (
          body
        ) : (
          <Tabs
            small
            label="How to fill it in"
            tabs={[
              { name: 'form', label: 'Fields' },
              { name: 'json', label: 'JSON' },
            ]}
            open={mode}
            onOpen={turn}
          >
            {mode === 'form' ? fields : body}
          </Tabs>
        )}
        {mode === 'form' && foreign && (
          <p className="notice warn">
            <span>What stood under JSON is not one row of these columns, so the fields are as they were before.</span>
          </p>
        )}
        <div className="row">
          <Button tone="primary" icon="play" submit disabled={busy}>
            {busy ? 'Predicting…' : 'Predict'}
          </Button>
          <Button
            reason={!example && 'No example was logged with the model'}
            onClick={() => {
              setRow(exampleRow(example, columns));
              setRaw(exampleText);
              setForeign(false);
            }}
          >
            Fill with the input example
          </Button>
        </div>
      </form>
      <Said answer={answer} />
    </>
  );
}

function Said({ answer }: { answer: Answer | null }) {
  if (!answer) return <div role="status" />;
  const good = answer.status !== null && answer.status < 400;
  return (
    <div className="stack" role="status">
      <span className="row tight">
        <span className={`status ${good ? 'ok' : 'bad'}`}>
          <i aria-hidden="true">{good ? '✓' : '✕'}</i>
          {answer.status === null ? 'no answer' : good ? 'answered' : `refused with ${answer.status}`}
        </span>
        {answer.predictionId && answer.recorded && (
          <Link to={`/predictions/${answer.predictionId}` as '/'}>See where this answer came from</Link>
        )}
        {answer.predictionId && !answer.recorded && <span className="faint">being recorded…</span>}
      </span>
      <CodeBlock>{answer.text}</CodeBlock>
    </div>
  );
}

async function ask(path: string, body: string): Promise<Answer> {
  try {
    const response = await client.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const predictionId = response.headers.get('x-plinth-prediction-id');
    return { status: response.status, text: await response.text(), predictionId, recorded: false };
  } catch (fault) {
    const status = fault instanceof ApiProblem ? fault.status : null;
    return { status, text: (fault as Error).message, predictionId: null, recorded: false };
  }
}

/** Waits until a prediction can be read; false when that takes unusually long. */
async function isRecorded(prediction: string): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      await call('getPrediction', { prediction });
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  return false;
}

function Input({ column, value, set }: { column: InputColumn; value: string; set: (value: string) => void }) {
  const id = useId();
  const hint = column.required ? column.type : `${column.type}, may be left out`;
  return (
    <label className="field" title={hint} htmlFor={id}>
      <span className="clip">
        {column.name} <small className="faint">{hint}</small>
      </span>
      {column.type === 'boolean' ? (
        <select id={id} value={value} onChange={(event) => set(event.target.value)}>
          <option value="" />
          <option value="true">true</option>
          <option value="false">false</option>
        </select>
      ) : (
        <input
          id={id}
          type={isNumber(column) ? 'number' : 'text'}
          step="any"
          required={column.required}
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </label>
  );
}
