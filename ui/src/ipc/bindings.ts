// Made from the Rust crate pli-api by `cargo xtask bindings`. Not to be edited by hand.

/**
 * A command that takes nothing.
 */
export type Nothing = Record<symbol, never>;

/**
 * How an account's mail is read.
 */
export type Protocol = "imap" | "pop3";

/**
 * How a connection is kept private. There is no word for plain text: it is understood only for loopback.
 */
export type Security = "tls" | "starttls" | "plain";

/**
 * A server.
 */
export type Server = { host: string, port: number, security: Security, };

/**
 * An account of this profile.
 */
export type Account = { id: number, email: string, name: string, mode: Protocol, incoming: Server, outgoing: Server, user: string, status: AccountStatus, };

/**
 * What an account is doing at this moment.
 */
export type AccountStatus = { state: AccountState, 
/**
 * One sentence for a person when something is wrong; empty otherwise.
 */
message: string, 
/**
 * The class of what is wrong.
 */
problem: Code | null, 
/**
 * Letters done and to do in the running sync; both 0 when there is nothing to count.
 */
done: number, total: number, 
/**
 * Operations that wait for the server.
 */
waiting: number, 
/**
 * Last good sync.
 */
synced_at: string | null, };

/**
 * The states that an account's line at the foot of the sidebar can show.
 */
export type AccountState = "idle" | "checking" | "syncing" | "offline" | "sign_in_needed" | "failed";

/**
 * Asks for the usual servers of an address.
 */
export type ServersFor = { email: string, mode: Protocol, };

/**
 * The servers of an address.
 */
export type Servers = { incoming: Server, outgoing: Server, user: string, 
/**
 * Whether both were reached and answered with a trusted certificate; false for a guess.
 */
verified: boolean, 
/**
 * Only DNS, which can be forged, names a server outside of the address's own domain: the person is to confirm
 * the host names before signing in.
 */
needs_consent: boolean, };

/**
 * A new account. It is checked at both servers before anything is kept.
 */
export type AccountAdd = { email: string, name: string, mode: Protocol, incoming: Server, outgoing: Server, user: string, password: string, };

/**
 * A new password for an account that asks to be signed in again.
 */
export type AccountSignIn = { account: number, password: string, };

/**
 * Names an account.
 */
export type AccountRef = { account: number, };

/**
 * Which letters of an account are kept whole on this computer. Headers always are.
 */
export type Keep = { "kind": "everything" } | { "kind": "months", months: number, } | { "kind": "headers" };

/**
 * Changes what is kept of an account.
 */
export type AccountKeep = { account: number, keep: Keep, };

/**
 * What a POP3 server keeps of letters that are on this computer.
 */
export type LeaveOnServer = { "kind": "everything" } | { "kind": "days", days: number, } | { "kind": "until_deleted" } | { "kind": "nothing" };

/**
 * Changes what a POP3 server keeps.
 */
export type AccountLeave = { account: number, leave: LeaveOnServer, 
/**
 * How many last copies the person has agreed to lose.
 */
agreed: number, };

/**
 * Removes an account.
 */
export type AccountRemove = { account: number, 
/**
 * How many last copies the person has agreed to lose.
 */
agreed: number, };

/**
 * What somebody wants to destroy.
 */
export type CopiesOf = { "kind": "letters", ids: Array<number>, } | { "kind": "mailbox", mailbox: number, } | { "kind": "account", account: number, } | { "kind": "leave", account: number, leave: LeaveOnServer, };

/**
 * What would be gone for good.
 */
export type LastCopies = { 
/**
 * Letters that would exist nowhere any more, as far as is known: what a person must agree to.
 */
letters: number, 
/**
 * Drafts and unsent letters that would go with an account.
 */
unsent: number, };

/**
 * How Pli works with an account's server, and what of it is on this computer.
 */
