use crate::testing::{Desk, envelope, placed};
use crate::{Change, StoreError, Writer};
use tokio::sync::broadcast::error::TryRecvError;

#[test]
fn an_error_rolls_everything_back_and_is_not_told() {
    let desk = Desk::new();
    let inbox = desk.inbox;
    let mut news = desk.store.changes();
    let failed = desk.try_write(move |w| {
        w.add_placement(&placed(inbox, 1, &envelope(1)))?;
        Err::<(), _>(StoreError::Refused("changed my mind".to_owned()))
    });
    assert_eq!(failed.unwrap_err().to_string(), "changed my mind");
    assert_eq!(desk.read(move |r| r.mailbox(inbox)).total, 0);
    assert_eq!(news.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_panic_costs_its_own_request_only() {
    let desk = Desk::new();
    let inbox = desk.inbox;
    let panicked = desk.try_write(move |w: &mut Writer<'_>| -> crate::Result<()> {
        w.add_placement(&placed(inbox, 1, &envelope(1)))?;
        panic!("on purpose")
    });
    assert!(matches!(panicked, Err(StoreError::Panicked)));
    for _ in 0..5 {
        let panicked = desk.try_read(|_| -> crate::Result<()> { panic!("on purpose") });
        assert!(matches!(panicked, Err(StoreError::Panicked)));
    }
    assert_eq!(desk.read(move |r| r.mailbox(inbox)).total, 0, "rolled back");
    desk.write(move |w| w.add_placement(&placed(inbox, 1, &envelope(1))));
    assert_eq!(desk.read(move |r| r.mailbox(inbox)).total, 1);
}

#[test]
fn commits_are_numbered_and_a_transaction_reads_what_it_wrote() {
    let desk = Desk::new();
    let inbox = desk.inbox;
    let mut news = desk.store.changes();
    for uid in 1..=3 {
        let total = desk.write(move |w| {
            w.add_placement(&placed(inbox, uid, &envelope(i64::from(uid))))?;
            Ok(w.mailbox(inbox)?.total)
        });
        assert_eq!(total, uid);
    }
    desk.write(|w| w.put_setting("not", "told"));
    let first = news.try_recv().unwrap();
    assert!(
        matches!(first.changes.as_slice(), [Change::Counts(_), Change::Appeared { mailbox, .. }] if *mailbox == inbox)
    );
    assert_eq!(
        [news.try_recv().unwrap().seq, news.try_recv().unwrap().seq],
        [first.seq + 1, first.seq + 2]
    );
    assert_eq!(news.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_read_sees_one_moment() {
    let desk = Desk::new();
    let inbox = desk.inbox;
    let (begun, wait) = std::sync::mpsc::channel::<()>();
    let (go, going) = std::sync::mpsc::channel::<()>();
    let store = desk.store.clone();
    let slow = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let read = store.read(move |r| {
            let before = r.mailbox(inbox)?.total;
            begun.send(()).unwrap();
            going.recv().unwrap();
            Ok((before, r.mailbox(inbox)?.total))
        });
        runtime.block_on(read).unwrap()
    });
    wait.recv().unwrap();
    desk.write(move |w| w.add_placement(&placed(inbox, 1, &envelope(1))));
    go.send(()).unwrap();
    assert_eq!(slow.join().unwrap(), (0, 0));
    assert_eq!(desk.read(move |r| r.mailbox(inbox)).total, 1);
}

#[test]
fn the_profile_is_free_when_the_last_clone_is_gone() {
    let desk = Desk::new();
    let clone = desk.store.clone();
    let profile = desk.path("");
    let busy = crate::Store::open(&profile, crate::testing::clock()).err().unwrap();
    assert!(matches!(busy, StoreError::Busy { .. }));
    drop(clone);
    desk.reopen().read(|r| r.accounts());
}
