//! Every command, once: its name, what it takes, what it answers, who handles it. Dispatch and the TypeScript
//! bindings both come from this table.

use crate::handler::{account, compose, copies, letter, mailbox, outbox, undo, vault};
use crate::wire::*;
use crate::{ApiError, Code};
use pli_engine::Engine;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ts_rs::{Config, TS};

macro_rules! contract {
    ($($(#[doc = $doc:literal])+ $name:ident($args:ty) -> $answer:ty = $handler:path;)*) => {
        /// Names of all commands.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

        /// Runs a command by name, JSON in and JSON out.
        pub async fn dispatch(engine: &Engine, name: &str, args: Value) -> Result<Value, ApiError> {
            match name {
                $(stringify!($name) => {
                    let answer: $answer = $handler(engine, decode::<$args>(args)?).await?;
                    encode(&answer)
                })*
                unknown => Err(ApiError::new(Code::InvalidInput, format!("there is no command {unknown}"))),
            }
        }

        /// The `Commands` interface of the bindings: one line a command, with its documentation.
        fn commands_interface(config: &Config) -> String {
            let mut text = String::from("export interface Commands {\n");
            $(
                $(text.push_str(&format!("  /**{} */\n", $doc));)+
                text.push_str(&format!(
                    "  {}: {{ args: {}; answer: {} }};\n",
                    stringify!($name), <$args as TS>::name(config), <$answer as TS>::name(config),
                ));
            )*
            text.push_str("}\n");
            text
        }
    };
}

contract! {
    /// Every account of this profile, in order.
    accounts_list(Nothing) -> Vec<Account> = account::list;
    /// The usual servers of an address, without asking the network: to fill a form.
    accounts_guess(ServersFor) -> Servers = account::guess;
    /// The servers of an address, asked of DNS and tried.
    accounts_find(ServersFor) -> Servers = account::find;
    /// Checks an account at both servers, then keeps it and starts its first sync. An error's `field` is `email`, `incoming`, `outgoing` or `password`.
    accounts_add(AccountAdd) -> Account = account::add;
    /// Checks a new password, then keeps it.
    accounts_sign_in(AccountSignIn) -> Account = account::sign_in;
    /// Removes an account and its letters from this computer. Nothing happens on the server.
    accounts_remove(AccountRemove) -> Nothing = account::remove;
    /// How an account's server is used, and what of the account is on this computer.
    account_details(AccountRef) -> AccountDetails = account::details;
    /// Changes which letters of an account are kept whole on this computer.
    account_keep(AccountKeep) -> Nothing = account::keep;
    /// Changes what a POP3 server keeps of letters that are here.
    account_leave(AccountLeave) -> Nothing = account::leave;
    /// Puts the letters of an IMAP account that are on this computer only onto its server, with flags and dates.
    account_upload(AccountRef) -> Nothing = account::upload;
    /// How many letters would exist nowhere any more without that. Whatever destroys takes the number a person has agreed to lose, and is refused with `last_copies` where it is more.
    last_copies(CopiesOf) -> LastCopies = copies::last;
    /// What reading an account by the other protocol would come to: signs in there and changes nothing. An error's `field` is `incoming` or `password`.
    account_mode_preview(AccountMode) -> ModeOutlook = account::preview_mode;
    /// Reads an account by the other protocol from now on. Its status tells how far it is. An error's `field` is `incoming` or `password`.
    account_mode_change(AccountMode) -> ModeOutlook = account::change_mode;
    /// Stops a change of protocol that is under way; what was fetched is kept.
    account_mode_stop(AccountRef) -> Nothing = account::stop_mode;
    /// Looks at the servers now.
    sync_now(SyncNow) -> Nothing = account::sync_now;
    /// Every mailbox of every account, in the order in which they are shown.
    mailboxes_list(Nothing) -> Vec<Mailbox> = mailbox::list;
    /// Makes a mailbox. An error's `field` is `mailbox`.
    mailbox_create(MailboxCreate) -> Mailbox = mailbox::create;
    /// Gives a mailbox another name. An error's `field` is `mailbox`.
    mailbox_rename(MailboxRename) -> Nothing = mailbox::rename;
    /// Deletes a mailbox; its letters go to the trash first.
    mailbox_remove(MailboxAct) -> Nothing = mailbox::remove;
    /// Subscribes to a mailbox at the server, or ends that.
    mailbox_subscribe(MailboxSubscribe) -> Nothing = mailbox::subscribe;
    /// Deletes every letter of the trash or the junk mailbox for good.
    mailbox_empty(MailboxEmpty) -> Nothing = mailbox::empty;
    /// Opens a view and watches it.
    view_open(View) -> ViewOpened = mailbox::open;
    /// Rows of an open view.
    view_window(WindowAsk) -> Window = mailbox::window;
    /// Stops watching a view.
    view_close(ViewRef) -> Nothing = mailbox::close;
    /// Opens a letter.
    letter_open(LetterRef) -> Letter = letter::open;
    /// Asks for a body that is not here; `letter_changed` tells when it has come.
    letter_fetch(LetterRef) -> Nothing = letter::fetch;
    /// Marks letters.
    letters_mark(LettersMark) -> Nothing = letter::mark;
    /// Moves letters to a mailbox of their account.
    letters_move(LettersMove) -> Nothing = letter::move_to;
    /// Moves letters to the trash, the archive or the junk mailbox of their account, or from junk to the inbox.
    letters_to(LettersTo) -> Nothing = letter::move_to_role;
    /// Sets or clears a keyword of letters.
    letters_keyword(LettersKeyword) -> Nothing = letter::keyword;
    /// Copies letters to a mailbox of their account.
    letters_copy(LettersCopy) -> Nothing = letter::copy_to;
    /// Deletes letters for good.
    letters_delete(LettersDelete) -> Nothing = letter::delete;
    /// Takes an act back.
    undo(Undo) -> Undone = undo::undo;
    /// Acts that can be taken back, newest first.
    undo_list(Nothing) -> Vec<UndoRow> = undo::list;
    /// Writes an attachment to a chosen file.
    attachment_save(AttachmentSave) -> FileWritten = letter::save_attachment;
    /// Writes an attachment to a temporary file of this profile, to be opened by another program.
    attachment_export(AttachmentRef) -> FileWritten = letter::export_attachment;
    /// Starts an answer: a draft that is not saved yet.
    compose_reply(ReplyTo) -> Draft = compose::reply;
    /// Starts a forwarded letter, with its attachments: a draft that is saved already.
    compose_forward(LetterRef) -> Draft = compose::forward;
    /// Saves a draft; answers it with its id.
    draft_save(Draft) -> Draft = compose::save;
    /// Every draft, newest first.
    drafts_list(Nothing) -> Vec<DraftRow> = compose::list;
    /// A draft to go on with.
    draft_open(DraftRef) -> Draft = compose::open;
    /// Throws a draft away.
    draft_remove(DraftRef) -> Nothing = compose::remove;
    /// Sends a draft. An error's `field` is `to` or `attachments`.
    draft_send(SendDraft) -> Queued = compose::send;
    /// Letters on their way out and lately sent, newest first.
    outbox_list(Nothing) -> Vec<OutboxRow> = outbox::list;
    /// Tries a letter again. One that may have been sent already is sent a second time: ask before.
    outbox_retry(OutboxRef) -> Nothing = outbox::retry;
    /// Takes a letter back that has not been sent; it becomes a draft again.
    outbox_cancel(OutboxRef) -> Draft = outbox::cancel;
    /// Whether passwords can be read.
    vault_status(Nothing) -> VaultStatus = vault::status;
    /// Opens the passphrase vault, or makes it.
    vault_unlock(VaultUnlock) -> VaultStatus = vault::unlock;
}

fn decode<T: DeserializeOwned>(args: Value) -> Result<T, ApiError> {
    // A command that takes nothing may be called with nothing.
    let args = if args.is_null() {
        Value::Object(serde_json::Map::new())
    } else {
        args
    };
    serde_json::from_value(args)
        .map_err(|error| ApiError::new(Code::InvalidInput, format!("the arguments do not fit: {error}")))
}

fn encode<T: Serialize>(answer: &T) -> Result<Value, ApiError> {
    serde_json::to_value(answer)
        .map_err(|error| ApiError::new(Code::Internal, format!("the answer could not be written: {error}")))
}

/// The TypeScript bindings of the whole contract: one module.
pub fn typescript() -> String {
    let config = Config::new().with_large_int("number");
    let mut text =
        String::from("// Made from the Rust crate pli-api by `cargo xtask bindings`. Not to be edited by hand.\n\n");
    macro_rules! types {
        ($($name:ty),* $(,)?) => {$(
            if let Some(docs) = <$name as TS>::docs() { text.push_str(&docs); }
            text.push_str(&format!("export {}\n\n", <$name as TS>::decl(&config)));
        )*};
    }
    types!(
        Nothing,
        Protocol,
        Security,
        Server,
        Account,
        AccountStatus,
        AccountState,
        ServersFor,
        Servers,
        AccountAdd,
        AccountSignIn,
        AccountRef,
        Keep,
        AccountKeep,
        LeaveOnServer,
        AccountLeave,
        AccountRemove,
        CopiesOf,
        LastCopies,
        AccountDetails,
        AccountMode,
        ModeOutlook,
        MailboxFate,
        Extension,
        ExtensionState,
        Quirk,
        SyncNow,
        Role,
        Mailbox,
        MailboxCreate,
        MailboxRename,
        MailboxAct,
        MailboxEmpty,
        MailboxSubscribe,
        View,
        ViewOpened,
        WindowAsk,
        Window,
        ViewRef,
        Person,
        LetterRow,
        Attachment,
        Letter,
        LetterRef,
        LettersMark,
        LettersMove,
        LettersTo,
        LettersKeyword,
        LettersCopy,
        LettersDelete,
        Undo,
        Undone,
        Act,
        UndoRow,
        AttachmentSave,
        AttachmentRef,
        FileWritten,
        Draft,
        DraftAttachment,
        DraftRow,
        DraftRef,
        ReplyTo,
        SendDraft,
        Queued,
        OutboxState,
        Verdict,
        OutboxRow,
        OutboxRef,
        VaultState,
        VaultStatus,
        VaultUnlock,
        Event,
        Code,
        ApiError,
    );
    text.push_str(&commands_interface(&config));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bindings that the screen is built with are those of this contract.
    #[test]
    fn committed_bindings_are_up_to_date() {
        let committed = include_str!("../../../../ui/src/ipc/bindings.ts").replace("\r\n", "\n");
        assert!(
            committed == typescript(),
            "ui/src/ipc/bindings.ts is out of date: run `cargo xtask bindings`"
        );
    }
}