export type AccountDetails = { 
/**
 * Name and version by the server's own word; empty when it does not tell.
 */
software: string, extensions: Array<Extension>, 
/**
 * Where the server was found wrong.
 */
quirks: Array<Quirk>, keep: Keep, bodies_here: number, bodies_missing: number, missing_octets: number, 
/**
 * What a POP3 server keeps.
 */
leave: LeaveOnServer, 
/**
 * Letters that are on this computer only.
 */
only_here: number, 
/**
 * Those of them that can be put on the IMAP server.
 */
uploadable: number, };

/**
 * What an account is to be.
 */
export type AccountMode = { account: number, mode: Protocol, 
/**
 * The server of that protocol.
 */
incoming: Server, 
/**
 * The password there; the one that is kept where it is empty.
 */
password: string, };

/**
 * What a change of protocol comes to.
 */
export type ModeOutlook = { 
/**
 * Letters that are here and at the server.
 */
both: number, 
/**
 * Letters that are on this computer only.
 */
only_here: number, 
/**
 * Letters that are at the server only.
 */
only_there: number, 
/**
 * Octets to be fetched; `null` where the server does not tell before.
 */
bytes: number | null, 
/**
 * Changes that go to the server before.
 */
waiting: number, 
/**
 * The account's mailboxes, in the order in which they are shown.
 */
mailboxes: Array<MailboxFate>, };

/**
 * What becomes of a mailbox.
 */
export type MailboxFate = { path: string, 
/**
 * Letters in it here.
 */
letters: number, 
/**
 * Whether it is at the server afterwards; else it is a mailbox of this computer.
 */
at_server: boolean, };

/**
 * An extension of the protocol.
 */
export type Extension = { 
/**
 * The capability's name.
 */
name: string, state: ExtensionState, };

/**
 * Whether an extension is used.
 */
export type ExtensionState = "in_use" | "offered" | "distrusted" | "missing";

/**
 * Something that a server does wrong.
 */
export type Quirk = { 
/**
 * The extension that is concerned.
 */
name: string, 
/**
 * What happened, in one sentence.
 */
detail: string, since: string, };

/**
 * Asks for a sync; of every account when none is named.
 */
export type SyncNow = { account: number | null, };

/**
 * What a mailbox is for.
 */
export type Role = "inbox" | "drafts" | "sent" | "archive" | "all" | "junk" | "trash" | "other";

/**
 * A mailbox of an account.
 */
export type Mailbox = { id: number, account: number, 
/**
 * Full path, levels separated by `/` whatever the server's delimiter is.
 */
path: string, 
/**
 * Last level of the path.
 */
name: string, 
/**
 * Levels above it.
 */
depth: number, role: Role, 
/**
 * Only on this computer.
 */
local: boolean, selectable: boolean, 
/**
 * Whether it is subscribed to at the server.
 */
subscribed: boolean, total: number, unread: number, };

/**
 * Makes a mailbox, inside another one or at the top.
 */
export type MailboxCreate = { command: string, account: number, parent: number | null, 
/**
 * One level of the path.
 */
name: string, };

/**
 * Gives a mailbox another name at its place.
 */
export type MailboxRename = { command: string, mailbox: number, 
/**
 * One level of the path.
 */
name: string, };

/**
 * An act on a mailbox.
 */
export type MailboxAct = { command: string, mailbox: number, };

/**
 * Deletes every letter of a mailbox for good.
 */
export type MailboxEmpty = { command: string, mailbox: number, 
/**
 * How many last copies the person has agreed to lose.
 */
agreed: number, };

/**
 * Subscribes to a mailbox, or ends that.
 */
export type MailboxSubscribe = { mailbox: number, subscribed: boolean, };

/**
 * Which letters to look at.
 */
export type View = { "kind": "mailbox", mailbox: number, } | { "kind": "role", role: Role, } | { "kind": "flagged" };

/**
 * A view that is being watched: `view_changed` events carry its id until it is closed.
 */
