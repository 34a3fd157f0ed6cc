use super::*;

/// Idles for ten seconds at most.
async fn idle(session: &mut Session<DuplexStream>) -> Result<bool> {
    let mut idling = session.idle().await?;
    idling.wait(Duration::from_secs(10)).await?;
    idling.done().await
}

#[tokio::test]
async fn idle_ends_with_the_first_news() {
    let script = greeting("IDLE")
        + "
        C: P1 IDLE
        S: + idling
        S: * OK Still here
        S: * 4 EXISTS
        C: DONE
        S: * 1 RECENT
        S: P1 OK done
    ";
    play(&script, async |mut session| {
        assert!(idle(&mut session).await.unwrap());
        let news = session.take_news().responses;
        assert!(
            matches!(
                &news[..],
                [Untagged::Status(..), Untagged::Exists(4), Untagged::Recent(1)]
            ),
            "{news:?}"
        );
    })
    .await;
    let before_the_invitation = greeting("IDLE")
        + "
        C: P1 IDLE
        S: * 1 EXPUNGE
        S: + idling
        C: DONE
        S: P1 OK done
    ";
    play(&before_the_invitation, async |mut session| {
        assert!(idle(&mut session).await.unwrap())
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn idle_ends_when_its_time_is_over() {
    let script = greeting("IDLE")
        + "
        C: P1 IDLE
        S: + idling
        S: * OK Still here
        C: DONE
        S: P1 OK done
    ";
    play(&script, async |mut session| assert!(!idle(&mut session).await.unwrap())).await;
    let refused = greeting("")
        + "
        C: P1 IDLE
        S: P1 BAD unknown
    ";
    play(&refused, async |mut session| {
        assert!(matches!(idle(&mut session).await, Err(Error::Bad(_))));
    })
    .await;
    let closed = greeting("IDLE")
        + "
        C: P1 IDLE
        S: + idling
        S: * BYE shutting down
    ";
    play(&closed, async |mut session| {
        assert!(matches!(idle(&mut session).await, Err(Error::Bye(_))))
    })
    .await;
}

#[tokio::test]
async fn waiting_may_be_broken_off_and_taken_up() {
    let script = greeting("IDLE")
        + "
        C: P1 IDLE
        S: + idling
        S: * OK Still here
        S: * 4 EXISTS
        C: DONE
        S: P1 OK done
    ";
    play(&script, async |mut session| {
        let mut idling = session.idle().await.unwrap();
        // Given up at the first occasion, again and again.
        while timeout(Duration::ZERO, idling.wait(Duration::from_secs(60)))
            .await
            .is_err()
        {
            tokio::task::yield_now().await;
        }
        assert!(idling.wait(Duration::from_secs(60)).await.unwrap());
        assert!(idling.done().await.unwrap());
        assert!(matches!(
            session.take_news().responses[..],
            [Untagged::Status(..), Untagged::Exists(4)]
        ));
    })
    .await;
}

#[tokio::test]
async fn a_server_may_end_an_idle_by_itself() {
    let script = greeting("IDLE")
        + "
        C: P1 IDLE
        S: + idling
        S: P1 OK that was long enough
        C: P2 NOOP
        S: P2 OK done
    ";
    play(&script, async |mut session| {
        let mut idling = session.idle().await.unwrap();
        assert!(!idling.wait(Duration::from_secs(60)).await.unwrap() && idling.has_ended());
        assert!(!idling.done().await.unwrap());
        session.noop().await.unwrap();
    })
    .await;
}

/// The stream fails a read by its own deadline; DONE has the ordinary one, not that of the waiting.
#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_found_out_by_the_streams_ordinary_deadline() {
    let (ours, mut theirs) = duplex(1 << 10);
    let server = tokio::spawn(async move {
        let said = format!("{}+ idling\r\n", &greeting("IDLE")[3..].replace('\n', "\r\n"));
        theirs.write_all(said.as_bytes()).await.unwrap();
        // Connected for ever, and silent.
        std::future::pending::<()>().await;
        drop(theirs);
    });
    let stream = Patient {
        inner: ours,
        patience: Duration::from_secs(30),
        alarm: None,
    };
    let mut session = Session::open(stream, false).await.unwrap();
    let mut idling = session.idle().await.unwrap();
    idling.stream_mut().patience = Duration::from_secs(3600);
    assert!(!idling.wait(Duration::from_secs(1700)).await.unwrap());
    idling.stream_mut().patience = Duration::from_secs(30);
    idling.stream_mut().alarm = None;
    let done = timeout(Duration::from_secs(60), idling.done()).await;
    assert!(matches!(done, Ok(Err(Error::Timeout))));
    server.abort();
}

/// A stream with a read deadline.
#[derive(Debug)]
struct Patient {
    inner: DuplexStream,
    patience: Duration,
    alarm: Option<std::pin::Pin<Box<tokio::time::Sleep>>>,
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
        buf: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        if let Poll::Ready(read) = pin!(&mut this.inner).poll_read(cx, buf) {
            this.alarm = None;
            return Poll::Ready(read);
        }
        let patience = this.patience;
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        alarm
            .as_mut()
            .poll(cx)
            .map(|()| Err(std::io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        pin!(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<std::io::Result<()>> {
        pin!(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<std::io::Result<()>> {
        pin!(&mut self.inner).poll_shutdown(cx)
    }
}

#[tokio::test]
async fn notify_tells_of_every_mailbox() {
    let set = "NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange)) \
               (PERSONAL (MessageNew MessageExpunge FlagChange MailboxName))";
    let script = greeting("IDLE NOTIFY")
        + &format!("C: P1 {set}\n")
        + "
        S: * STATUS INBOX (MESSAGES 1)
        S: P1 OK done
        C: P2 IDLE
        S: + idling
        S: * STATUS Sent (MESSAGES 2 UIDNEXT 9 UIDVALIDITY 1)
        C: DONE
        S: P2 OK done
        C: P3 IDLE
        S: + idling
        S: * LIST () \"/\" \"new\" (\"OLDNAME\" (\"old\"))
        C: DONE
        S: P3 OK done
        C: P4 IDLE
        S: + idling
        S: * OK [NOTIFICATIONOVERFLOW] too much
        C: DONE
        S: P4 OK done
    " + &format!("C: P5 {set}\nS: P5 NO [CANNOT] no\nC: P6 {set}\nS: P6 BAD no\n");
    play(&script, async |mut session| {
        assert!(session.notify().await.unwrap());
        for _ in 0..3 {
            assert!(idle(&mut session).await.unwrap());
        }
        assert_eq!(session.take_news().responses.len(), 4);
        assert!(!session.notify().await.unwrap() && !session.notify().await.unwrap());
    })
    .await;
    play(&greeting("IDLE"), async |mut session| {
        assert!(!session.notify().await.unwrap());
    })
    .await;
}
