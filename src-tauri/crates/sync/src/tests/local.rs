//! Mailboxes of this computer in an account that is read by IMAP.

use super::model::{Talents, lock};
use super::play;
use super::world::World;
use pli_model::{MailboxId, Operation, Role};
use pli_store::NewMailbox;

const PATH: &str = "Kept";

async fn mailbox_of_this_computer(world: &World) -> MailboxId {
    let account = world.account;
    let new = NewMailbox {
        path: PATH.to_owned(),
        delimiter: Some('/'),
        role: Role::Other,
        selectable: true,
        on_server: false,
        subscribed: true,
        object_id: String::new(),
    };
    let put = world
        .context()
        .store
        .write(move |writer| writer.put_mailbox(account, &new));
    put.await.unwrap()
}

#[test]
fn a_letter_of_the_server_takes_its_new_mailbox_there_and_comes_back() {
    play(async {
        let mut world = World::new(Talents::default()).await;
        world.deliver(0);
        world.sync(None).await.unwrap();
        let kept = mailbox_of_this_computer(&world).await;
        let letters = world.shown(world.mailbox(0).await.unwrap()).await;
        let command = world.enqueue(vec![Operation::Move(kept)], letters).await;
        assert_eq!(world.shown(kept).await.len(), 1);
        world.settle().await;
        assert_eq!((world.theirs()[PATH].len(), world.pending().await), (1, 0));
        assert_eq!(world.ours().await, world.theirs());

        world.undo(&command).await;
        world.settle().await;
        assert_eq!((world.theirs()[PATH].len(), world.theirs()["INBOX"].len()), (0, 1));
        assert_eq!((world.ours().await, world.pending().await), (world.theirs(), 0));
    });
}

#[test]
fn a_mailbox_of_this_computer_is_made_where_the_server_has_its_mailboxes() {
    play(async {
        let mut world = World::new(Talents::default()).await;
        lock(&world.server).prefix = "INBOX/";
        world.deliver(0);
        world.sync(None).await.unwrap();
        let kept = mailbox_of_this_computer(&world).await;
        let letters = world.shown(world.mailbox(0).await.unwrap()).await;
        world.enqueue(vec![Operation::Move(kept)], letters).await;
        world.settle().await;
        assert_eq!(world.theirs()["INBOX/Kept"].len(), 1);
        assert_eq!((world.ours().await.len(), world.pending().await), (4, 0));
        assert_eq!(world.shown(kept).await.len(), 1);
    });
}
