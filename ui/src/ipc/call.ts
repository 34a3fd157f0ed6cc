// Commands and events of the contract, typed.
import { host } from '../host/host';
import type { ApiError, Commands, Event } from './bindings';

type Name = keyof Commands;

/** Runs a command; rejects with a `Failure`. */
export async function call<N extends Name>(name: N, args: Commands[N]['args']): Promise<Commands[N]['answer']> {
  try {
    return (await host().call(name, args)) as Commands[N]['answer'];
  } catch (error) {
    throw new Failure(asApiError(error));
  }
}

/** Hands every event to `listener`. */
export function subscribe(listener: (event: Event) => void): Promise<void> {
  return host().subscribe(listener);
}

/** A failed command. The screen acts on `error.code`, never on its text. */
export class Failure extends Error {
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.message);
    this.error = error;
  }
}

/** The contract's error behind whatever was thrown; what is not one is a defect and says so. */
export function failureOf(thrown: unknown): ApiError {
  return thrown instanceof Failure ? thrown.error : asApiError(thrown);
}

function asApiError(thrown: unknown): ApiError {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown)
    return thrown as ApiError;
  return {
    code: 'internal',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    retryable: false,
    field: null,
    count: null,
  };
}

/** Commands that are no acts of the person's own: a letter that counts as read because it lay open, and the taking back itself. */
const ASIDES = ['read', 'undo'] as const;

/** A new id for an act of the person: the same command said twice is done once. */
export function commandId(aside?: (typeof ASIDES)[number]): string {
  const id = crypto.randomUUID();
  return aside ? `${aside}-${id}` : id;
}

/** Whether that command was made aside. Its id tells, so that it is known after a restart too. */
export function isAside(command: string): boolean {
  return ASIDES.some((aside) => command.startsWith(`${aside}-`));
}
