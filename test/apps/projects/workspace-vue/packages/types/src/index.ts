export type Height = number;

export interface TreeProps {
  name: string;
  height?: Height;
}
