// Before every test file.
import { setHost } from '../host/host';
import { beforeEach } from 'vitest';

beforeEach(() => {
  // A test that reaches the host without having set its own is told so.
  const nothing = () => Promise.reject(new Error('this test set no host'));
  setHost({
    call: nothing,
    subscribe: nothing,
    pickFiles: nothing,
    saveAs: nothing,
    openPath: nothing,
    letterUrl: () => 'about:blank',
  });
});
