import { ApiProblem } from '@plinth/sdk';
import { Component, type ReactNode } from 'react';
import { Button } from './button.tsx';

/** What went wrong, what to do next, and the request id; never a blank page. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <div className="problem" role="alert">
      <strong>{problem ? problem.code.replaceAll('-', ' ') : 'Something went wrong'}</strong>
      <div>{(error as Error).message}</div>
      {problem?.requestId && <div className="caption mono">{problem.requestId}</div>}
      {retry && (
        <Button icon="retry" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A fault of one panel stays in that panel; the rest of the page goes on. */
export class PanelBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }
  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Problem error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}
