// The whole screen on the sample mail: what a person does, and what they see.
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { setHost } from '../host/host';
import { sampleHost } from '../host/sample/host';
import { t } from '../i18n/text';
import App from './App.svelte';

// A busy machine is slow, not wrong.
vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

let host: ReturnType<typeof sampleHost>;

async function start(query: string) {
  host = sampleHost(new URLSearchParams(`letters=120&delay=0&${query}`));
  // This document loads no frames.
  setHost({ ...host, letterUrl: () => 'about:blank' });
  render(App);
}

const key = (name: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(document.body, { key: name, ...more });
const rows = () => screen.findAllByTestId('letter-row');
const byId = (id: string) => screen.findByTestId(id);
async function type(id: string, text: string) {
  await fireEvent.input(await byId(id), { target: { value: text } });
}

/** Says yes, once it is known what would be lost. */
async function confirm() {
  const button = await screen.findByTestId<HTMLButtonElement>('confirm');
  await waitFor(() => expect(button.disabled).toBe(false));
  await fireEvent.click(button);
}

afterEach(cleanup);

describe('welcome', () => {
  it('says at the password that the server does not accept it, then lets a right one in', async () => {
    await start('scene=welcome');
    await type('welcome-email', 'alice@north.test');
    await fireEvent.blur(await byId('welcome-email'));
    await waitFor(() => expect(screen.getByTestId<HTMLInputElement>('incoming-host').value).toBe('mail.north.test'));
    await type('welcome-password', 'wrong');
    await fireEvent.click(await byId('add-account'));
    await waitFor(() => expect(screen.getByTestId('field-error').dataset['code']).toBe('sign_in_refused'));
    expect(screen.getByTestId('field-error').textContent).toContain(t('problem-sign_in_refused'));
    expect(screen.getByTestId('welcome-password').getAttribute('aria-invalid')).toBe('true');

    await type('welcome-password', 'right');
    expect(screen.queryByTestId('field-error')).toBeNull();
    await fireEvent.click(await byId('add-account'));
    await waitFor(() => expect(screen.getByTestId('status-foot')).toBeTruthy());
  });

  it('asks for the passphrase first where the vault is closed', async () => {
    await start('scene=vault');
    await type('passphrase', 'wrong');
    await fireEvent.click(await byId('passphrase-ok'));
    expect((await byId('field-error')).textContent).toContain(t('problem-wrong_passphrase'));
    await type('passphrase', 'right');
    await fireEvent.click(await byId('passphrase-ok'));
    await rows();
  });
});

describe('reading', () => {
  it('opens the letter that is clicked, and marks it as read a moment later', async () => {
    await start('');
    const unread = (await rows()).find((row) => row.classList.contains('unread'));
    const id = unread?.dataset['id'] ?? '';
    expect(id).not.toBe('');
    await fireEvent.click(unread as HTMLElement);
    await byId('reader-subject');
    expect((await byId('reader-frame')).getAttribute('sandbox')).toBe('allow-popups allow-popups-to-escape-sandbox');
    await waitFor(() => {
      const row = screen.getAllByTestId('letter-row').find((one) => one.dataset['id'] === id);
      expect(row?.classList.contains('unread')).toBe(false);
    });
  });

  it('walks with the keys, and takes a move back', async () => {
    await start('');
    const [first, second] = (await rows()).map((row) => row.dataset['id']);
    await key('j');
    await waitFor(() => expect(screen.getAllByRole('row', { selected: true })[0]?.dataset['id']).toBe(first));
    await byId('reader-subject');
    await key('Delete');
    await waitFor(() => expect(screen.getAllByTestId('letter-row')[0]?.dataset['id']).toBe(second));
    const toast = await byId('toast');
    await fireEvent.click(within(toast).getByText(t('undo')));
    await waitFor(() => expect(screen.getAllByTestId('letter-row')[0]?.dataset['id']).toBe(first));
  });

  it('shows letters that arrive', async () => {
    await start('');
    const before = (await rows())[0]?.dataset['id'];
    host.arrive();
    await waitFor(() => expect(screen.getAllByTestId('letter-row')[0]?.dataset['id']).not.toBe(before));
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('361');
  });

  it('says what is wrong at the foot, with a verb', async () => {
    await start('scene=wrong-password');
    const foot = await byId('status-foot');
    expect(foot.textContent).toContain(t('short-sign_in_refused'));
    await fireEvent.click(within(foot).getByText(t('sign-in')));
    await type('sign-in-password', 'wrong');
    await fireEvent.click(await byId('sign-in-ok'));
    expect((await screen.findByTestId('field-error', {})).dataset['code']).toBe('sign_in_refused');
  });
});

describe('writing', () => {
  it('keeps the letter on Escape, and finds it again among the drafts', async () => {
    await start('');
    await rows();
    await key('c');
    await type('compose-to', 'bob@south.test, eve');
    await type('compose-body', 'Not to be lost');
    await fireEvent.keyDown(await byId('compose-body'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByTestId('compose-body')).toBeNull());
    expect((await byId('toast')).textContent).toContain(t('draft-kept'));
    await key('g');
    await key('d');
    await fireEvent.click(await byId('draft-row'));
    expect((await screen.findByTestId<HTMLTextAreaElement>('compose-body')).value).toBe('Not to be lost');
    expect(screen.getByText('bob@south.test', { selector: '.chip bdi' })).toBeTruthy();
    expect(screen.getByText('eve', { selector: '.chip bdi' }).closest('.unsure')).not.toBeNull();
  });

  it('says what is wrong with a recipient, and sends when it is mended', async () => {
    await start('');
    await rows();
    await key('c');
    await type('compose-body', 'Hello');
    await fireEvent.click(await byId('compose-send'));
    expect((await byId('compose-error')).textContent).toContain(t('problem-invalid_input-to'));
    await type('compose-to', 'bob@south.test');
    await fireEvent.keyDown(await byId('compose-body'), { key: 'Enter', ctrlKey: true });
    await waitFor(() => expect(screen.queryByTestId('compose-body')).toBeNull());
    expect((await byId('toast')).textContent).toContain(t('letter-on-its-way'));
  });

  it('answers above the quotation', async () => {
    await start('');
    await fireEvent.click((await rows())[2] as HTMLElement);
    await byId('reader-subject');
    await key('r');
    const body = await screen.findByTestId<HTMLTextAreaElement>('compose-body');
    expect(body.value).toContain('> ');
    expect([document.activeElement, body.selectionStart]).toEqual([body, 0]);
    expect(screen.getByTestId<HTMLInputElement>('compose-subject').value).toMatch(/^Re: /);
  });
});

describe('acts', () => {
  const open = async (account: number, role: string) => {
    // The list of mailboxes comes in its own time; the first items are not yet all of it.
    const item = await waitFor(() => {
      const items = screen.getAllByTestId('mailbox-item');
      const found = items.find((one) => one.dataset['role'] === role && one.dataset['account'] === String(account));
      if (!found) throw new Error(`no mailbox ${role} of account ${account}`);
      return found;
    });
    await fireEvent.click(item);
    await waitFor(() => expect(item.getAttribute('aria-current')).toBe('page'));
    return rows();
  };
  const firstId = () => screen.getAllByTestId('letter-row')[0]?.dataset['id'];

  it('are taken back one after the other, also by a window that was opened since', async () => {
    await start('');
    const [first, second, third] = (await rows()).map((row) => row.dataset['id']);
    await key('j');
    await waitFor(() => expect(screen.getAllByRole('row', { selected: true })[0]?.dataset['id']).toBe(first));
    await key('e');
    await waitFor(() => expect(firstId()).toBe(second));
    await key('e');
    await waitFor(() => expect(firstId()).toBe(third));
    await key('z', { ctrlKey: true });
    await waitFor(() => expect(firstId()).toBe(second));
    await screen.findByText(t('undone-move', { count: 1, number: '1' }));

    cleanup();
    render(App);
    await waitFor(() => expect(firstId()).toBe(second));
    await key('z', { ctrlKey: true });
    await waitFor(() => expect(firstId()).toBe(first));
    expect((await byId('toast')).textContent).toContain(t('undone-move', { count: 1, number: '1' }));
  });

  it('marks as junk, and takes that back where it was wrong', async () => {
    await start('');
    const before = (await open(1, 'junk')).length;
    expect(before).toBeGreaterThan(0);
    const id = firstId();
    await key('j');
    await byId('reader-subject');
    await key('!');
    await waitFor(() => expect(firstId()).not.toBe(id));
    expect((await byId('toast')).textContent).toContain(t('moved-to-inbox', { count: 1 }));
  });

  it('asks before letters are deleted for good, and says how many and from where', async () => {
    await start('');
    await open(1, 'trash');
    const id = firstId();
    await key('j');
    await byId('reader-subject');
    await key('Delete');
    const dialog = await byId('delete-for-good-dialog');
    expect(dialog.textContent).toContain(t('letters-are-in', { count: 1, where: `${t('role-trash')} (north.test)` }));
    await fireEvent(dialog, new Event('cancel', { cancelable: true }));
    await waitFor(() => expect(screen.queryByTestId('delete-for-good-dialog')).toBeNull());
    expect(firstId()).toBe(id);

    await key('Delete', { shiftKey: true });
    expect(document.activeElement).toBe(await byId('gate-cancel'));
    await confirm();
    await waitFor(() => expect(firstId()).not.toBe(id));
    expect(screen.getAllByRole('row', { selected: true })[0]?.dataset['id']).toBe(firstId());
    await key('z');
    await waitFor(() => expect(firstId()).toBe(id));
  });

  it('deletes what exists nowhere else only after a clear yes to the number that would go now', async () => {
    await start('more=1');
    const trash = await open(1, 'trash');
    const letter = trash.find((row) => within(row).queryByLabelText(t('only-here')));
    const id = letter?.id ?? '';
    await fireEvent.click(letter as HTMLElement);
    expect((await byId('only-here')).textContent).toContain(t('only-here'));
    await key('Delete');
    const loss = { which: 'only', count: 1, number: '1', total: '1' };
    expect((await byId('loss')).textContent).toContain(t('loss-letters', loss));
    expect(screen.getByTestId<HTMLButtonElement>('confirm').disabled).toBe(true);
    await fireEvent.click(screen.getByTestId('understood'));
    await confirm();
    await screen.findByText(t('gate-grown'));
    expect(screen.getByTestId<HTMLInputElement>('understood').checked).toBe(false);
    expect(screen.getByTestId<HTMLButtonElement>('confirm').disabled).toBe(true);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('understood')));
    await fireEvent.click(screen.getByTestId('understood'));
    await confirm();
    await waitFor(() => expect(screen.queryByTestId('delete-for-good-dialog')).toBeNull());
    await waitFor(() => expect(document.getElementById(id)).toBeNull());
  });

  it('empties the trash after asking with the number', async () => {
    await start('');
    await open(1, 'trash');
    await fireEvent.click(await byId('empty'));
    expect((await byId('empty-mailbox-dialog')).textContent).toContain('51');
    const loss = { which: 'some', count: 3, number: '3', total: '51' };
    expect((await byId('loss')).textContent).toContain(t('loss-letters', loss));
    await fireEvent.click(screen.getByTestId('understood'));
    await confirm();
    await screen.findByText(t('no-letters'));
    await waitFor(() => expect(screen.queryByTestId('empty')).toBeNull());
  });

  it('deletes nothing while it cannot be known what would be lost, and asks again', async () => {
    await start('');
    let broken = true;
    const failing = { code: 'storage', message: '', retryable: false, field: null, count: null };
    setHost({
      ...host,
      call: (name, args) => (broken && name === 'last_copies' ? Promise.reject(failing) : host.call(name, args)),
      letterUrl: () => 'about:blank',
    });
    await open(1, 'trash');
    await fireEvent.click(await byId('empty'));
    expect((await byId('gate-problem')).textContent).toContain(t('problem-storage'));
    expect(screen.getByTestId<HTMLButtonElement>('confirm').disabled).toBe(true);
    broken = false;
    await fireEvent.click(within(screen.getByTestId('gate-problem')).getByText(t('try-again')));
    await byId('loss');
    expect(document.activeElement).toBe(screen.getByTestId('gate-cancel'));
    await fireEvent.click(screen.getByTestId('gate-cancel'));
    expect(screen.queryByTestId('empty-mailbox-dialog')).toBeNull();
    expect((await rows()).length).toBeGreaterThan(0);
  });

  it('copies to a mailbox, and leaves the letter where it was', async () => {
    await start('');
    const id = (await open(1, 'inbox'))[0]?.dataset['id'];
    await key('j');
    await byId('reader-subject');
    await key('V', { shiftKey: true });
    const field = await screen.findByRole('combobox');
    await fireEvent.input(field, { target: { value: 'travel' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect((await byId('toast')).textContent).toContain(
      t('copied-to-mailbox', { count: 1, name: 'Projects / Travel' }),
    );
    expect(firstId()).toBe(id);
  });
});

describe('mailboxes', () => {
  const item = (name: string) =>
    screen.queryAllByTestId('mailbox-item').find((one) => one.querySelector('.name')?.textContent === name);
  const focusOn = async (name: string) => {
    await waitFor(() => expect(item(name)).toBeTruthy());
    await fireEvent.focusIn(item(name) as HTMLElement);
    item(name)?.focus();
  };
  const menuOf = async (name: string) => {
    await focusOn(name);
    await key('F10', { shiftKey: true });
    return byId('mailbox-menu');
  };
  const entries = (menu: HTMLElement) =>
    within(menu)
      .getAllByRole('menuitem')
      .map((one) => one.dataset['testid']);

  it('offers in the menu of a mailbox what can be done with it', async () => {
    await start('');
    expect(entries(await menuOf('Travel'))).toEqual([
      'menu-mailbox-new-inside',
      'menu-mailbox-rename',
      'menu-mailbox-subscribe',
      'menu-mailbox-delete',
    ]);
    await fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByTestId('mailbox-menu')).toBeNull());
    expect(document.activeElement).toBe(item('Travel'));

    await focusOn(t('role-trash'));
    expect(entries(await menuOf(t('role-trash')))).toEqual([
      'menu-mailbox-new-inside',
      'menu-mailbox-subscribe',
      'menu-mailbox-empty',
    ]);
  });

  it('renames, and says at the field what is wrong with a name', async () => {
    await start('');
    await fireEvent.click(within(await menuOf('Travel')).getByTestId('menu-mailbox-rename'));
    await type('mailbox-name', 'a/b');
    await fireEvent.click(await byId('mailbox-name-ok'));
    expect((await byId('field-error')).textContent).toContain(t('problem-invalid_input-mailbox'));
    await type('mailbox-name', 'Journeys');
    expect(screen.queryByTestId('field-error')).toBeNull();
    await fireEvent.click(await byId('mailbox-name-ok'));
    await waitFor(() => expect(item('Journeys')).toBeTruthy());
    expect(document.activeElement?.textContent).toContain('Journeys');
    await key('z');
    await waitFor(() => expect(item('Travel')).toBeTruthy());
  });

  it('makes one inside another, and at the top of an account', async () => {
    await start('');
    await focusOn('Projects');
    await key('m');
    await key('i');
    await type('mailbox-name', 'Bridge');
    await fireEvent.click(await byId('mailbox-name-ok'));
    await waitFor(() => expect(item('Bridge')?.title).toBe('Projects/Bridge'));

    await fireEvent.click(screen.getAllByTestId('account-more')[1] as HTMLElement);
    await fireEvent.click(within(await byId('account-menu')).getByTestId('menu-mailbox-new'));
    await type('mailbox-name', 'Receipts');
    await fireEvent.click(await byId('mailbox-name-ok'));
    await waitFor(() => expect(item('Receipts')?.dataset['account']).toBe('2'));
  });

  it('deletes one after saying where its letters go, and leaves it when it was in sight', async () => {
    await start('');
    await focusOn('Travel');
    await fireEvent.click(item('Travel') as HTMLElement);
    await waitFor(() => expect(screen.getByTestId('place-title').textContent).toBe('Travel'));
    await key('m');
    await key('d');
    expect((await byId('remove-mailbox-dialog')).textContent).toContain(
      t('remove-mailbox-text', { count: 36, number: '36' }),
    );
    await fireEvent.click(await byId('confirm'));
    await waitFor(() => expect(item('Travel')).toBeUndefined());
    await waitFor(() => expect(screen.getByTestId('place-title').textContent).toBe(t('place-all-inboxes')));
    await fireEvent.click(within(await byId('toast')).getByText(t('undo')));
    await waitFor(() => expect(item('Travel')).toBeTruthy());
  });
});

