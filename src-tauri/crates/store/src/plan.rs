//! Plan tests: every query that runs often, or over much, answers from an index and sorts nothing.

use crate::table::{letter, operation, placement};
use crate::testing::Desk;
use crate::view;

fn plan(desk: &Desk, sql: &str) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    desk.read(move |r| {
        let mut statement = r.mail.prepare(&sql)?;
        let nothing: Vec<rusqlite::types::Null> = vec![rusqlite::types::Null; statement.parameter_count()];
        let steps = statement.query_map(rusqlite::params_from_iter(nothing), |row| row.get("detail"))?;
        Ok(steps.collect::<rusqlite::Result<_>>()?)
    })
}

/// Statistics change plans: they are looked at without, as on a fresh profile, and with.
fn with_and_without_statistics(check: impl Fn(&Desk)) {
    let desk = Desk::with_mail(300);
    check(&desk);
    desk.write(|w| w.execute("ANALYZE", []));
    check(&desk.reopen());
}

#[test]
fn hot_queries_neither_scan_nor_sort() {
    let rows = view::rows_sql();
    let queries = [
        view::MAILBOX_KEYS,
        view::FLAGGED_KEYS,
        &rows,
        placement::SERVER_LETTERS,
        placement::SERVER_UIDS,
        placement::LETTERS_AT,
        &placement::HAS_UNPLACED,
        &placement::LIKE_UNPLACED,
        &placement::LIKE_STRAY,
        placement::MISSING_BODIES,
        placement::MISSING_BODY_TOTAL,
        letter::FIND_BY_MESSAGE_ID,
        operation::PENDING_OF_PLACEMENT,
        operation::DUE,
        operation::HAS_BEGUN_MOVES,
        &operation::LIKE_LEFT,
    ];
    with_and_without_statistics(|desk| {
        for sql in queries {
            let steps = plan(desk, sql);
            assert!(!steps.is_empty());
            for step in &steps {
                let virtual_table = step.contains("VIRTUAL TABLE") && step.contains("asked");
                assert!(virtual_table || !step.contains("SCAN"), "{sql}\n{steps:#?}");
                assert!(!step.contains("TEMP B-TREE"), "{sql}\n{steps:#?}");
            }
        }
    });
}

#[test]
fn lists_and_totals_come_from_covering_indexes() {
    with_and_without_statistics(|desk| {
        for sql in [view::MAILBOX_KEYS, view::FLAGGED_KEYS, placement::MISSING_BODY_TOTAL] {
            let steps = plan(desk, sql);
            assert!(
                steps.iter().all(|step| step.contains("COVERING INDEX")),
                "{sql}\n{steps:#?}"
            );
        }
    });
}
