//! From a mail address to its servers.
//!
//! Candidates come from a table of big providers, from SRV records (RFC 6186, RFC 8314 §5), from the MX of a domain
//! that such a provider hosts, and from the usual names; in that order. They are tried at once, and the first in
//! order that opens with verified TLS is taken. Plain text is never proposed.

mod dns;
mod providers;

use crate::{Connector, Dialect, EHLO_NAME};
use pli_model::{Endpoint, Protocol, Security};
use std::time::Duration;
use tokio::{task::JoinSet, time::Instant};

/// How long all candidates together may take to open.
const PROBE_DEADLINE: Duration = Duration::from_secs(10);

/// The servers of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The IMAP or POP3 server.
    pub incoming: Endpoint,
    /// The submission server.
    pub outgoing: Endpoint,
    /// Whether both opened with verified TLS. Otherwise at least one is only the best guess.
    pub verified: bool,
    /// Whether a server lies outside the address's own domain and only DNS, which can be forged, names it: a person
    /// is to confirm the host before signing in there (RFC 6186 §6).
    pub needs_consent: bool,
}

/// A server that may be the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Where it is.
    pub endpoint: Endpoint,
    /// Who says so.
    pub source: Source,
}

/// Who names a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Our table of providers.
    Provider,
    /// The domain's SRV records.
    Srv,
    /// A usual name in the domain.
    Guess,
}

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Imap,
    Pop3,
    Submission,
}

impl Service {
    fn of(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Imap => Self::Imap,
            Protocol::Pop3 => Self::Pop3,
        }
    }

    fn dialect(self) -> Dialect {
        match self {
            Self::Imap => Dialect::Imap,
            Self::Pop3 => Dialect::Pop3,
            Self::Submission => Dialect::Smtp {
                ehlo_name: EHLO_NAME.to_owned(),
            },
        }
    }
}

/// The likely servers of an address without asking anyone: incoming and outgoing. For fields filled in while typing.
pub fn guess(email: &str, protocol: Protocol) -> (Endpoint, Endpoint) {
    let domain = domain_of(email);
    let first = |service| {
        let known = providers::by_domain(&domain).map(|provider| provider.endpoint(service));
        known.unwrap_or_else(|| usual(&domain, service).swap_remove(0))
    };
    (first(Service::of(protocol)), first(Service::Submission))
}

/// Every candidate for the incoming and for the outgoing server, best first. Asks DNS, no mail server.
pub async fn candidates(email: &str, protocol: Protocol) -> (Vec<Candidate>, Vec<Candidate>) {
    let domain = domain_of(email);
    let incoming = Service::of(protocol);
    if let Some(provider) = providers::by_domain(&domain) {
        let only = |service| {
            vec![Candidate {
                endpoint: provider.endpoint(service),
                source: Source::Provider,
            }]
        };
        return (only(incoming), only(Service::Submission));
    }
    let facts = dns::ask(&domain, incoming).await;
    let host = facts
        .mail_exchangers
        .iter()
        .find_map(|name| providers::by_mail_exchanger(name));
    let collect = |service, srv: Vec<Endpoint>| {
        let srv = srv.into_iter().map(|endpoint| Candidate {
            endpoint,
            source: Source::Srv,
        });
        let hosted = host.map(|provider| Candidate {
            endpoint: provider.endpoint(service),
            source: Source::Provider,
        });
        let usual = usual(&domain, service).into_iter().map(|endpoint| Candidate {
            endpoint,
            source: Source::Guess,
        });
        srv.chain(hosted).chain(usual).collect::<Vec<_>>()
    };
    (
        collect(incoming, facts.incoming),
        collect(Service::Submission, facts.submission),
    )
}

impl Connector {
    /// Finds the servers of an address. Always answers something to begin with: see [`Found::verified`].
    pub async fn find_servers(&self, email: &str, protocol: Protocol) -> Found {
        let domain = domain_of(email);
        let (incoming, outgoing) = candidates(email, protocol).await;
        let service = Service::of(protocol);
        let (opened_in, opened_out) = tokio::join!(
            self.first_that_opens(&incoming, service),
            self.first_that_opens(&outgoing, Service::Submission)
        );
        let verified = opened_in.is_some() && opened_out.is_some();
        let (fallback_in, fallback_out) = guess(email, protocol);
        let choose = |opened: Option<Candidate>, all: Vec<Candidate>, fallback: Endpoint| {
            opened.or_else(|| all.into_iter().next()).unwrap_or(Candidate {
                endpoint: fallback,
                source: Source::Guess,
            })
        };
        let incoming = choose(opened_in, incoming, fallback_in);
        let outgoing = choose(opened_out, outgoing, fallback_out);
        let foreign = |one: &Candidate| one.source == Source::Srv && !within(&one.endpoint.host, &domain);
        let needs_consent = foreign(&incoming) || foreign(&outgoing);
        Found {
            incoming: incoming.endpoint,
            outgoing: outgoing.endpoint,
            verified,
            needs_consent,
        }
    }

    /// Opens all candidates at once and answers the first in order that lets itself be opened with TLS.
    async fn first_that_opens(&self, candidates: &[Candidate], service: Service) -> Option<Candidate> {
        let mut tries = JoinSet::new();
        for (rank, candidate) in candidates.iter().cloned().enumerate() {
            let connector = self.clone();
            tries.spawn(async move {
                let opened = connector.open(&candidate.endpoint, service.dialect()).await;
                (
                    rank,
                    opened.map_err(|error| tracing::debug!(%error, "discovery")).is_ok(),
                )
            });
        }
        let deadline = Instant::now() + PROBE_DEADLINE;
        let mut outcomes: Vec<Option<bool>> = vec![None; candidates.len()];
        while let Ok(Some(Ok((rank, opened)))) = tokio::time::timeout_at(deadline, tries.join_next()).await {
            if let Some(outcome) = outcomes.get_mut(rank) {
                *outcome = Some(opened);
            }
            // A better one that has not answered yet is waited for.
            if let Some(Some(true)) = outcomes.iter().find(|outcome| **outcome != Some(false)) {
                break;
            }
        }
        let best = outcomes.iter().position(|outcome| *outcome == Some(true))?;
        candidates.get(best).cloned()
    }
}

/// The names and ports that most domains use. Never empty.
fn usual(domain: &str, service: Service) -> Vec<Endpoint> {
    let (hosts, tls, starttls): (&[&str], u16, u16) = match service {
        Service::Imap => (&["imap", "mail"], 993, 143),
        Service::Pop3 => (&["pop", "pop3", "mail"], 995, 110),
        Service::Submission => (&["smtp", "mail"], 465, 587),
    };
    let at = |port, security| {
        hosts.iter().map(move |host| Endpoint {
            host: format!("{host}.{domain}"),
            port,
            security,
        })
    };
    let pairs = at(tls, Security::Tls).zip(at(starttls, Security::StartTls));
    pairs.flat_map(|(tls, starttls)| [tls, starttls]).collect()
}

fn domain_of(email: &str) -> String {
    let domain = email
        .trim()
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain)
        .to_ascii_lowercase();
    // An IDN domain that does not convert is kept as typed: connecting will say what is wrong with it.
    idna::domain_to_ascii(&domain).unwrap_or(domain)
}

fn within(host: &str, domain: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests;