describe('a letter that is not here', () => {
  it('is fetched when it is opened', async () => {
    await start('scene=on-demand&fetch=20');
    const bare = (await rows()).find((row) => row.querySelector('.snippet')?.textContent === '');
    await fireEvent.click(bare as HTMLElement);
    expect((await byId('fetching')).textContent).toContain(t('letter-fetching'));
    await byId('reader-frame');
    expect(screen.queryByTestId('fetching')).toBeNull();
  });

  it('waits for the connection, and says so', async () => {
    await start('scene=offline&fetch=20');
    const bare = (await rows()).find((row) => row.querySelector('.snippet')?.textContent === '');
    await fireEvent.click(bare as HTMLElement);
    expect((await byId('fetching')).textContent).toContain(t('letter-fetch-offline'));
  });
});

it('shows how a server is used, and changes what is kept only when that is confirmed', async () => {
  await start('scene=on-demand');
  await rows();
  await key('g');
  await key('a');
  await fireEvent.click((await screen.findAllByTestId('account-disclose'))[0] as HTMLElement);
  const details = await byId('account-details');
  await within(details).findByText('Dovecot 2.3.19');
  expect(details.textContent).toContain(t('extension-condstore'));
  expect(details.textContent).toContain(t('details-distrusted', { name: 'QRESYNC' }));
  expect(screen.queryByTestId('keep-ok')).toBeNull();
  await fireEvent.click(await byId('keep-everything'));
  await fireEvent.click(await byId('keep-ok'));
  await waitFor(() => expect(screen.queryByTestId('keep-ok')).toBeNull());
  expect(screen.getByTestId<HTMLInputElement>('keep-everything').checked).toBe(true);
});

