//! The document of a letter: what the reader's frame shows.
//!
//! It is complete and closed in itself. Nothing in it can fetch, run, submit or move the frame: the letter's
//! markup went through both walls of [`crate::html`], and [`PAGE_CSP`] says so to the browser once more, in the
//! response header and in the document itself.

use crate::body::{self, Prefer};
use crate::defect::Defects;
use crate::html::{self, Pictures};
use crate::part::{self, Part, Tree};
use crate::theme::Theme;
use crate::{letter, text_page};

/// The Content-Security-Policy of the document. The shell adds `frame-ancestors` for its own origin.
pub const PAGE_CSP: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// A letter ready to be shown in a sandboxed frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// A complete HTML document, UTF-8.
    pub html: String,
    /// References to the network that were left out (pictures, style sheets, fonts ...), trackers included.
    pub remote: u32,
    /// Those of them that were there only to tell the sender that the letter was opened.
    pub trackers: u32,
}

/// Makes the document of a letter. HTML is preferred to plain text; letters that bring their own colours stand on
/// white paper in the dark.
pub fn page(raw: &[u8], theme: Theme) -> Page {
    let mut defects = Defects::default();
    let tree = part::parse(raw, &mut defects);
    let contents = body::contents(&tree.root, Prefer::Html);
    let mut pictures = pictures(&tree);
    let mut page = Page {
        html: String::new(),
        remote: 0,
        trackers: 0,
    };
    let mut body = String::new();
    let mut css = String::new();
    for part in &contents.sections {
        if part.media_type == "text/html" {
            let cleaned = html::clean(&part.text(&mut defects), &mut pictures);
            page.remote += cleaned.remote;
            page.trackers += cleaned.trackers;
            css.push_str(&cleaned.css);
            let class = match (theme, cleaned.own_colours) {
                (Theme::Light, _) => "pli-sheet",
                (Theme::Dark, true) => "pli-sheet pli-paper",
                (Theme::Dark, false) => "pli-sheet pli-plain",
            };
            body.push_str(&format!("<div class=\"{class}\">{}</div>", cleaned.html));
        } else {
            body.push_str(&text_page::section(&letter::section_text(part, &mut defects)));
        }
    }
    page.html = document(theme, &css, &body);
    page
}

/// Pictures that the HTML may show, found by Content-ID or Content-Location (RFC 2557).
fn pictures<'t>(tree: &'t Tree<'_>) -> Pictures<'t> {
    fn collect<'t>(part: &'t Part<'_>, pictures: &mut Pictures<'t>) {
        for reference in [&part.content_id, &part.location].into_iter().flatten() {
            pictures.add(reference, &picture_type(part), move || {
                part.bytes(&mut Defects::default()).into_owned()
            });
        }
        part.children.iter().for_each(|child| collect(child, pictures));
    }
    let mut pictures = Pictures::default();
    collect(&tree.root, &mut pictures);
    pictures
}

/// Pictures are also sent as `application/octet-stream` with a telling name.
fn picture_type(part: &Part<'_>) -> String {
    match (&part.name, part.media_type.as_str()) {
        (Some(name), "application/octet-stream") => crate::media_type::of_name(name).to_owned(),
        _ => part.media_type.clone(),
    }
}

fn document(theme: Theme, css: &str, body: &str) -> String {
    let base = base_style(theme);
    let name = theme.tokens().scheme;
    format!(
        "<!doctype html>\n<html class=\"pli-{name}\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{PAGE_CSP}\">\
         <meta name=\"referrer\" content=\"no-referrer\">\
         <meta name=\"color-scheme\" content=\"{name}\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <style>{base}</style><style>{css}</style></head><body>{body}</body></html>\n"
    )
}

