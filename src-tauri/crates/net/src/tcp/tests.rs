use super::*;
use std::net::{Ipv4Addr, Ipv6Addr};
use tokio::net::TcpListener;

fn v4(last: u8) -> SocketAddr {
    (Ipv4Addr::new(192, 0, 2, last), 993).into()
}

fn v6(last: u16) -> SocketAddr {
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last), 993).into()
}

#[test]
fn families_alternate_and_none_is_lost() {
    assert_eq!(
        interleave(vec![v6(1), v6(2), v6(3), v4(1)]),
        [v6(1), v4(1), v6(2), v6(3)]
    );
    assert_eq!(interleave(vec![v4(1), v6(1), v6(2)]), [v4(1), v6(1), v6(2)]);
    assert_eq!(interleave(vec![v4(1), v4(2)]), [v4(1), v4(2)]);
}

#[test]
fn hosts_become_what_dns_knows() {
    assert_eq!(ascii_host(" Imap.North.test. ").unwrap(), "imap.north.test");
    assert_eq!(ascii_host("bücher.test").unwrap(), "xn--bcher-kva.test");
    assert_eq!(ascii_host("[::1]").unwrap(), "::1");
    assert_eq!(ascii_host("127.0.0.1").unwrap(), "127.0.0.1");
    for wrong in ["", ".", "a b.test", "host:993", "a\r\n.test", "a/b"] {
        assert!(
            matches!(ascii_host(wrong), Err(NetErrorKind::HostNotFound(_))),
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn a_dead_address_does_not_hide_a_living_one() {
    let living = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let tcp = race(vec![dead, living.local_addr().unwrap()]).await.unwrap();
    assert_eq!(tcp.peer_addr().unwrap(), living.local_addr().unwrap());
    assert!(matches!(race(vec![dead]).await, Err(NetErrorKind::Unreachable(_))));
    assert!(matches!(race(Vec::new()).await, Err(NetErrorKind::HostNotFound(_))));
}
