//! The servers of big providers, from their own published settings. Data only.

use super::Service;
use pli_model::{Endpoint, Security};

/// A provider: the domains of its addresses, how its MX hosts end, and its servers.
pub(super) struct Provider {
    domains: &'static [&'static str],
    mail_exchangers: &'static [&'static str],
    imap: Server,
    pop3: Server,
    submission: Server,
}

struct Server(&'static str, u16, Security);

impl Provider {
    /// Where that service is.
    pub(super) fn endpoint(&self, service: Service) -> Endpoint {
        let Server(host, port, security) = match service {
            Service::Imap => &self.imap,
            Service::Pop3 => &self.pop3,
            Service::Submission => &self.submission,
        };
        Endpoint {
            host: (*host).to_owned(),
            port: *port,
            security: *security,
        }
    }
}

/// The provider of addresses in that (lower-case) domain.
pub(super) fn by_domain(domain: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.domains.contains(&domain))
}

/// The provider whose MX that (lower-case) host is.
pub(super) fn by_mail_exchanger(host: &str) -> Option<&'static Provider> {
    let ends = |suffix: &&str| {
        host.strip_suffix(suffix)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    PROVIDERS
        .iter()
        .find(|provider| provider.mail_exchangers.iter().any(ends))
}

const fn tls(host: &'static str, port: u16) -> Server {
    Server(host, port, Security::Tls)
}

const fn starttls(host: &'static str, port: u16) -> Server {
    Server(host, port, Security::StartTls)
}

