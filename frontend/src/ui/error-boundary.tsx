import { Component, type ErrorInfo, type ReactNode } from "react";
import { Failure } from "./feedback.tsx";
import { ChunkMissing } from "./load-chunk.ts";

type Props = { children: ReactNode };
type State = { error: unknown };

/** Catches an error in one part of the page and shows it there, so that the rest keeps working. */
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
    const { error } = this.state;
    const retry = () => (error instanceof ChunkMissing ? location.reload() : this.setState({ error: null }));
    return <Failure error={error} retry={retry} />;
  }
}
