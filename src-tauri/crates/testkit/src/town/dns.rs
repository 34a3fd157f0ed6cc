//! The town's DNS: dnsmasq with the records of both providers.

use super::provider::Site;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;

/// `dnsmasq.conf`. Every host has a name that leads there and back; each provider its MX (RFC 5321 §5), its SRV records
/// for finding the servers (RFC 6186, RFC 8314 §5.1) and an SPF record. Nothing is asked outside.
pub(super) fn config(dir: &Path, listen: Ipv4Addr, home: Ipv4Addr, sites: &[Site]) -> String {
    let mut text = format!(
        "no-resolv\nno-hosts\nlocal=/test/\nlocal=/10.in-addr.arpa/\nlisten-address={listen},127.0.0.1\nbind-interfaces\n\
         keep-in-foreground\nuser=root\npid-file=\nlog-queries\nlog-facility={dir}/dnsmasq.log\n\
         host-record=home.test,{home}\nhost-record=dns.test,{listen}\n",
        dir = dir.display()
    );
    for Site { domain, address, .. } in sites {
        let host = format!("mail.{domain}");
        let _ = write!(
            text,
            "host-record={host},{address}\nmx-host={domain},{host},10\ntxt-record={domain},\"v=spf1 mx -all\"\n"
        );
        for (service, port, priority) in [
            ("imaps", 993, 0),
            ("imap", 143, 10),
            ("pop3s", 995, 20),
            ("pop3", 110, 30),
            ("submissions", 465, 0),
            ("submission", 587, 10),
        ] {
            let _ = writeln!(text, "srv-host=_{service}._tcp.{domain},{host},{port},{priority},1");
        }
    }
    text
}
