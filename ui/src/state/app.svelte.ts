// The whole screen without its pixels: every view model, where the person is, and what events do.
import { t } from '../i18n/text';
import { call, failureOf, subscribe } from '../ipc/call';
import type { AccountStatus, ApiError, Event } from '../ipc/bindings';
import { Toasts } from '../shared/toasts.svelte';
import { Accounts } from './accounts.svelte';
import { Acts } from './acts';
import { Desk } from './desk.svelte';
import { Drafts } from './drafts.svelte';
import type { LeaveQuestion } from './leave-choice.svelte';
import { LetterList } from './letter-list.svelte';
import { MailboxActs } from './mailbox-acts';
import { Mailboxes } from './mailboxes.svelte';
import { Outbox } from './outbox.svelte';
import { ALL_INBOXES, samePlace } from './place';
import type { Place } from './place';
import { problemOf } from './problem';
import { Reader } from './reader.svelte';
import { Selection } from './selection.svelte';
import { Undo } from './undo';
import { Vault } from './vault.svelte';

/** Where a menu opens, in pixels of the window; null: at what it belongs to. */
export type At = { x: number; y: number } | null;

/** A menu: what lies over the window and lets commands through. */
export type Menu =
  | { kind: 'mailbox-menu'; mailbox: number; at: At }
  | { kind: 'account-menu'; account: number; at: At }
  | { kind: 'letter-menu'; at: At };

/** A menu, sheet or dialog that lies over the window. */
export type Overlay =
  | Menu
  | { kind: 'help' }
  | { kind: 'go' }
  | { kind: 'move' }
  | { kind: 'copy' }
  | { kind: 'delete-for-good'; ids: number[] }
  | { kind: 'new-mailbox'; account: number; parent: number | null }
  | { kind: 'rename-mailbox'; mailbox: number }
  | { kind: 'remove-mailbox'; mailbox: number }
  | { kind: 'empty-mailbox'; mailbox: number }
  | { kind: 'add-account' }
  | { kind: 'sign-in'; account: number }
  | { kind: 'change-mode'; account: number }
  | { kind: 'remove-account'; account: number }
  | { kind: 'leave'; account: number; question: LeaveQuestion }
  | { kind: 'upload'; account: number; letters: number }
  | { kind: 'discard' }
  | { kind: 'retry'; outbox: number };

/** How many panes fit: three, two with the mailboxes sliding in, or one. */
export type Panes = 3 | 2 | 1;

/** A moment between two letters under a held key, in milliseconds: what flies past is not opened. */
const FLY_PAST = 60;

export class App {
  stage = $state<'starting' | 'vault' | 'welcome' | 'main' | 'failed'>('starting');
  failure = $state.raw<ApiError | null>(null);
  place = $state.raw<Place>(ALL_INBOXES);
  overlay = $state.raw<Overlay | null>(null);
  panes = $state<Panes>(3);
  /** With one pane: whether it shows the letter. */
  inLetter = $state(false);
  /** With fewer than three panes: whether the mailboxes have slid in. */
  drawer = $state(false);

  readonly toasts = new Toasts();
  readonly accounts = new Accounts();
  readonly mailboxes = new Mailboxes();
  readonly list = new LetterList();
  readonly selection = new Selection(this.list);
  readonly reader = new Reader();
  readonly drafts = new Drafts();
  readonly outbox = new Outbox();
  readonly vault = new Vault();
  readonly undo = new Undo(this.toasts);
  readonly acts = new Acts(this.undo);
  readonly mailboxActs = new MailboxActs(this.toasts, this.undo);
  readonly desk = new Desk(this.toasts, {
    sent: () => {
      this.reload(this.outbox, this.drafts);
      if (this.panes === 1 && this.reader.id === null) this.inLetter = false;
    },
    changed: () => this.reload(this.drafts),
  });

  private flyPast: ReturnType<typeof setTimeout> | undefined;
  private starting: Promise<void> | null = null;
  private subscribed = false;
  private withoutVault = false;

  constructor() {
    this.selection.onchoose = (id) => this.chosen(id);
  }

