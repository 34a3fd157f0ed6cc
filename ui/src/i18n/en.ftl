# Every visible sentence of Pli, in English. Ids are words of the screen, not of the sentence.

## Places
place-all-inboxes = All inboxes
place-flagged = Flagged
place-drafts = Drafts
place-outbox = Outbox
place-accounts = Accounts
mailboxes = Mailboxes
close-mailboxes = Close the mailboxes
role-inbox = Inbox
role-drafts = Drafts
role-sent = Sent
role-archive = Archive
role-all = All mail
role-junk = Junk
role-trash = Trash
unread-count = { $number } unread
letters = Letters

more-about = More about { $name }
mailbox-name = Name
new-mailbox-title = New mailbox at { $account }
new-mailbox-inside-title = New mailbox inside { $name }
make-mailbox = Make
rename-mailbox-title = Rename { $name }
rename-mailbox = Rename
remove-mailbox-title = Delete { $name }?
remove-mailbox-text =
    { $count ->
        [0] There is no letter in it.
        [one] Its letter goes to the trash.
       *[other] Its { $number } letters go to the trash.
    }
remove-mailbox = Delete
mailbox-deleted = { $name } was deleted.
mailbox-subscribed = { $name } is subscribed to.
mailbox-unsubscribed = { $name } is not subscribed to any more.
empty-trash-title = Empty the trash of { $account }?
empty-junk-title = Empty the junk mailbox of { $account }?
empty-mailbox-imap =
    { $count ->
        [one] One letter is deleted for good, on the server too.
       *[other] { $number } letters are deleted for good, on the server too.
    }
empty-mailbox-pop3 =
    { $count ->
        [one] One letter is deleted for good. What becomes of a copy on the server is set in the account’s details.
       *[other] { $number } letters are deleted for good. What becomes of copies on the server is set in the account’s details.
    }

## Days
time-on-day = { $day }, { $time }
day-this-week = Earlier this week
day-last-week = Last week

## The list
unread = Unread
answered = Answered
flagged = Flagged
has-attachments = With attachments
no-subject = (no subject)
nobody = (no sender)
letters-selected =
    { $count ->
        [one] One letter selected
       *[other] { $count } letters selected
    }
selection-cut = The first { $count } letters are selected.
list-failed = The letters could not be read
no-letters = No letters here
nothing-flagged = Nothing is flagged
nothing-flagged-text = Flag a letter to find it here again.
first-sync = Fetching your letters
first-sync-count = { $done } of { $total }, the newest first
first-sync-looking = Looking at the mailboxes…
offline-text = You are offline. What is on this computer is here; the rest comes when the server can be reached.
sign-in-needed = Sign in again
sign-in-needed-text = The server does not accept the password of { $email } any more.

## The foot
foot-idle = Ready
foot-synced = Up to date, { $time }
foot-problem = { $account }: { $problem }
foot-offline = { $account }: offline
foot-offline-waiting =
    { $count ->
        [one] { $account }: offline, one change waiting
       *[other] { $account }: offline, { $count } changes waiting
    }
foot-syncing = { $account }: { $done } of { $total } letters
foot-checking = { $account }: looking for news…
sign-in = Sign in
try-again = Try again

## The reader
letter = Letter
nothing-selected = No letter chosen
letter-fetching = Fetching this letter…
letter-not-here = The text of this letter is not on this computer.
letter-fetch-offline = You are offline. It will be fetched when the connection is back.
letter-fetch-sign-in = It will be fetched once you have signed in again.
letter-more = More
keywords = Labels
to-people = to { $people }
all-headers = All headers
header-from = From
header-to = To
header-cc = Cc
header-bcc = Bcc
header-reply-to = Reply to
header-date = Date
header-subject = Subject
remote-blocked =
    { $count ->
        [one] One remote picture was not loaded
       *[other] { $count } remote pictures were not loaded
    }{ $trackers ->
        [0] .
        [one] , one tracker left out.
       *[other] , { $trackers } trackers left out.
    }
