//! `pli doctor`

use super::Outcome;
use crate::failure::Failure;
use crate::print::Printer;
use pli_api::Code;
use pli_engine::Engine;
use serde::Serialize;

#[derive(Serialize)]
struct FindingLine {
    finding: String,
}

pub async fn run(engine: &Engine, printer: &Printer) -> Outcome {
    let findings = engine.check().await?;
    for finding in &findings {
        let line = FindingLine {
            finding: finding.to_string(),
        };
        printer.object(&line, || line.finding.clone());
    }
    if findings.is_empty() {
        printer.remark("nothing found: the local cache is sound");
        return Ok(());
    }
    Err(Failure::here(Code::Storage, format!("{} findings", findings.len())))
}
