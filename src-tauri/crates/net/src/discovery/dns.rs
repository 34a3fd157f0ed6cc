//! What a domain says about its mail servers in DNS.

use super::Service;
use hickory_resolver::{
    TokioResolver,
    proto::rr::{RData, RecordType, rdata::SRV},
};
use pli_model::{Endpoint, Security};
use std::time::Duration;
use tokio::time::timeout;

/// For all questions together: a person is waiting, and the usual names often do without the answer.
const DEADLINE: Duration = Duration::from_secs(4);

/// Records that a domain with a hostile DNS could send; nobody has this many.
const MOST_RECORDS: usize = 8;

/// A domain's own statements.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub incoming: Vec<Endpoint>,
    pub submission: Vec<Endpoint>,
    /// Lower-case names of the MX hosts, without the final dot.
    pub mail_exchangers: Vec<String>,
}

/// Asks for the SRV records of that service and of submission, and for the MX. What cannot be had is empty.
pub(super) async fn ask(domain: &str, incoming: Service) -> Facts {
    if domain.is_empty() {
        return Facts::default();
    }
    let Some(resolver) = resolver() else {
        return Facts::default();
    };
    let questions = async {
        let (incoming, submission, mail_exchangers) = tokio::join!(
            services(&resolver, domain, incoming),
            services(&resolver, domain, Service::Submission),
            mail_exchangers(&resolver, domain),
        );
        Facts {
            incoming,
            submission,
            mail_exchangers,
        }
    };
    timeout(DEADLINE, questions).await.unwrap_or_default()
}

fn resolver() -> Option<TokioResolver> {
    let built = TokioResolver::builder_tokio().and_then(|mut builder| {
        let options = builder.options_mut();
        options.timeout = Duration::from_secs(2);
        options.attempts = 1;
        builder.build()
    });
    built.map_err(|error| tracing::debug!(%error, "no DNS resolver")).ok()
}

/// The endpoints of a service, TLS before STARTTLS (RFC 8314 §3), each kind in the order of its priorities.
async fn services(resolver: &TokioResolver, domain: &str, service: Service) -> Vec<Endpoint> {
    let (tls, starttls) = match service {
        Service::Imap => ("_imaps", "_imap"),
        Service::Pop3 => ("_pop3s", "_pop3"),
        Service::Submission => ("_submissions", "_submission"),
    };
    let (mut first, second) = tokio::join!(
        service_records(resolver, format!("{tls}._tcp.{domain}."), Security::Tls),
        service_records(resolver, format!("{starttls}._tcp.{domain}."), Security::StartTls),
    );
    first.extend(second);
    first
}

async fn service_records(resolver: &TokioResolver, name: String, security: Security) -> Vec<Endpoint> {
    let Ok(answer) = resolver.lookup(name.as_str(), RecordType::SRV).await else {
        return Vec::new();
    };
    let records = answer.answers().iter().filter_map(|record| match &record.data {
        RData::SRV(srv) => Some(srv.clone()),
        _ => None,
    });
    in_order(records.collect(), security)
}

/// Sorted by priority, then by weight; a root target says that the service is not offered (RFC 6186 §3.4).
fn in_order(mut records: Vec<SRV>, security: Security) -> Vec<Endpoint> {
    records.retain(|srv| !srv.target.is_root() && srv.port != 0);
    records.sort_by_key(|srv| (srv.priority, u16::MAX - srv.weight));
    let endpoint = |srv: SRV| Endpoint {
        host: host(&srv.target.to_ascii()),
        port: srv.port,
        security,
    };
    records.into_iter().take(MOST_RECORDS).map(endpoint).collect()
}

async fn mail_exchangers(resolver: &TokioResolver, domain: &str) -> Vec<String> {
    let Ok(answer) = resolver.lookup(format!("{domain}.").as_str(), RecordType::MX).await else {
        return Vec::new();
    };
    let names = answer.answers().iter().filter_map(|record| match &record.data {
        RData::MX(mx) => Some(host(&mx.exchange.to_ascii())),
        _ => None,
    });
    names.take(MOST_RECORDS).collect()
}

fn host(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::proto::rr::Name;

    fn srv(priority: u16, weight: u16, port: u16, target: &str) -> SRV {
        SRV::new(priority, weight, port, Name::from_ascii(target).unwrap())
    }

    #[test]
    fn the_lowest_priority_comes_first_and_a_root_target_means_none() {
        let records = vec![
            srv(20, 0, 993, "backup.north.test."),
            srv(10, 1, 993, "light.north.test."),
            srv(10, 9, 1993, "IMAP.north.test."),
            srv(0, 0, 0, "."),
        ];
        let hosts: Vec<String> = in_order(records, Security::Tls)
            .iter()
            .map(Endpoint::to_string)
            .collect();
        assert_eq!(
            hosts,
            ["imap.north.test:1993", "light.north.test:993", "backup.north.test:993"]
        );
        assert!(in_order(vec![srv(0, 0, 0, ".")], Security::Tls).is_empty());
    }
}