attachments = Attachments
open-attachment = Open { $name }
save-attachment = Save { $name }
attachment-saved = { $name } was saved.
attachment-runs = { $name } would run as a program when opened. If you trust its sender, save it instead.
save = Save
open = Open

## Acts
undo = Undo
nothing-to-undo = There is nothing to take back.
undone-mark =
    { $count ->
        [one] Marked as before: one letter.
       *[other] Marked as before: { $number } letters.
    }
undone-move =
    { $count ->
        [one] Moved back: one letter.
       *[other] Moved back: { $number } letters.
    }
undone-copy =
    { $count ->
        [one] Copy taken away: one letter.
       *[other] Copies taken away: { $number } letters.
    }
undone-delete =
    { $count ->
        [one] Brought back: one letter.
       *[other] Brought back: { $number } letters.
    }
undone-mailbox =
    { $count ->
        [0] The mailboxes are as they were before.
        [one] The mailboxes are as they were before, with one letter.
       *[other] The mailboxes are as they were before, with { $number } letters.
    }
undone-lost =
    { $count ->
        [one] One letter could not be brought back: it is gone from the server.
       *[other] { $number } letters could not be brought back: they are gone from the server.
    }
dismiss = Close this message
moved-to-trash =
    { $count ->
        [one] Moved to the trash.
       *[other] { $count } letters moved to the trash.
    }
moved-to-archive =
    { $count ->
        [one] Archived.
       *[other] { $count } letters archived.
    }
moved-to-junk =
    { $count ->
        [one] Moved to junk.
       *[other] { $count } letters moved to junk.
    }
moved-to-mailbox =
    { $count ->
        [one] Moved to { $name }.
       *[other] { $count } letters moved to { $name }.
    }

moved-to-inbox =
    { $count ->
        [one] Not junk: moved to the inbox.
       *[other] Not junk: { $number } letters moved to the inbox.
    }
copied-to-mailbox =
    { $count ->
        [one] Copied to { $name }.
       *[other] { $number } letters copied to { $name }.
    }
deleted-for-good =
    { $count ->
        [one] Deleted for good.
       *[other] { $number } letters deleted for good.
    }
delete-for-good-title =
    { $count ->
        [one] Delete this letter for good?
       *[other] Delete { $number } letters for good?
    }
letters-are-in =
    { $count ->
        [one] It is in { $where }.
       *[other] They are in { $where }.
    }
letters-are-in-several = They are in several mailboxes.
for-good-imap =
    { $count ->
        [one] It is deleted on the server too.
       *[other] They are deleted on the server too.
    }
for-good-pop3 =
    { $count ->
        [one] What becomes of a copy on the server is set in the account’s details.
       *[other] What becomes of copies on the server is set in the account’s details.
    }

## What exists on this computer only
only-here = Only on this computer
only-here-title = Pli knows of no other copy of this letter, on a server or elsewhere. If it is deleted for good, or this computer is lost, it is gone.
only-here-count =
    { $count ->
        [one] One letter is on this computer only.
       *[other] { $number } letters are on this computer only.
    }
only-here-some =
    { $count ->
        [one] One of them can be put on the server.
       *[other] { $number } of them can be put on the server.
    }
upload = Upload to the server
upload-open = Upload to the server…
upload-title =
    { $count ->
        [one] Upload one letter to the server?
       *[other] Upload { $number } letters to the server?
    }
upload-text =
    { $count ->
        [one] It is put on the server with its marks and its date, and your other devices will see it. It stays on this computer too.
       *[other] They are put on the server with their marks and dates, and your other devices will see them. They stay on this computer too.
    }
upload-under-way =
    { $count ->
        [one] Uploading: one change is still to go to the server.
       *[other] Uploading: { $number } changes are still to go to the server.
    }