describe('what a server keeps, and what it lacks', () => {
  const open = async (which: number, query = '') => {
    await start(query);
    await rows();
    await key('g');
    await key('a');
    await fireEvent.click((await screen.findAllByTestId('account-disclose'))[which] as HTMLElement);
    await byId('only-here-count');
  };

  it('is chosen for POP3, and asked about before letters are deleted there', async () => {
    await open(1);
    expect(screen.queryByTestId('keep-everything')).toBeNull();
    expect(screen.queryByTestId('upload')).toBeNull();
    expect(screen.getByTestId<HTMLInputElement>('leave-everything').checked).toBe(true);
    await type('leave-days-field', '0');
    await fireEvent.click(await byId('leave-ok'));
    expect((await byId('field-error')).textContent).toContain(t('problem-invalid_input-days'));
    expect(document.activeElement).toBe(screen.getByTestId('leave-days-field'));
    await type('leave-days-field', '30');
    expect(screen.queryByTestId('field-error')).toBeNull();
    await fireEvent.click(await byId('leave-ok'));
    expect((await byId('leave-dialog')).textContent).toContain(t('leave-ask-days', { count: 30 }));
    expect((await byId('loss')).textContent).toContain(t('loss-leave', { count: 2, number: '2' }));
    await fireEvent.click(screen.getByTestId('understood'));
    await confirm();
    await waitFor(() => expect(screen.queryByTestId('leave-dialog')).toBeNull());
    expect(screen.getByTestId<HTMLInputElement>('leave-days').checked).toBe(true);
    expect(screen.queryByTestId('leave-ok')).toBeNull();

    await fireEvent.click(screen.getByTestId('leave-everything'));
    await fireEvent.click(await byId('leave-ok'));
    await waitFor(() => expect(screen.queryByTestId('leave-ok')).toBeNull());
    expect(screen.queryByTestId('leave-dialog')).toBeNull();
  });

  it('is uploaded to an IMAP server when that is confirmed', async () => {
    await open(0, 'change=400');
    expect(screen.queryByTestId('leave-everything')).toBeNull();
    await fireEvent.click(await byId('upload'));
    await fireEvent.click(await byId('upload-ok'));
    await byId('upload-under-way');
    await waitFor(() => expect(screen.queryByTestId('only-here-count')).toBeNull());
    expect(screen.queryByTestId('upload')).toBeNull();
  });
});