static PROVIDERS: &[Provider] = &[
    Provider {
        domains: &["gmail.com", "googlemail.com"],
        mail_exchangers: &["google.com", "googlemail.com"],
        imap: tls("imap.gmail.com", 993),
        pop3: tls("pop.gmail.com", 995),
        submission: tls("smtp.gmail.com", 465),
    },
    Provider {
        domains: &[
            "outlook.com",
            "outlook.de",
            "outlook.es",
            "outlook.fr",
            "outlook.it",
            "hotmail.com",
            "hotmail.co.uk",
            "hotmail.de",
            "hotmail.es",
            "hotmail.fr",
            "hotmail.it",
            "live.com",
            "live.co.uk",
            "live.de",
            "live.fr",
            "live.nl",
            "msn.com",
        ],
        mail_exchangers: &["olc.protection.outlook.com"],
        imap: tls("outlook.office365.com", 993),
        pop3: tls("outlook.office365.com", 995),
        submission: starttls("smtp-mail.outlook.com", 587),
    },
    Provider {
        domains: &[],
        mail_exchangers: &["mail.protection.outlook.com", "mx.microsoft"],
        imap: tls("outlook.office365.com", 993),
        pop3: tls("outlook.office365.com", 995),
        submission: starttls("smtp.office365.com", 587),
    },
    Provider {
        // iCloud has no POP3; its IMAP host says so more clearly than a guess would.
        domains: &["icloud.com", "me.com", "mac.com"],
        mail_exchangers: &["mail.icloud.com"],
        imap: tls("imap.mail.me.com", 993),
        pop3: tls("imap.mail.me.com", 995),
        submission: starttls("smtp.mail.me.com", 587),
    },
    Provider {
        domains: &[
            "yahoo.com",
            "yahoo.co.uk",
            "yahoo.de",
            "yahoo.es",
            "yahoo.fr",
            "yahoo.it",
            "yahoo.ca",
            "yahoo.com.br",
            "yahoo.co.in",
            "ymail.com",
            "rocketmail.com",
        ],
        mail_exchangers: &["yahoodns.net"],
        imap: tls("imap.mail.yahoo.com", 993),
        pop3: tls("pop.mail.yahoo.com", 995),
        submission: tls("smtp.mail.yahoo.com", 465),
    },
    Provider {
        domains: &["aol.com", "aim.com"],
        mail_exchangers: &[],
        imap: tls("imap.aol.com", 993),
        pop3: tls("pop.aol.com", 995),
        submission: tls("smtp.aol.com", 465),
    },
    Provider {
        domains: &["fastmail.com", "fastmail.fm", "messagingengine.com", "sent.com"],
        mail_exchangers: &["messagingengine.com"],
        imap: tls("imap.fastmail.com", 993),
        pop3: tls("pop.fastmail.com", 995),
        submission: tls("smtp.fastmail.com", 465),
    },
    Provider {
        domains: &["gmx.de", "gmx.net", "gmx.at", "gmx.ch"],
        mail_exchangers: &["gmx.net"],
        imap: tls("imap.gmx.net", 993),
        pop3: tls("pop.gmx.net", 995),
        submission: tls("mail.gmx.net", 465),
    },
    Provider {
        domains: &["gmx.com", "gmx.co.uk", "gmx.fr", "gmx.us", "mail.com"],
        mail_exchangers: &["gmx.com", "mail.com"],
        imap: tls("imap.gmx.com", 993),
        pop3: tls("pop.gmx.com", 995),
        submission: starttls("mail.gmx.com", 587),
    },
    Provider {
        domains: &["web.de"],
        mail_exchangers: &["web.de"],
        imap: tls("imap.web.de", 993),
        pop3: tls("pop3.web.de", 995),
        submission: starttls("smtp.web.de", 587),
    },
    Provider {
        domains: &["t-online.de", "magenta.de"],
        mail_exchangers: &["t-online.de"],
        imap: tls("secureimap.t-online.de", 993),
        pop3: tls("securepop.t-online.de", 995),
        submission: tls("securesmtp.t-online.de", 465),
    },
    Provider {
        domains: &["freenet.de"],
        mail_exchangers: &["freenet.de"],
        imap: tls("mx.freenet.de", 993),
        pop3: tls("mx.freenet.de", 995),
        submission: tls("mx.freenet.de", 465),
    },
    Provider {
        domains: &["posteo.de", "posteo.net", "posteo.org"],
        mail_exchangers: &["posteo.de"],
        imap: tls("posteo.de", 993),
        pop3: tls("posteo.de", 995),
        submission: tls("posteo.de", 465),
    },
    Provider {
        domains: &["mailbox.org"],
        mail_exchangers: &["mailbox.org"],
        imap: tls("imap.mailbox.org", 993),
        pop3: tls("pop3.mailbox.org", 995),
        submission: tls("smtp.mailbox.org", 465),
    },
    Provider {
        domains: &["orange.fr", "wanadoo.fr"],
        mail_exchangers: &["orange.fr"],
        imap: tls("imap.orange.fr", 993),
        pop3: tls("pop.orange.fr", 995),
        submission: tls("smtp.orange.fr", 465),
    },
    Provider {
        domains: &["free.fr"],
        mail_exchangers: &["free.fr"],
        imap: tls("imap.free.fr", 993),
        pop3: tls("pop.free.fr", 995),
        submission: tls("smtp.free.fr", 465),
    },
    Provider {
        domains: &["laposte.net"],
        mail_exchangers: &["laposte.net"],
        imap: tls("imap.laposte.net", 993),
        pop3: tls("pop.laposte.net", 995),
        submission: tls("smtp.laposte.net", 465),
    },
    Provider {
        domains: &["zoho.com", "zohomail.com"],
        mail_exchangers: &["zoho.com"],
        imap: tls("imap.zoho.com", 993),
        pop3: tls("pop.zoho.com", 995),
        submission: tls("smtp.zoho.com", 465),
    },
    Provider {
        domains: &["mail.ru", "bk.ru", "inbox.ru", "list.ru"],
        mail_exchangers: &["mail.ru"],
        imap: tls("imap.mail.ru", 993),
        pop3: tls("pop.mail.ru", 995),
        submission: tls("smtp.mail.ru", 465),
    },
    Provider {
        domains: &["yandex.com", "yandex.ru", "ya.ru"],
        mail_exchangers: &["yandex.ru", "yandex.net"],
        imap: tls("imap.yandex.com", 993),
        pop3: tls("pop.yandex.com", 995),
        submission: tls("smtp.yandex.com", 465),
    },
    Provider {
        domains: &["163.com"],
        mail_exchangers: &[
            "163mx01.mxmail.netease.com",
            "163mx02.mxmail.netease.com",
            "163mx03.mxmail.netease.com",
        ],
        imap: tls("imap.163.com", 993),
        pop3: tls("pop.163.com", 995),
        submission: tls("smtp.163.com", 465),
    },
    Provider {
        domains: &["126.com"],
        mail_exchangers: &[],
        imap: tls("imap.126.com", 993),
        pop3: tls("pop.126.com", 995),
        submission: tls("smtp.126.com", 465),
    },
    Provider {
        domains: &["qq.com", "foxmail.com"],
        mail_exchangers: &[],
        imap: tls("imap.qq.com", 993),
        pop3: tls("pop.qq.com", 995),
        submission: tls("smtp.qq.com", 465),
    },
    Provider {
        domains: &[],
        mail_exchangers: &["mxbiz1.qq.com", "mxbiz2.qq.com"],
        imap: tls("imap.exmail.qq.com", 993),
        pop3: tls("pop.exmail.qq.com", 995),
        submission: tls("smtp.exmail.qq.com", 465),
    },
    Provider {
        domains: &["naver.com"],
        mail_exchangers: &["naver.com"],
        imap: tls("imap.naver.com", 993),
        pop3: tls("pop.naver.com", 995),
        submission: tls("smtp.naver.com", 465),
    },
];