gate-looking = Looking for other copies…
gate-grown = This has changed meanwhile: there are more of them now.
loss-letters =
    { $which ->
        [only] This letter exists only on this computer. It will be gone for good.
        [all] All { $total } letters exist only on this computer. They will be gone for good.
       *[some] { $count ->
            [one] One of these { $total } letters exists only on this computer. It will be gone for good.
           *[other] { $number } of these { $total } letters exist only on this computer. They will be gone for good.
        }
    }
loss-account =
    { $count ->
        [one] One letter of this account exists only on this computer. It will be gone for good.
       *[other] { $number } letters of this account exist only on this computer. They will be gone for good.
    }
loss-unsent =
    { $count ->
        [one] One draft or unsent letter goes with the account.
       *[other] { $number } drafts and unsent letters go with the account.
    }
loss-leave =
    { $count ->
        [one] One letter that you deleted here is still on the server. It will be deleted there too, and is then gone for good.
       *[other] { $number } letters that you deleted here are still on the server. They will be deleted there too, and are then gone for good.
    }
loss-understood =
    { $count ->
        [one] I understand that one letter will exist nowhere any more.
       *[other] I understand that { $number } letters will exist nowhere any more.
    }

## Writing
composer = New letter
send = Send
sending = Sending…
attach = Attach files
discard = Discard
close-composer = Close and keep the draft
cc-bcc = Cc, Bcc
letter-text = Text of the letter
letter-text-placeholder = Write here
draft-saving = Saving…
draft-saved = Saved
draft-unsaved = Not saved
draft-kept = The letter is kept among the drafts.
draft-not-saved = This letter could not be saved, so it stays open.
letter-on-its-way = Your letter is on its way.
quote-line = On { $date }, { $who } wrote:
not-an-address = “{ $entry }” is not a complete address
remove-recipient = Remove { $who }
remove-attachment = Remove { $name }
discard-title = Discard this letter?
discard-text = What you wrote will be gone.
keep-writing = Keep writing
no-drafts = No drafts
no-recipient = (no recipient)

## The outbox
outbox-empty = Nothing on its way
outbox-queued = Waiting to be sent
outbox-queued-text = It leaves as soon as the server can be reached.
outbox-sending = Being sent
outbox-sending-text = The server is taking the letter.
outbox-committing = Almost sent
outbox-committing-text = The whole letter is out; the server’s answer is awaited.
outbox-unknown = May have been sent
outbox-unknown-text = The connection broke before the server answered. Look for the letter in Sent, or ask the recipient, before you send it again.
outbox-sent = Sent
outbox-sent-text = The server took the letter.
outbox-failed = Not sent
outbox-failed-text = The server refused the letter. Take it back to mend it, or try again.
outbox-cancelled = Taken back
outbox-cancelled-text = It was not sent.
outbox-created = Written
outbox-attempts = Attempts
outbox-next = Next attempt
outbox-copy = Copy in Sent
outbox-filed = Filed
outbox-not-filed = Not yet
outbox-recipients = Recipients
outbox-take-back = Take back
recipient-accepted = accepted
recipient-refused = refused
retry-title = Send it again?
retry-text = This letter may have arrived already. Sent again, it may arrive twice.
send-again = Send again

## Accounts
welcome = Welcome to Pli
welcome-text = Add the account whose mail you want to read here.
form-name = Your name
form-email = Mail address
form-password = Password
form-mode = How mail is read
mode-imap = keeps your mail on the server and in step on all your devices.
mode-pop3 = downloads your mail to this computer. Copies stay on the server.
form-incoming-imap = IMAP server
form-incoming-pop3 = POP3 server
form-outgoing = Sending server (SMTP)
form-host = mail.example.org
form-port = Port
form-security = Security
form-user = Sign-in name
security-tls = TLS
security-starttls = STARTTLS
security-plain = None (local)
servers-usual = The servers are filled in from your address.
servers-looking = Looking for the servers…
servers-verified = Both servers answered.
servers-guessed = These are the usual servers; none has answered yet.
servers-consent = Only DNS names these servers, and they are outside of your address’s own domain: { $hosts }. I know them and trust them with my password.
add-account = Add account
account-checking = Checking both servers…
account-added = The account was added.
sync-account = Look for mail now
sign-in-again = Sign in again
sign-in-title = Sign in to { $email }
password-checking = Checking the password…
remove-account = Remove account
remove-title = Remove { $email }?
remove-text = The account and its letters leave this computer. Nothing is deleted on the server.
details = Details
details-server = Server
details-software-unknown = It does not tell its name.
details-checked = checked
details-not-known = How it is best worked with will be found out when it answers.
details-distrusted = { $name } is not used any more.
details-since = Since { $date }.
details-missing = It does not have: { $names }
details-here = On this computer
details-bodies-here =
    { $count ->
        [0] No letter is here whole.
        [one] One letter is here whole.
       *[other] { $number } letters are here whole.
    }