describe('another protocol', () => {
  const open = async (query: string, which: number) => {
    await start(query);
    await rows();
    await key('g');
    await key('a');
    await fireEvent.click((await screen.findAllByTestId('account-disclose'))[which] as HTMLElement);
    await fireEvent.click(await byId('change-mode'));
    const server = `mail.${which === 0 ? 'north' : 'south'}.test`;
    await waitFor(() => expect(screen.getByTestId<HTMLInputElement>('incoming-host').value).toBe(server));
  };

  it('is looked at first, and then reads the account', async () => {
    await open('change=20', 0);
    expect(screen.getByTestId('how-read').textContent).toBe(t('how-read-imap'));
    expect(document.activeElement).toBe(screen.getByTestId('incoming-host'));
    await type('change-mode-password', 'wrong');
    await fireEvent.click(await byId('change-mode-see'));
    expect((await byId('field-error')).dataset['code']).toBe('sign_in_refused');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('change-mode-password')));
    await type('change-mode-password', '');
    expect(screen.queryByTestId('field-error')).toBeNull();

    await fireEvent.click(await byId('change-mode-see'));
    expect((await byId('outlook')).textContent).toContain(t('outlook-waiting'));
    expect(screen.getByTestId('how-read').textContent).toBe(t('how-read-imap'));
    expect(document.activeElement).toBe(screen.getByTestId('change-mode-ok'));
    await fireEvent.click(await byId('change-mode-ok'));
    const done = t('change-mode-done', { email: 'alice@north.test', mode: 'POP3' });
    expect((await byId('change-mode-done')).textContent).toContain(done);
    await fireEvent.click(await byId('change-mode-close'));
    expect(screen.queryByTestId('change-mode-dialog')).toBeNull();
    expect(screen.getByTestId('how-read').textContent).toBe(t('how-read-pop3'));
  });

  it('is stopped by its button and by no key', async () => {
    await open('change=4000', 1);
    await fireEvent.click(await byId('change-mode-see'));
    await fireEvent.click(await byId('change-mode-ok'));
    await byId('change-mode-progress');
    await fireEvent(await byId('change-mode-dialog'), new Event('cancel', { cancelable: true }));
    expect(within(await byId('change-mode-dialog')).getByRole('progressbar')).toBeTruthy();
    await fireEvent.click(await byId('change-mode-stop'));
    expect((await byId('change-mode-stopped')).textContent).toBe(t('change-mode-stopped'));
    expect(screen.queryByTestId('field-error')).toBeNull();
    expect(screen.getByTestId('how-read').textContent).toBe(t('how-read-pop3'));
  });
});

