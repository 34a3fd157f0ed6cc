// Whether passwords can be read, and what is asked of the person when they cannot.
import { call, failureOf } from '../ipc/call';
import type { ApiError, VaultState } from '../ipc/bindings';

export class Vault {
  state = $state<VaultState>('open');
  failure = $state.raw<ApiError | null>(null);
  busy = $state(false);

  async load(): Promise<void> {
    this.state = (await call('vault_status', {})).state;
  }

  /** Opens the passphrase vault, or makes it. True when it is open. */
  async unlock(passphrase: string): Promise<boolean> {
    return this.attempt(async () => {
      this.state = (await call('vault_unlock', { passphrase })).state;
    });
  }

  /** Looks again: the keychain may answer by now. True when it is open. */
  async again(): Promise<boolean> {
    return this.attempt(() => this.load());
  }

  private async attempt(act: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    try {
      await act();
      return this.state === 'open';
    } catch (thrown) {
      this.failure = failureOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