details-bodies-missing =
    { $count ->
        [one] Of one letter only the header is here; the rest of it is { $size }.
       *[other] Of { $number } letters only the header is here; the rest of them is { $size }.
    }
extension-qresync = Asks only for what changed and what went
extension-condstore = Asks only for what changed
extension-list-status = Sees all mailboxes at one look
extension-notify = Is told of news in every mailbox at once
extension-idle = Is told of news in the inbox at once
extension-compress-deflate = Sends less over the line
extension-move = Moves letters in one step
extension-uidplus = Deletes the letters that are meant and no others
extension-objectid = Knows a letter again in any mailbox
extension-x-gm-ext-1 = Fetches a letter with several labels only once
keep = Keep on this computer
keep-everything = Everything
keep-everything-text = Every letter whole, to be read and searched without a connection too.
keep-months = The last
keep-months-text = Older letters stay in the list and are fetched when you open them.
keep-months-count =
    { $count ->
        [one] month
       *[other] { $count } months
    }
keep-span = How many months
keep-headers = Only headers
keep-headers-text = Every letter is in the list and is fetched when you open it.
keep-all-pop3 = Every letter is kept: by POP3 there may be no other copy.
leave = Keep on the server
leave-everything = Everything
leave-everything-text = Nothing is deleted there, whatever you delete here.
leave-days = For
leave-days-unit =
    { $count ->
        [one] day
       *[other] days
    }
leave-days-field = How many days
leave-days-text = Each letter is deleted there so many days after it came to this computer.
leave-until_deleted = Until deleted here
leave-until_deleted-text = Letters that you delete for good here are deleted there too.
leave-nothing = Nothing
leave-nothing-text = Each letter is deleted there as soon as it is safe on this computer.
leave-title-days =
    { $count ->
        [one] Delete letters from the server after one day?
       *[other] Delete letters from the server after { $count } days?
    }
leave-title-until_deleted = Delete letters from the server too?
leave-title-nothing = Delete letters from the server?
leave-ask-days =
    { $count ->
        [one] Each letter is deleted from the server a day after it came here, once it is safe on this computer.
       *[other] Each letter is deleted from the server { $count } days after it came here, once it is safe on this computer.
    }
leave-ask-until_deleted = Letters that you delete for good here are deleted from the server too.
leave-ask-nothing = Letters are deleted from the server once they are safe on this computer.
leave-then = Other devices do not find them there any more, and this computer has the only copies: keep a backup.
leave-ok-days =
    { $count ->
        [one] Delete after one day
       *[other] Delete after { $count } days
    }
leave-ok-until_deleted = Delete there too
leave-ok-nothing = Delete from the server
how-read = How this account is read
how-read-imap = IMAP: in step with the server and your other devices.
how-read-pop3 = POP3: downloaded to this computer.
change-mode-open = Read by { $mode }…
change-mode-title = Read { $email } by { $mode }
change-mode-password-hint = Leave empty to use the password that is kept.
change-mode-see = See what would change
change-mode-nothing-yet = Nothing is changed before you say so.
change-mode-asking = Signing in and comparing…
change-mode-promise-pop3 = Every letter is brought to this computer first. Nothing is deleted at the server.
change-mode-promise-imap = Letters that only this computer has stay here. What you did meanwhile is told to the server. Nothing is deleted.
change-mode-ok = Read by { $mode }
change-mode-comparing = Comparing with the server…
change-mode-count =
    { $count ->
        [one] { $done } of one letter
       *[other] { $done } of { $total } letters
    }
