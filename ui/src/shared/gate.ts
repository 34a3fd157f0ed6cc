// What stands before something that cannot be taken back, as the dialog that asks sees it. What would be lost is told in words.

export interface Gate {
  /** What would be lost is known. */
  readonly known: boolean;
  /** Whether anything would be: then it takes a clear yes. */
  readonly loses: boolean;
  /** The clear yes. */
  understood: boolean;
  /** More would be lost than what the person was told before. */
  readonly grown: boolean;
  /** It is being done. */
  readonly busy: boolean;
  /** What went wrong, in words; empty otherwise. */
  readonly problem: string;
  /** Finds out what would be lost, unless that is known. */
  ask(): Promise<void>;
}

/** Whether the way is free. */
export function isOpen(gate: Gate): boolean {
  return gate.known && !gate.busy && (!gate.loses || gate.understood);
}