fn base_style(theme: Theme) -> String {
    let ours = theme.tokens();
    let paper = Theme::Light.tokens();
    format!(
        "html{{color-scheme:{scheme};background:{page};color:{ink}}}\
         body{{box-sizing:border-box;margin:0 auto;padding:20px 48px;max-width:780px;font:14.5px/1.6 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;overflow-wrap:anywhere}}\
         @media (max-width:560px){{body{{padding:16px 20px}}}}\
         a{{color:{accent}}}\
         .pli-sheet{{overflow-x:auto}}\
         .pli-sheet+*,.pli-text+*{{margin-top:20px}}\
         .pli-paper{{color-scheme:light;background:{paper_page};color:{paper_ink};border-radius:6px;padding:16px}}\
         .pli-paper a{{color:{paper_accent}}}\
         .pli-plain .letter,.pli-plain .letter *{{color:inherit!important;background:transparent!important}}\
         .pli-plain .letter a,.pli-plain .letter a *{{color:{accent}!important}}\
         .letter img{{max-width:100%!important}}\
         .letter img:not([height]){{height:auto}}\
         .letter table{{max-width:100%}}\
         .letter pre{{white-space:pre-wrap}}\
         .letter blockquote{{margin:8px 0;padding-left:12px;border-left:1px solid {line}}}\
         .pli-paper .letter blockquote{{border-left-color:{paper_line}}}\
         .pli-picture{{display:inline-block;box-sizing:border-box;max-width:100%;min-width:16px;min-height:16px;padding:2px 6px;overflow:hidden;\
         vertical-align:middle;border-radius:4px;background:{line};color:{quiet};font-size:12px;line-height:1.4}}\
         .pli-plain .letter .pli-picture{{background:{line}!important;color:{quiet}!important}}\
         .pli-paper .pli-picture{{background:{paper_line};color:{paper_quiet}}}\
         .pli-text{{white-space:pre-wrap}}\
         .pli-fixed{{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;tab-size:8}}\
         .pli-quote{{margin:4px 0;padding-left:12px;border-left:1px solid {line};color:{quiet}}}\
         .pli-signature{{color:{quiet}}}",
        scheme = ours.scheme,
        page = ours.page,
        ink = ours.ink,
        quiet = ours.quiet_ink,
        line = ours.line,
        accent = ours.accent,
        paper_page = paper.page,
        paper_ink = paper.ink,
        paper_line = paper.line,
        paper_quiet = paper.quiet_ink,
        paper_accent = paper.accent,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markup: &str, theme: Theme) -> Page {
        page(
            format!("Content-Type: text/html; charset=utf-8\n\n{markup}").as_bytes(),
            theme,
        )
    }

    #[test]
    fn a_document_of_its_own() {
        let page = html("<p>Hi", Theme::Light);
        assert!(
            page.html
                .starts_with("<!doctype html>\n<html class=\"pli-light\"><head><meta charset=\"utf-8\">")
        );
        assert!(page.html.contains(&format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{PAGE_CSP}\">"
        )));
        assert!(
            page.html
                .contains("<body><div class=\"pli-sheet\"><div class=\"letter\"><p>Hi</p></div></div></body>")
        );
        assert_eq!((page.remote, page.trackers), (0, 0));
    }

    #[test]
    fn only_letters_with_own_colours_stand_on_paper_in_the_dark() {
        assert!(
            html("<p style='color:red'>x", Theme::Dark)
                .html
                .contains("<div class=\"pli-sheet pli-paper\">")
        );
        assert!(
            html("<body bgcolor=white text=black>x", Theme::Dark)
                .html
                .contains("<div class=\"pli-sheet pli-plain\">")
        );
        assert!(
            html("<p style='color:red'>x", Theme::Light)
                .html
                .contains("<div class=\"pli-sheet\">")
        );
        assert!(
            page(b"A: b\n\ntext", Theme::Dark)
                .html
                .contains("background:#222327;color:#eceae4")
        );
    }

    #[test]
    fn pictures_come_from_the_letter() {
        let raw = "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src='cid:a@x' width=10 onload=x><img src=cid:missing>\n\
                   --b\nContent-Type: application/octet-stream; name=a.png\nContent-ID: <a@x>\nContent-Transfer-Encoding: base64\n\nUE5H\n--b--\n";
        let page = page(raw.as_bytes(), Theme::Light);
        assert!(
            page.html
                .contains("<img src=\"data:image/png;base64,UE5H\" width=\"10\"><span class=\"pli-picture\""),
            "{}",
            page.html
        );
        assert_eq!(page.remote, 0);
    }

    #[test]
    fn every_section_is_shown_in_its_order() {
        let raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<b>one</b>\n--b\n\ntwo\n--b--\n";
        let html = page(raw, Theme::Light).html;
        assert!(html.find("<b>one</b>").unwrap() < html.find("<div class=\"pli-text\">two</div>").unwrap());
    }
}