change-mode-percent = { $percent } percent
change-mode-stop = Stop
change-mode-stop-hint = If you stop, the account stays as it was; what has been fetched is kept.
change-mode-stopped = Stopped: the account is read as before. What was fetched is kept.
change-mode-stopping = Stopping…
change-mode-done = { $email } is read by { $mode } now.
server-own = The server as you wrote it.
server-usual = The server is filled in from your address.
server-verified = The server answered.
server-guessed = This is the usual server; it has not answered yet.
server-consent = Only DNS names this server, and it is outside of your address’s own domain: { $host }. I know it and trust it with my password.
outlook-both-imap = Letters here and at the server
outlook-both-pop3 = Letters here and in the server’s inbox
outlook-only-here-imap = Only on this computer
outlook-only-here-pop3 = Here, and not in the server’s inbox
outlook-only-there-imap = Only at the server
outlook-only-there-pop3 = Only in the server’s inbox
outlook-fetch = To fetch
outlook-fetch-nothing = nothing
outlook-fetch-unknown = the server does not tell before
outlook-waiting = Changes that go to the server before
outlook-pop3 =
    { $count ->
        [0] The inbox stays at the server.
        [one] The inbox stays at the server; one other mailbox with { $lettersCount ->
            [one] one letter
           *[other] { $letters } letters
        } becomes a mailbox of this computer.
       *[other] The inbox stays at the server; { $mailboxes } other mailboxes with { $lettersCount ->
            [one] one letter
           *[other] { $letters } letters
        } become mailboxes of this computer.
    }
outlook-imap =
    { $count ->
        [one] One mailbox is at the server.
       *[other] { $number } mailboxes are at the server.
    }
outlook-stay = On this computer stay: { $names }.
outlook-more = { $count } more
back = Back
close = Close
cancel = Cancel

## The vault
passphrase = Passphrase
passphrase-again = The same once more
passphrases-differ = The two are not the same.
vault-locked = Pli is locked
vault-locked-text = The passwords of your accounts are kept under your passphrase. Type it to go on.
vault-passphrase_needed = Choose a passphrase
vault-passphrase_needed-text = This computer offers no keychain to keep passwords in. Pli keeps them encrypted under a passphrase of yours instead, and asks for it at each start. It cannot be recovered.
vault-keychain_unavailable = The keychain does not answer
vault-keychain_unavailable-text = Your passwords are kept in this computer’s keychain, which does not answer. Unlock it, then try again.
vault-open = Unlock
vault-make = Keep passwords under it
vault-later = Not now

## Keys
keyboard = Keyboard
or = or
group-list = Letters in the list
group-letter = The chosen letters
group-writing = Writing
group-mailbox = Mailboxes
group-window = Going around
command-next = Next letter
command-previous = Previous letter
command-open = Open
command-page-down = Further down
command-page-up = Further up
command-first = First letter
command-last = Last letter
command-extend-next = Select the next too
command-extend-previous = Select the previous too
command-select-all = Select all
command-archive = Archive
command-delete = Move to trash
command-delete-for-good = Delete for good
command-junk = Junk, not junk
command-to-junk = Move to junk
command-not-junk = Not junk
command-move = Move to a mailbox
command-copy = Copy to a mailbox
command-flag = Flag
command-unflag = Remove the flag
command-unread = Mark as unread
command-read = Mark as read
command-compose = New letter
command-reply = Reply
command-reply-all = Reply to all
command-forward = Forward
command-send = Send
command-mailbox-menu = Menu of the mailbox
command-mailbox-new = New mailbox
command-mailbox-new-inside = New mailbox inside
command-mailbox-rename = Rename
command-mailbox-delete = Delete
command-mailbox-subscribe = Subscribe
command-mailbox-unsubscribe = Unsubscribe
command-mailbox-empty = Empty trash or junk
command-empty-trash = Empty trash
command-empty-junk = Empty junk
command-undo = Undo
command-go = Go to a mailbox
command-go-inbox = All inboxes
command-go-flagged = Flagged
command-go-drafts = Drafts
command-go-outbox = Outbox
command-accounts = Accounts
command-sync = Look for mail now
command-help = Keys
command-back = Back, close
mailbox-filter = Name of a mailbox
no-such-mailbox = No mailbox of that name