export type ViewOpened = { view: number, version: number, total: number, };

/**
 * Asks for a window of an open view.
 */
export type WindowAsk = { view: number, 
/**
 * First row, 0 is the newest letter.
 */
offset: number, 
/**
 * Number of rows, at most 200.
 */
limit: number, 
/**
 * A letter whose present row number is wanted too (selection, scroll anchor).
 */
anchor: number | null, };

/**
 * A window of an open view.
 */
export type Window = { version: number, total: number, offset: number, rows: Array<LetterRow>, 
/**
 * Row number of the anchor; null when it is not in the view any more.
 */
anchor_index: number | null, };

/**
 * Names an open view.
 */
export type ViewRef = { view: number, };

/**
 * A person or list.
 */
export type Person = { 
/**
 * Display name; empty when there is none.
 */
name: string, email: string, };

/**
 * A letter in a list.
 */
export type LetterRow = { id: number, account: number, 
/**
 * Mailbox id.
 */
mailbox: number, subject: string, from: Person, to: Array<Person>, 
/**
 * First words of the text; empty until the body is here.
 */
snippet: string, 
/**
 * When it was received, the order of the list.
 */
date: string, seen: boolean, flagged: boolean, answered: boolean, draft: boolean, has_attachments: boolean, 
/**
 * Octets.
 */
size: number, message_id: string, 
/**
 * Keywords, sorted.
 */
keywords: Array<string>, 
/**
 * Letters of one conversation share it.
 */
thread: number, 
/**
 * Whether the whole letter is on this computer.
 */
complete: boolean, 
/**
 * Whether it is on this computer only, as far as is known.
 */
only_here: boolean, };

/**
 * An attachment.
 */
export type Attachment = { 
/**
 * Its number within the letter.
 */
part: number, 
/**
 * A name safe for any file system.
 */
name: string, mime_type: string, 
/**
 * Octets, decoded.
 */
size: number, 
/**
 * Shown inside the letter (a picture of its HTML).
 */
inline: boolean, };

/**
 * A letter, opened. Its text is shown as a page of its own: see the face's `letter` scheme.
 */
export type Letter = { row: LetterRow, cc: Array<Person>, bcc: Array<Person>, reply_to: Array<Person>, 
/**
 * When its writer says it was written; null when the letter does not tell.
 */
written: string | null, attachments: Array<Attachment>, 
/**
 * Plain text of the letter.
 */
text: string, 
/**
 * Whether the page is made from HTML.
 */
has_html: boolean, 
/**
 * Pictures and other remote things that were not fetched.
 */
remote_blocked: number, 
/**
 * How many of them are trackers.
 */
trackers_blocked: number, };

/**
 * Names a letter.
 */
export type LetterRef = { id: number, };

/**
 * Sets and clears marks. `null` leaves a mark as it is.
 */
export type LettersMark = { 
/**
 * Made by the face for each act: said twice, done once.
 */
command: string, ids: Array<number>, seen: boolean | null, flagged: boolean | null, };

/**
 * Moves letters to a mailbox of their account.
 */
export type LettersMove = { command: string, ids: Array<number>, mailbox: number, };

/**
 * Moves letters to the trash of their account, or to another mailbox by role.
 */
export type LettersTo = { command: string, ids: Array<number>, 
/**
 * `trash`, `archive`, `junk` (which marks them so), or `inbox` (which says that they are no junk).
 */
role: Role, };

/**
 * Sets or clears a keyword of letters.
 */
export type LettersKeyword = { command: string, ids: Array<number>, keyword: string, on: boolean, };

/**
 * Copies letters to a mailbox of their account.
 */
export type LettersCopy = { command: string, ids: Array<number>, mailbox: number, };

/**
 * Deletes letters for good.
 */
export type LettersDelete = { command: string, ids: Array<number>, 
/**
 * How many last copies the person has agreed to lose.
 */
agreed: number, };

