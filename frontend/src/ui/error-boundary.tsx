import { Component, type ErrorInfo, type ReactNode } from "react";
import { Failure } from "./states.tsx";

type Props = { children: ReactNode };
type State = { error: unknown };

/** A fault in one part of the page shows as words there, and the rest goes on. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <Failure error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}