## What can go wrong: what it is and what to do
start-failed = Pli cannot start
problem-invalid_input = Something in this form is not right.
problem-invalid_input-email = Write the whole address, like name@example.org.
problem-invalid_input-password = The password is missing.
problem-invalid_input-user = The sign-in name is not right.
problem-invalid_input-consent = Check the names of the servers first, and say that you trust them.
problem-invalid_input-incoming = Give the server’s name, and a port from 1 to 65535.
problem-invalid_input-outgoing = Give the server’s name, and a port from 1 to 65535.
problem-invalid_input-to = A recipient is missing or is not a complete address.
problem-invalid_input-mailbox = A mailbox cannot have this name.
problem-invalid_input-days = Give a number of days from 1 to 999.
problem-invalid_input-attachments = An attached file cannot be read any more. Remove it or attach it again.
problem-not_found = This is not here any more.
problem-already_there = This account is here already.
problem-host_not_found = There is no server of this name. Check how it is written.
problem-unreachable = The server does not accept connections on this port. Check the port, or try the other kind of security.
problem-timeout = The server did not answer in time. Check the name and the port, or try again later.
problem-disconnected = The connection broke. Try again.
problem-certificate_not_trusted = The server cannot prove that it is who it says. Check the server’s name; if it is right, do not go on before its owner has mended the certificate.
problem-no_tls = The server offers no encryption on this port, so no password was sent. Try TLS with its own port.
problem-tampered = Somebody may be tampering with the connection. No password was sent. Try from another network.
problem-sign_in_refused = The server does not accept this name and password. Some providers want an app password made for mail programs.
problem-too_many_connections = The server has too many connections from you. Close other mail programs or wait a few minutes.
problem-server_refused = The server refused.
problem-not_this_protocol = Something answers there, but not this kind of server. Check the port, or whether it should be IMAP or POP3.
problem-vault_locked = Pli is locked: the passwords cannot be read.
problem-wrong_passphrase = This is not the passphrase.
problem-vault_unavailable = The passwords cannot be kept or read: the keychain does not answer.
problem-profile_busy = Pli is open already. Use the other window, or close it first.
problem-profile_too_new = A newer Pli has used this mail. Install the newest version.
problem-last_copies = Some of these letters exist on this computer only, so nothing was done.
problem-storage = This computer’s disk refused. Check that there is room left.
problem-internal = Something went wrong inside Pli.

## The same in a few words, for the foot of the sidebar
short-invalid_input = the settings are not right
short-not_found = not found
short-already_there = already there
short-host_not_found = server not found
short-unreachable = server not reachable
short-timeout = the server does not answer
short-disconnected = the connection broke
short-certificate_not_trusted = certificate not trusted
short-no_tls = the server offers no encryption
short-tampered = connection tampered with
short-sign_in_refused = password not accepted
short-too_many_connections = too many connections
short-server_refused = the server refused
short-not_this_protocol = not the right kind of server
short-vault_locked = Pli is locked
short-wrong_passphrase = wrong passphrase
short-vault_unavailable = the keychain does not answer
short-profile_busy = Pli is open already
short-profile_too_new = a newer Pli is needed
short-last_copies = last copies would be lost
short-storage = the disk refused
short-internal = something went wrong
