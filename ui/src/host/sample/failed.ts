// An error as the engine sends it.
import type { ApiError, Code } from '../../ipc/bindings';

export const failed = (code: Code, field: string | null, message = '', count: number | null = null): ApiError => ({
  code,
  message,
  retryable: false,
  field,
  count,
});
