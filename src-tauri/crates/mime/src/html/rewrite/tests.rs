//! Markup in, markup out.

use super::*;

fn shown(source: &str) -> String {
    let html = clean(source, &mut Pictures::default()).html;
    html.strip_prefix("<div class=\"letter\">")
        .and_then(|html| html.strip_suffix("</div>"))
        .map(str::to_owned)
        .unwrap_or(html)
}

#[test]
fn harmless_markup_stays() {
    assert_eq!(
        shown("<p class='x y' style='color:red'>a<br>b &amp; c &lt; d</p>"),
        "<p class=\"m-x m-y\" style=\"color:red\">a<br>b &amp; c &lt; d</p>"
    );
    assert_eq!(
        shown("<a href='HTTPS://Example.test/x' onclick=x title='https://bank.test'>y</a>"),
        "<a href=\"https://example.test/x\" title=\"https://example.test/x\" target=\"_blank\" rel=\"noopener noreferrer\">y</a>"
    );
    assert_eq!(
        shown("<table bgcolor=#eee width=600><tr><td colspan=2>1<td>2</table>"),
        "<table bgcolor=\"#eee\" width=\"600\"><tbody><tr><td colspan=\"2\">1</td><td>2</td></tr></tbody></table>"
    );
    assert_eq!(
        shown("<ul><li>a<li>b</ul><p>c<p>d"),
        "<ul><li>a</li><li>b</li></ul><p>c</p><p>d</p>"
    );
}

#[test]
fn active_markup_goes() {
    for (hostile, expected) in [
        ("a<script>alert(1)</script>b", "ab"),
        ("<img src=x onerror=alert(1)>", ""),
        (
            "<a href='javascript:alert(1)'>x</a>",
            "<a rel=\"noopener noreferrer\">x</a>",
        ),
        (
            "<a href='&#x6a;avascript:alert(1)'>x</a>",
            "<a rel=\"noopener noreferrer\">x</a>",
        ),
        (
            "<form action=https://x.test><input name=a><button>Go</button></form>",
            "Go",
        ),
        (
            "<iframe src=https://x.test></iframe><object data=x>y</object><embed src=x>",
            "",
        ),
        ("<svg><a xlink:href='javascript:x'><text>y</text></a></svg>z", "z"),
        ("<svg><p>out", "<p>out</p>"),
        ("<math><mi xlink:href=javascript:x>y</mi></math>", ""),
        (
            "<base href=https://x.test><meta http-equiv=refresh content='0;url=https://x.test'><link rel=stylesheet href=https://x.test>",
            "",
        ),
        ("<noscript><img src=https://x.test></noscript>", ""),
        ("<p id=top name=x>y", "<p id=\"m-top\">y</p>"),
        ("<p style='position:fixed;top:0'>y", "<p>y</p>"),
        (
            "<span class=\"pli-picture\">y</span>",
            "<span class=\"m-pli-picture\">y</span>",
        ),
    ] {
        let html = shown(hostile).replace(" target=\"_blank\"", "");
        assert_eq!(html, expected, "{hostile}");
    }
}

#[test]
fn what_is_remote_is_counted_and_boxed() {
    let source = "<body background='https://x.test/bg'><img src='https://x.test/1.png' srcset='https://x.test/2.png 2x' width=100 height=50 alt='A cat'>\
                  <img src=https://x.test/o width=1 height=1><td style='background:url(//x.test/3)'><video poster=https://x.test/4></video>\
                  <style>@import 'https://x.test/5';p{background-image:url(https://x.test/6)}</style>";
    let cleaned = clean(source, &mut Pictures::default());
    assert_eq!((cleaned.remote, cleaned.trackers), (7, 1));
    assert!(!cleaned.html.contains("x.test") && !cleaned.css.contains("x.test"));
    assert!(
        cleaned
            .html
            .contains("<span class=\"pli-picture\" style=\"width:100px;height:50px\">A cat</span>"),
        "{}",
        cleaned.html
    );
}

#[test]
fn the_body_keeps_its_looks() {
    let cleaned = clean(
        "<html lang=fr><head><title>t</title><style>body{color:#111}.a{margin:0}</style></head><body class=b bgcolor=#e0e0e0 style='margin:0'>x</body></html>",
        &mut Pictures::default(),
    );
    assert_eq!(
        cleaned.html,
        "<div class=\"letter m-b\" lang=\"fr\" style=\"background-color:#e0e0e0;margin:0\">x</div>"
    );
    assert_eq!(cleaned.css, ".letter{color:#111}.letter .m-a{margin:0}");
    assert!(cleaned.own_colours);
    assert!(!clean("<div dir=ltr>plain</div>", &mut Pictures::default()).own_colours);
    assert!(
        !clean(
            "<body bgcolor=#FFFFFF text=#000000><font color=black>x",
            &mut Pictures::default()
        )
        .own_colours
    );
}

#[test]
fn misnested_markup_keeps_its_structure() {
    assert_eq!(shown("<b><p>x</b>y</p>z"), "<b></b><p><b>x</b>y</p>z");
    assert_eq!(
        shown("<table><tr><td><font size=2>x</td><td>y</font></table>z"),
        "<table><tbody><tr><td><font size=\"2\">x</font></td><td>y</td></tr></tbody></table>z"
    );
    assert_eq!(shown("</div></p>x</td>"), "x");
}

#[test]
fn bombs_stay_small() {
    let deep = clean(&"<div>".repeat(200_000), &mut Pictures::default());
    assert!(deep.html.len() < 10_000);
    let crossed = format!(
        "{}{}",
        "<b><i><u><font size=1><font size=2>".repeat(50),
        "<p>x".repeat(20_000)
    );
    assert!(clean(&crossed, &mut Pictures::default()).html.len() < 2_000_000);
    let tables = format!("<table>{}{}", "<b>".repeat(200), "<tr>x<td>y".repeat(20_000));
    assert!(clean(&tables, &mut Pictures::default()).html.len() < 2_000_000);
    let many = clean(&"<i>x</i>".repeat(300_000), &mut Pictures::default());
    assert!(many.html.len() < 4_000_000);
}
