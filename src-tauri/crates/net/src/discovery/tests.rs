use super::*;

#[test]
fn a_known_provider_is_named_at_once() {
    let (incoming, outgoing) = guess("Ann@GMail.com", Protocol::Imap);
    assert_eq!(
        (incoming.to_string(), incoming.security),
        ("imap.gmail.com:993".to_owned(), Security::Tls)
    );
    assert_eq!(outgoing.to_string(), "smtp.gmail.com:465");
    let (incoming, outgoing) = guess("ann@web.de", Protocol::Pop3);
    assert_eq!(incoming.to_string(), "pop3.web.de:995");
    assert_eq!(
        (outgoing.to_string(), outgoing.security),
        ("smtp.web.de:587".to_owned(), Security::StartTls)
    );
}

#[test]
fn other_domains_get_the_usual_names_and_never_plain_text() {
    let (incoming, outgoing) = guess("ann@north.test", Protocol::Pop3);
    assert_eq!(
        (incoming.to_string(), outgoing.to_string()),
        ("pop.north.test:995".into(), "smtp.north.test:465".into())
    );
    let (incoming, _) = guess("ann@bücher.test", Protocol::Imap);
    assert_eq!(incoming.to_string(), "imap.xn--bcher-kva.test:993");
    for service in [Service::Imap, Service::Pop3, Service::Submission] {
        let all = usual("north.test", service);
        assert!(all.len() >= 4 && all.iter().all(|endpoint| endpoint.security != Security::Plain));
    }
}

#[test]
fn a_hosted_domain_is_known_by_its_mx() {
    let google = providers::by_mail_exchanger("aspmx.l.google.com").unwrap();
    assert_eq!(google.endpoint(Service::Imap).host, "imap.gmail.com");
    let microsoft = providers::by_mail_exchanger("north-test.mail.protection.outlook.com").unwrap();
    assert_eq!(microsoft.endpoint(Service::Submission).host, "smtp.office365.com");
    assert!(providers::by_mail_exchanger("mx.notgoogle.com").is_none());
    assert!(providers::by_mail_exchanger("mx.north.test").is_none());
}

#[test]
fn a_host_is_within_its_domain_only_at_a_dot() {
    assert!(within("imap.north.test", "north.test") && within("North.test", "north.test"));
    assert!(!within("evilnorth.test", "north.test") && !within("north.test.evil.test", "north.test"));
}