it('takes an account away when that is confirmed', async () => {
  await start('');
  await rows();
  await key('g');
  await key('a');
  await fireEvent.click((await screen.findAllByText(t('remove-account')))[1] as HTMLElement);
  expect((await byId('loss')).textContent).toContain('letters of this account exist only on this computer');
  await fireEvent.click(screen.getByTestId('understood'));
  await confirm();
  await waitFor(() => expect(screen.getAllByTestId('account').length).toBe(1));
});

it('sends a letter again that may have been sent, when that is confirmed', async () => {
  await start('');
  await rows();
  await key('g');
  await key('o');
  await fireEvent.click(await screen.findByText(t('outbox-unknown')));
  await fireEvent.click(await byId('outbox-retry'));
  await fireEvent.click(await byId('retry-ok'));
  await waitFor(() => expect(screen.queryByText(t('outbox-unknown'))).toBeNull());
});

it('the help sheet shows every command of the registry', async () => {
  await start('');
  await rows();
  await key('?', { shiftKey: true });
  const sheet = await byId('help-sheet');
  for (const id of [
    'next',
    'archive',
    'delete',
    'delete-for-good',
    'junk',
    'copy',
    'undo',
    'mailbox-menu',
    'flag',
    'unread',
    'compose',
    'reply',
    'go',
    'help',
    'back',
  ]) {
    expect(within(sheet).getAllByText(t(`command-${id}`)).length).toBeGreaterThan(0);
  }
  await key('Escape');
  await waitFor(() => expect(screen.queryByTestId('help-sheet')).toBeNull());
});