  /** Reads what there is and shows it. Also after the vault was opened, and on "try again". */
  start(): Promise<void> {
    this.starting ??= this.begin().finally(() => (this.starting = null));
    return this.starting;
  }

  private async begin(): Promise<void> {
    this.failure = null;
    try {
      // Events first: what happens while the lists are read must not be missed.
      if (!this.subscribed) {
        await subscribe((event) => this.heard(event));
        this.subscribed = true;
      }
      await Promise.all([this.vault.load(), this.accounts.load()]);
      if (this.vault.state !== 'open' && !this.withoutVault) {
        this.stage = 'vault';
        return;
      }
      await Promise.all([this.mailboxes.load(), this.outbox.load(), this.drafts.load()]);
      if (this.accounts.list.length === 0) {
        this.stage = 'welcome';
        return;
      }
      this.stage = 'main';
      await this.show();
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.stage = 'failed';
    }
  }

  /** Goes on with the vault closed: what is on this computer can be read. */
  async startWithoutVault(): Promise<void> {
    this.withoutVault = true;
    await this.start();
  }

  /** An account was added. */
  async accountAdded(): Promise<void> {
    this.overlay = null;
    if (this.stage === 'welcome') await this.start();
    else {
      this.reload(this.accounts, this.mailboxes);
      this.toasts.say(t('account-added'));
    }
  }

  /** Goes to another place. */
  async go(place: Place): Promise<void> {
    this.drawer = false;
    this.overlay = null;
    if (!(await this.desk.leave())) return;
    this.inLetter = false;
    if (samePlace(place, this.place) && place.kind === 'letters' && !this.list.failure) return;
    this.place = place;
    await this.show();
  }

  /** Opens the letter under the cursor and shows it. */
  async openChosen(): Promise<void> {
    const { id } = this.selection;
    if (this.selection.index < 0) await this.selection.choose(0);
    else if (id !== null) await this.openLetter(id);
    if (this.reader.id !== null) this.inLetter = true;
  }

  /** Starts a new letter. */
  async compose(): Promise<void> {
    const account = this.writingAccount();
    if (account === undefined) return;
    await this.desk.compose(account);
    this.inLetter = true;
  }

  /** Whether commands are heard: nothing but a menu lies over the window. */
  get listens(): boolean {
    return this.stage === 'main' && (this.overlay === null || this.menu !== null);
  }

  /** The menu that is open. */
  get menu(): Menu | null {
    const { overlay } = this;
    const open =
      overlay?.kind === 'mailbox-menu' || overlay?.kind === 'account-menu' || overlay?.kind === 'letter-menu';
    return open ? overlay : null;
  }

  /** Closes the menu, unless what was chosen in it has already put something else in its place. */
  closeMenu(): void {
    if (this.menu) this.overlay = null;
  }

  /** Letters that an act is about: the selected ones, else the open one. */
  targets(): number[] {
    if (this.place.kind !== 'letters' || this.desk.composer) return [];
    if (this.selection.ids.size > 0) return [...this.selection.ids];
    return this.reader.id === null ? [] : [this.reader.id];
  }

  /** Does something that takes the selected letters out of the list, and goes on to the next one. */
  async takeAway(act: (ids: number[]) => Promise<void>): Promise<void> {
    const ids = this.targets();
    if (ids.length === 0) return;
    await this.goOn(this.successor());
    await act(ids);
  }

  /** The same for an act that may be refused: where it rejects, the letters stay chosen. */
  async takeAwayOnceDone(act: () => Promise<void>): Promise<void> {
    const next = this.successor();
    const id = next === null ? undefined : this.list.row(next)?.id;
    await act();
    // The list may have changed already: the letter counts, not its row.
    await this.goOn(id === undefined ? null : this.list.indexOf(id));
  }

  /** Escape: closes what lies on top. */
  async back(): Promise<void> {
    if (this.overlay) this.overlay = null;
    else if (this.drawer) this.drawer = false;
    else if (this.desk.composer) {
      if ((await this.desk.leave()) && this.panes === 1 && this.reader.id === null) this.inLetter = false;
    } else if (this.panes === 1 && this.inLetter) this.inLetter = false;
    else if (this.selection.ids.size > 1) await this.selection.choose(this.selection.index);
  }