/**
 * Takes an act back.
 */
export type Undo = { 
/**
 * The act.
 */
command: string, 
/**
 * Made by the face for this taking back: said twice, done once.
 */
as: string, };

/**
 * What was taken back.
 */
export type Undone = { 
/**
 * Letters that are as they were.
 */
letters: number, 
/**
 * Letters that cannot be brought back: they are gone from the server and were not whole on this computer.
 */
lost: number, };

/**
 * Kinds of acts.
 */
export type Act = "mark" | "move" | "copy" | "delete" | "mailbox";

/**
 * An act that can be taken back.
 */
export type UndoRow = { command: string, what: Act, letters: number, at: string, };

/**
 * Writes an attachment into a file.
 */
export type AttachmentSave = { id: number, part: number, 
/**
 * Absolute path; an existing file is replaced.
 */
path: string, };

/**
 * Names an attachment.
 */
export type AttachmentRef = { id: number, part: number, };

/**
 * A file that was written.
 */
export type FileWritten = { path: string, };

/**
 * A draft. Recipients are text as typed, one entry each.
 */
export type Draft = { 
/**
 * Null before it was saved for the first time.
 */
id: number | null, account: number, to: Array<string>, cc: Array<string>, bcc: Array<string>, subject: string, text: string, in_reply_to: string, references: Array<string>, attachments: Array<DraftAttachment>, };

/**
 * A file that goes with a draft.
 */
export type DraftAttachment = { name: string, mime_type: string, 
/**
 * Octets.
 */
size: number, 
/**
 * A file on this computer; null for one that the draft holds itself (a forwarded one).
 */
path: string | null, 
/**
 * Number among the draft's own attachments; null for a file.
 */
held: number | null, };

/**
 * A draft in the list of drafts.
 */
export type DraftRow = { id: number, account: number, to: Array<string>, subject: string, snippet: string, saved_at: string, };

/**
 * Names a draft.
 */
export type DraftRef = { id: number, };

/**
 * Starts an answer.
 */
export type ReplyTo = { id: number, 
/**
 * To everyone who got the letter.
 */
all: boolean, 
/**
 * The line above the quoted text, in the writer's language, such as "On 3 May, Bob wrote:".
 */
quote_line: string, };

/**
 * Sends a draft: it goes to the outbox and is no draft any more.
 */
export type SendDraft = { 
/**
 * Made by the face for each act: said twice, sent once.
 */
command: string, id: number, 
/**
 * Minutes east of UTC, for the letter's Date.
 */
utc_offset: number, };

/**
 * A letter in the outbox.
 */
export type Queued = { outbox: number, };

/**
 * Where an outgoing letter stands.
 */
export type OutboxState = "queued" | "sending" | "committing" | "unknown" | "sent" | "failed" | "cancelled";

/**
 * What the server said about one recipient.
 */
export type Verdict = { email: string, accepted: boolean, code: number, text: string, };

/**
 * A letter in the outbox.
 */
export type OutboxRow = { id: number, account: number, subject: string, message_id: string, state: OutboxState, recipients: Array<Verdict>, 
/**
 * The server's last words, or what went wrong.
 */
reply: string, attempts: number, created: string, 
/**
 * When it is tried next; null when it is not.
 */
next_at: string | null, 
/**
 * Whether the copy is in the Sent mailbox.
 */
filed: boolean, };

/**
 * Names a letter in the outbox.
 */
export type OutboxRef = { id: number, };

/**
 * Whether passwords can be read.
 */
export type VaultState = "open" | "locked" | "passphrase_needed" | "keychain_unavailable";

/**
 * The vault, to be shown.
 */
export type VaultStatus = { state: VaultState, 
/**
 * One sentence for a person; empty when it is open.
 */
message: string, };

/**
 * Opens the passphrase vault, or makes it with this passphrase.
 */
