import { Component, type ReactNode } from 'react';
import { Problem } from '../ui/kit.tsx';

/** A page that breaks shows what broke and a way on; the frame around it stays. Another address begins anew. */
export class PageBoundary extends Component<{ address: string; children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidUpdate(before: { address: string }): void {
    if (before.address !== this.props.address && this.state.error !== null) this.setState({ error: null });
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Problem error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}