  /** The row to go on with when the selected letters leave the list; null when there is none. */
  private successor(): number | null {
    return this.place.kind === 'letters' && this.place.view.kind !== 'flagged' ? this.selection.successor() : null;
  }

  private async goOn(next: number | null): Promise<void> {
    if (next !== null) return this.selection.choose(next);
    this.selection.clear();
    this.reader.close();
    this.inLetter = false;
  }

  private async show(): Promise<void> {
    this.selection.clear();
    this.reader.close();
    if (this.place.kind === 'letters') await this.list.open(this.place.view);
  }

  private chosen(id: number): void {
    clearTimeout(this.flyPast);
    // With one pane the letter is not in sight; it is opened when it is asked for.
    if (this.panes === 1 && !this.inLetter) return;
    const open = () => void this.openLetter(id);
    if (this.reader.id === null) open();
    else this.flyPast = setTimeout(open, FLY_PAST);
  }

  private async openLetter(id: number): Promise<void> {
    clearTimeout(this.flyPast);
    if (await this.desk.leave()) await this.reader.open(id);
  }

  /** The account to write from: that of the mailbox in sight, else of the open letter, else the first. */
  private writingAccount(): number | undefined {
    const { place } = this;
    const mailbox = place.kind === 'letters' && place.view.kind === 'mailbox' ? place.view.mailbox : null;
    const here = mailbox === null ? undefined : this.mailboxes.get(mailbox)?.account;
    return here ?? this.reader.letter?.row.account ?? this.accounts.list[0]?.id;
  }

  private reload(...models: { load(): Promise<void> }[]): void {
    for (const model of models) {
      model.load().catch((thrown: unknown) => this.toasts.error(problemOf(thrown)));
    }
  }

  private heard(event: Event): void {
    switch (event.event) {
      case 'view_changed':
        return this.list.changed(event.view, event.version);
      case 'accounts_changed':
        return void this.accountsChanged();
      case 'mailboxes_changed':
        return void this.mailboxesChanged();
      case 'outbox_changed':
        return this.reload(this.outbox);
      case 'drafts_changed':
        return this.reload(this.drafts);
      case 'status':
        return this.statusChanged(event.account, event.status);
      case 'letter_changed':
        return void this.reader.changed(event.id);
      case 'notice':
        return void this.toasts.error(event.message);
      case 'new_letters':
        return;
      case 'read_again':
        return void this.readAgain();
    }
  }

  private async accountsChanged(): Promise<void> {
    const before = this.accounts.list.length;
    await this.accounts.load().catch((thrown: unknown) => this.toasts.error(problemOf(thrown)));
    if (this.stage === 'main' && this.accounts.list.length === 0) this.stage = 'welcome';
    else if (this.stage === 'welcome' && before === 0 && this.accounts.list.length > 0) await this.start();
    else await this.mailboxesChanged();
  }

  /** The place may have gone with its mailbox. */
  private async mailboxesChanged(): Promise<void> {
    await this.mailboxes.load().catch((thrown: unknown) => this.toasts.error(problemOf(thrown)));
    if (this.place.kind !== 'letters' || this.place.view.kind !== 'mailbox') return;
    if (this.stage === 'main' && !this.mailboxes.get(this.place.view.mailbox)) await this.go(ALL_INBOXES);
  }

  private statusChanged(account: number, status: AccountStatus): void {
    const before = this.accounts.get(account)?.status.state;
    this.accounts.status(account, status);
    // A letter that lies open and could not be fetched is asked for again once its server answers.
    if (before !== status.state && (status.state === 'idle' || status.state === 'syncing'))
      void this.reader.serverAnswers(account);
  }

  private async readAgain(): Promise<void> {
    if (this.stage !== 'main') return this.start();
    this.reload(this.accounts, this.mailboxes, this.outbox, this.drafts);
    if (this.reader.id !== null) await this.reader.changed(this.reader.id);
    if (this.place.kind === 'letters') await this.list.again();
  }

  /** Looks at the servers now. */
  async sync(account: number | null): Promise<void> {
    await call('sync_now', { account }).catch((thrown: unknown) => this.toasts.error(problemOf(thrown)));
  }
}