export type VaultUnlock = { passphrase: string, };

/**
 * An event.
 */
export type Event = { "event": "view_changed", view: number, version: number, total: number, } | { "event": "accounts_changed" } | { "event": "mailboxes_changed" } | { "event": "outbox_changed" } | { "event": "drafts_changed" } | { "event": "status", account: number, status: AccountStatus, } | { "event": "letter_changed", id: number, } | { "event": "new_letters", account: number, count: number, newest: LetterRow, } | { "event": "notice", account: number | null, message: string, } | { "event": "read_again" };

/**
 * A code exists where a face acts on it; the screen never matches on text.
 */
export type Code = "invalid_input" | "not_found" | "already_there" | "host_not_found" | "unreachable" | "timeout" | "disconnected" | "certificate_not_trusted" | "no_tls" | "tampered" | "sign_in_refused" | "too_many_connections" | "server_refused" | "not_this_protocol" | "vault_locked" | "wrong_passphrase" | "vault_unavailable" | "profile_busy" | "profile_too_new" | "last_copies" | "storage" | "internal";

/**
 * A failed command: a code to act upon, a sentence to show.
 */
export type ApiError = { 
/**
 * What to act upon.
 */
code: Code, 
/**
 * What happened and what to do, one or two sentences. Never holds a secret.
 */
message: string, 
/**
 * Whether the same command may succeed later without a change.
 */
retryable: boolean, 
/**
 * The argument at fault: `email`, `password`, `incoming`, `outgoing`, `to` ...
 */
field: string | null, 
/**
 * Of `last_copies`: how many letters would exist nowhere any more.
 */
count: number | null, };

