// The whole screen on the sample mail: what a person does, and what they see.
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { setHost } from '../host/host';
import { sampleHost } from '../host/sample/host';
import { t } from '../i18n/text';
import App from './App.svelte';

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

afterEach(cleanup);

describe('welcome', () => {
  it('says at the password that the server does not accept it, then lets a right one in', async () => {
    await start('scene=welcome');
    await type('welcome-email', 'alice@north.test');
    await fireEvent.blur(await byId('welcome-email'));
    await waitFor(() => expect(screen.getByTestId<HTMLInputElement>('incoming-host').value).toBe('mail.north.test'));
    await type('welcome-password', 'wrong');
    await fireEvent.click(await byId('add-account'));
    await waitFor(() => expect(screen.getByTestId('field-error').dataset['code']).toBe('sign_in_refused'), {
      timeout: 3_000,
    });
    expect(screen.getByTestId('field-error').textContent).toContain(t('problem-sign_in_refused'));
    expect(screen.getByTestId('welcome-password').getAttribute('aria-invalid')).toBe('true');

    await type('welcome-password', 'right');
    expect(screen.queryByTestId('field-error')).toBeNull();
    await fireEvent.click(await byId('add-account'));
    await waitFor(() => expect(screen.getByTestId('status-foot')).toBeTruthy(), { timeout: 3_000 });
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
    await waitFor(
      () => {
        const row = screen.getAllByTestId('letter-row').find((one) => one.dataset['id'] === id);
        expect(row?.classList.contains('unread')).toBe(false);
      },
      { timeout: 2_000 },
    );
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
    expect((await screen.findByTestId('field-error', {}, { timeout: 3_000 })).dataset['code']).toBe('sign_in_refused');
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

it('the help sheet shows every command of the registry', async () => {
  await start('');
  await rows();
  await key('?', { shiftKey: true });
  const sheet = await byId('help-sheet');
  for (const id of ['next', 'archive', 'delete', 'flag', 'unread', 'compose', 'reply', 'go', 'help', 'back']) {
    expect(within(sheet).getAllByText(t(`command-${id}`)).length).toBeGreaterThan(0);
  }
  await key('Escape');
  await waitFor(() => expect(screen.queryByTestId('help-sheet')).toBeNull());
});