export interface Commands {
  /** Every account of this profile, in order. */
  accounts_list: { args: Nothing; answer: Array<Account> };
  /** The usual servers of an address, without asking the network: to fill a form. */
  accounts_guess: { args: ServersFor; answer: Servers };
  /** The servers of an address, asked of DNS and tried. */
  accounts_find: { args: ServersFor; answer: Servers };
  /** Checks an account at both servers, then keeps it and starts its first sync. An error's `field` is `email`, `incoming`, `outgoing` or `password`. */
  accounts_add: { args: AccountAdd; answer: Account };
  /** Checks a new password, then keeps it. */
  accounts_sign_in: { args: AccountSignIn; answer: Account };
  /** Removes an account and its letters from this computer. Nothing happens on the server. */
  accounts_remove: { args: AccountRemove; answer: Nothing };
  /** How an account's server is used, and what of the account is on this computer. */
  account_details: { args: AccountRef; answer: AccountDetails };
  /** Changes which letters of an account are kept whole on this computer. */
  account_keep: { args: AccountKeep; answer: Nothing };
  /** Changes what a POP3 server keeps of letters that are here. */
  account_leave: { args: AccountLeave; answer: Nothing };
  /** Puts the letters of an IMAP account that are on this computer only onto its server, with flags and dates. */
  account_upload: { args: AccountRef; answer: Nothing };
  /** How many letters would exist nowhere any more without that. Whatever destroys takes the number a person has agreed to lose, and is refused with `last_copies` where it is more. */
  last_copies: { args: CopiesOf; answer: LastCopies };
  /** What reading an account by the other protocol would come to: signs in there and changes nothing. An error's `field` is `incoming` or `password`. */
  account_mode_preview: { args: AccountMode; answer: ModeOutlook };
  /** Reads an account by the other protocol from now on. Its status tells how far it is. An error's `field` is `incoming` or `password`. */
  account_mode_change: { args: AccountMode; answer: ModeOutlook };
  /** Stops a change of protocol that is under way; what was fetched is kept. */
  account_mode_stop: { args: AccountRef; answer: Nothing };
  /** Looks at the servers now. */
  sync_now: { args: SyncNow; answer: Nothing };
  /** Every mailbox of every account, in the order in which they are shown. */
  mailboxes_list: { args: Nothing; answer: Array<Mailbox> };
  /** Makes a mailbox. An error's `field` is `mailbox`. */
  mailbox_create: { args: MailboxCreate; answer: Mailbox };
  /** Gives a mailbox another name. An error's `field` is `mailbox`. */
  mailbox_rename: { args: MailboxRename; answer: Nothing };
  /** Deletes a mailbox; its letters go to the trash first. */
  mailbox_remove: { args: MailboxAct; answer: Nothing };
  /** Subscribes to a mailbox at the server, or ends that. */
  mailbox_subscribe: { args: MailboxSubscribe; answer: Nothing };
  /** Deletes every letter of the trash or the junk mailbox for good. */
  mailbox_empty: { args: MailboxEmpty; answer: Nothing };
  /** Opens a view and watches it. */
  view_open: { args: View; answer: ViewOpened };
  /** Rows of an open view. */
  view_window: { args: WindowAsk; answer: Window };
  /** Stops watching a view. */
  view_close: { args: ViewRef; answer: Nothing };
  /** Opens a letter. */
  letter_open: { args: LetterRef; answer: Letter };
  /** Asks for a body that is not here; `letter_changed` tells when it has come. */
  letter_fetch: { args: LetterRef; answer: Nothing };
  /** Marks letters. */
  letters_mark: { args: LettersMark; answer: Nothing };
  /** Moves letters to a mailbox of their account. */
  letters_move: { args: LettersMove; answer: Nothing };
  /** Moves letters to the trash, the archive or the junk mailbox of their account, or from junk to the inbox. */
  letters_to: { args: LettersTo; answer: Nothing };
  /** Sets or clears a keyword of letters. */
  letters_keyword: { args: LettersKeyword; answer: Nothing };
  /** Copies letters to a mailbox of their account. */
  letters_copy: { args: LettersCopy; answer: Nothing };
  /** Deletes letters for good. */
  letters_delete: { args: LettersDelete; answer: Nothing };
  /** Takes an act back. */
  undo: { args: Undo; answer: Undone };
  /** Acts that can be taken back, newest first. */
  undo_list: { args: Nothing; answer: Array<UndoRow> };
  /** Writes an attachment to a chosen file. */
  attachment_save: { args: AttachmentSave; answer: FileWritten };
  /** Writes an attachment to a temporary file of this profile, to be opened by another program. */
  attachment_export: { args: AttachmentRef; answer: FileWritten };
  /** Starts an answer: a draft that is not saved yet. */
  compose_reply: { args: ReplyTo; answer: Draft };
  /** Starts a forwarded letter, with its attachments: a draft that is saved already. */
  compose_forward: { args: LetterRef; answer: Draft };
  /** Saves a draft; answers it with its id. */
  draft_save: { args: Draft; answer: Draft };
  /** Every draft, newest first. */
  drafts_list: { args: Nothing; answer: Array<DraftRow> };
  /** A draft to go on with. */
  draft_open: { args: DraftRef; answer: Draft };
  /** Throws a draft away. */
  draft_remove: { args: DraftRef; answer: Nothing };
  /** Sends a draft. An error's `field` is `to` or `attachments`. */
  draft_send: { args: SendDraft; answer: Queued };
  /** Letters on their way out and lately sent, newest first. */
  outbox_list: { args: Nothing; answer: Array<OutboxRow> };
  /** Tries a letter again. One that may have been sent already is sent a second time: ask before. */
  outbox_retry: { args: OutboxRef; answer: Nothing };
  /** Takes a letter back that has not been sent; it becomes a draft again. */
  outbox_cancel: { args: OutboxRef; answer: Draft };
  /** Whether passwords can be read. */
  vault_status: { args: Nothing; answer: VaultStatus };
  /** Opens the passphrase vault, or makes it. */
  vault_unlock: { args: VaultUnlock; answer: VaultStatus };
}
