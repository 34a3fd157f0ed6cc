//! Letters by themselves: newsletters, orders, invitations, reports and the rest of what machines write.

use super::Letter;
use super::compose::{Part, Transfer, address_field, field};
use super::media;
use super::people::{self, Person};
use super::random::Random;
use super::trace::{Origin, date, message_id, received};
use pli_model::{Flags, Timestamp};

/// Who gets a letter, and when.
#[derive(Clone, Copy)]
pub(super) struct Occasion<'a> {
    pub owner: Person,
    pub arrived: Timestamp,
    /// For whom the letter was meant, such as a list; the owner in most cases.
    pub to: &'a [Person],
}

impl Occasion<'_> {
    /// Header of a letter by a machine, with its trace. `more` goes at its end, whole lines.
    fn header(&self, random: &mut Random, from: Person, subject: &str, more: &str) -> String {
        let mut header = received(
            random,
            from.email,
            self.owner.email,
            Origin::Machine,
            None,
            self.arrived,
        );
        header += &format!("Date: {}\r\n", date(self.arrived.plus_millis(-4000), 0));
        header += &format!("Message-ID: <{}>\r\n", message_id(random, from.email));
        header += &address_field("From", &[from], "UTF-8");
        header += &address_field("To", self.to, "UTF-8");
        header += &field("Subject", subject, "UTF-8");
        header + more
    }

    fn letter(&self, raw: Vec<u8>) -> Letter {
        Letter {
            raw,
            received: self.arrived,
            flags: Flags::NONE,
            keywords: Vec::new(),
            mailbox: "INBOX".to_owned(),
        }
    }
}

/// One of the kinds below.
pub(super) fn any(random: &mut Random, on: &Occasion<'_>) -> Letter {
    match random.below(10) {
        0..=3 => newsletter(random, on),
        4 | 5 => order(random, on),
        6 => invitation(random, on),
        7 => report(random, on),
        8 => notice(random, on),
        _ => spam(random, on),
    }
}

struct Shop {
    from: Person,
    title: &'static str,
    colour: &'static str,
    intro: &'static str,
    items: [(&'static str, &'static str); 4],
    farewell: &'static str,
}

const fn machine(name: &'static str, email: &'static str) -> Person {
    Person { name, email }
}

const SHOPS: [Shop; 4] = [
    Shop {
        from: machine("Harbour Books", "news@harbour-books.test"),
        title: "Four books for long evenings",
        colour: "#1f4e5f",
        intro: "The clocks have gone back, the kettle is on. Here is what the four of us are reading behind the counter.",
        items: [
            (
                "The Salt Road",
                "A cook follows a recipe across three countries. £11.99",
            ),
            ("Small Weather", "Poems about nothing larger than a puddle. £9.50"),
            (
                "The Lock Keeper's Ledger",
                "Two hundred years of one canal, told by its accounts. £18.00",
            ),
            ("How to Mend a Chair", "Exactly what it says, with 140 drawings. £14.25"),
        ],
        farewell: "You get this letter because you asked for it at the till.",
    },
    Shop {
        from: machine("La Gazette du Quai", "lettre@editions-du-quai.test"),
        title: "Nos parutions de la saison",
        colour: "#7a2e39",
        intro: "Quatre titres rejoignent le catalogue : un roman, deux récits, et un livre de cuisine qui n'en est pas un.",
        items: [
            (
                "L'Été des passerelles",
                "Roman. Une ville, sept ponts, un malentendu. 19 €",
            ),
            ("Carnets d'un relieur", "Récit. La colle, le cuir et la patience. 16 €"),
            (
                "La Maison d'en face",
                "Récit. Ce que l'on voit d'une fenêtre en trente ans. 17 €",
            ),
            ("À feu très doux", "Presque un livre de cuisine. 22 €"),
        ],
        farewell: "Vous recevez cette lettre parce que vous vous y êtes inscrit.",
    },
    Shop {
        from: machine("Gärtnerei Sommerfeld", "gartenpost@sommerfeld.test"),
        title: "Jetzt pflanzen: Zwiebeln für den Frühling",
        colour: "#3f6b3a",
        intro: "Was jetzt in die Erde kommt, blüht, wenn Sie es längst vergessen haben. Unsere Empfehlungen für Beet und Kübel.",
        items: [
            ("Schneeglöckchen", "50 Stück, für unter die Hecke. 12,90 €"),
            ("Wildtulpen", "Klein, zäh und jedes Jahr mehr. 9,80 €"),
            ("Märzenbecher", "Für feuchte Stellen. 11,40 €"),
            ("Winterling", "Der Erste von allen. 8,70 €"),
        ],
        farewell: "Sie erhalten diese Post, weil Sie im Laden Ihre Adresse hinterlassen haben.",
    },
    Shop {
        from: machine("Ridge & River Outfitters", "offers@ridge-river.test"),
        title: "Waterproof until Sunday",
        colour: "#b5541c",
        intro: "Everything that keeps water out is 20% off until Sunday night. Yes, also the hat.",
        items: [
            ("Fell jacket", "Three layers, two pockets, no logo. Now £143"),
            ("Gaiters", "For bogs of every depth. Now £28"),
            ("Dry bag, 20 litres", "Floats, we tried. Now £15"),
            ("The hat", "You know the one. Now £19"),
        ],
        farewell: "Too many letters? Choose how often at the link below.",
    },
];

/// HTML in tables, a logo by `cid:`, remote pictures and a tracking pixel, with a plain alternative.
fn newsletter(random: &mut Random, on: &Occasion<'_>) -> Letter {
    let Some(shop) = SHOPS.get(random.index(SHOPS.len())) else {
        return spam(random, on);
    };
    let domain = super::trace::domain(shop.from.email);
    let (mark, token) = (random.number(), random.number());
    let logo = format!("logo-{mark:08x}@{domain}");
    let mut rows = String::new();
    let mut plain = format!("{}\n\n{}\n\n", shop.title, shop.intro);
    for (number, (name, text)) in shop.items.iter().enumerate() {
        rows += &format!(
            "<tr><td width=\"120\" valign=\"top\" style=\"padding:12px 0\"><img src=\"https://img.{domain}/{number}/{token:x}.jpg\" \
             width=\"104\" height=\"104\" alt=\"{name}\" style=\"border-radius:6px\"></td>\n<td valign=\"top\" style=\"padding:12px 0\">\
             <h3 style=\"margin:0 0 4px;font-size:17px;color:{colour}\">{name}</h3><p style=\"margin:0\">{text}</p></td></tr>\n",
            colour = shop.colour
        );
        plain += &format!("* {name}\n  {text}\n\n");
    }
    plain += &format!("{}\nhttps://{domain}/letter/off?u={token:x}\n", shop.farewell);
    let html = format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><style>body{{font-family:Georgia,serif;background:#f4f1ec;color:#222}} \
         a{{color:{colour}}} @media (max-width:480px){{td{{display:block}}}}</style></head>\n<body>\n\
         <div style=\"display:none;max-height:0\">{intro}</div>\n\
         <table role=\"presentation\" width=\"600\" align=\"center\" cellpadding=\"0\" cellspacing=\"0\" style=\"background:#fff\">\n\
         <tr><td style=\"background:{colour};padding:18px\"><img src=\"cid:{logo}\" width=\"96\" height=\"48\" alt=\"{name}\"></td></tr>\n\
         <tr><td style=\"padding:24px\"><h1 style=\"font-size:24px\">{title}</h1>\n<p>{intro}</p>\n<table width=\"100%\">\n{rows}</table>\n\
         <p><a href=\"https://click.{domain}/c/{token:x}\" style=\"background:{colour};color:#fff;padding:10px 18px;text-decoration:none\">{domain}</a></p>\n\
         <p style=\"font-size:12px;color:#777\">{farewell} <a href=\"https://{domain}/letter/off?u={token:x}\">✕</a></p></td></tr></table>\n\
         <img src=\"https://track.{domain}/open/{token:016x}.gif\" width=\"1\" height=\"1\" alt=\"\">\n</body></html>\n",
        colour = shop.colour,
        intro = shop.intro,
        title = shop.title,
        name = shop.from.name,
        farewell = shop.farewell
    );
    let related = Part::multipart(
        "related",
        mark ^ 1,
        &[
            Part::text("html", &html, "UTF-8", Transfer::QuotedPrintable),
            Part::inline("image/png", &logo, &media::png(random, 96, 48)),
        ],
    );
    let body = Part::multipart(
        "alternative",
        mark,
        &[Part::text("plain", &plain, "UTF-8", Transfer::QuotedPrintable), related],
    );
    let more = format!(
        "List-Unsubscribe: <https://{domain}/letter/off?u={token:x}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\
         Precedence: bulk\r\n"
    );
    let letter = on.letter(body.letter(&on.header(random, shop.from, shop.title, &more)));
    // Half of them are filed by a rule.
    if random.chance(50) {
        Letter {
            mailbox: "Newsletters".to_owned(),
            ..letter
        }
    } else {
        letter
    }
}

/// A confirmation with a table and an invoice.
fn order(random: &mut Random, on: &Occasion<'_>) -> Letter {
    let number = 40_000 + random.below(9000);
    let price = 9 + random.below(80);
    let from = machine("Harbour Books", "orders@harbour-books.test");
    let thing = random.pick(
        &[
            "The Salt Road",
            "Small Weather",
            "How to Mend a Chair",
            "a gift voucher",
        ],
        "a book",
    );
    let text = format!(
        "Thank you for your order {number}.\n\n1 x {thing}    £{price}.00\n  Postage      £3.20\n\nIt leaves us tomorrow by bicycle. The invoice is attached.\n"
    );
    let html = format!(
        "<p>Thank you for your order <b>{number}</b>.</p><table border=\"0\" cellpadding=\"6\"><tr><td>1 × {thing}</td><td align=\"right\">£{price}.00</td></tr>\
         <tr><td>Postage</td><td align=\"right\">£3.20</td></tr></table><p>It leaves us tomorrow by bicycle. The invoice is attached.</p>\n"
    );
    let mark = random.number();
    let texts = [
        Part::text("plain", &text, "UTF-8", Transfer::QuotedPrintable),
        Part::text("html", &html, "UTF-8", Transfer::QuotedPrintable),
    ];
    let invoice = media::pdf(&[
        "Harbour Books",
        &format!("Invoice {number}"),
        &format!("1 x {thing}  GBP {price}.00"),
        "Postage  GBP 3.20",
    ]);
    let body = Part::multipart(
        "mixed",
        mark,
        &[
            Part::multipart("alternative", mark ^ 1, &texts),
            Part::attachment("application/pdf", &format!("invoice-{number}.pdf"), &invoice),
        ],
    );
    let header = on.header(
        random,
        from,
        &format!("Your order {number}"),
        "Auto-Submitted: auto-generated\r\n",
    );
    Letter {
        mailbox: "Receipts".to_owned(),
        ..on.letter(body.letter(&header))
    }
}

/// A meeting request (RFC 5546, RFC 6047).
fn invitation(random: &mut Random, on: &Occasion<'_>) -> Letter {
    let who = people::ENGLISH
        .get(random.index(5))
        .copied()
        .unwrap_or(machine("Somebody", "somebody@elsewhere.test"));
    let (title, place) = [
        ("Reading circle", "Ruth's kitchen"),
        ("Cover for the spring list", "Vale Press, upstairs"),
        ("Choir, dress rehearsal", "St Mary's"),
    ]
    .get(random.index(3))
    .copied()
    .unwrap_or(("Tea", "the usual"));
    let starts = on
        .arrived
        .plus_millis(1000 * 86_400 * i64::try_from(2 + random.below(9)).unwrap_or(2));
    let stamp = |at: Timestamp| {
        let format = time::macros::format_description!("[year][month][day]T[hour][minute]00Z");
        time::OffsetDateTime::from_unix_timestamp(at.secs())
            .ok()
            .and_then(|at| at.format(format).ok())
            .unwrap_or_default()
    };
    let calendar = format!(
        "BEGIN:VCALENDAR\nPRODID:-//Fieldnotes//Calendar 3//EN\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:{:016x}@{}\nDTSTAMP:{}\nDTSTART:{}\nDTEND:{}\n\
         SUMMARY:{title}\nLOCATION:{place}\nORGANIZER;CN={}:mailto:{}\nATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{}\nEND:VEVENT\nEND:VCALENDAR\n",
        random.number(),
        super::trace::domain(who.email),
        stamp(on.arrived),
        stamp(starts),
        stamp(starts.plus_millis(5_400_000)),
        who.name,
        who.email,
        on.owner.email
    );
    let mark = random.number();
    let texts = Part::multipart(
        "alternative",
        mark,
        &[
            Part::text(
                "plain",
                &format!("{} invites you: {title}\n{}\n{place}\n", who.name, date(starts, 0)),
                "UTF-8",
                Transfer::EightBit,
            ),
            Part::text("calendar; method=REQUEST", &calendar, "UTF-8", Transfer::Base64),
        ],
    );
    let file = Part::attachment(
        "application/ics",
        "invite.ics",
        calendar.replace('\n', "\r\n").as_bytes(),
    );
    let body = Part::multipart("mixed", mark ^ 1, &[texts, file]);
    on.letter(body.letter(&on.header(random, who, &format!("Invitation: {title}"), "")))
}

/// A letter that came back (RFC 3464).
fn report(random: &mut Random, on: &Occasion<'_>) -> Letter {
    let here = super::trace::domain(on.owner.email);
    let lost = random.pick(
        &[
            "hannah@bergslagen.test",
            "info@harbor-books.test",
            "june@alotment42.test",
        ],
        "nobody@elsewhere.test",
    );
    let why = format!("550 5.1.1 <{lost}>: Recipient address rejected: User unknown in virtual mailbox table");
    let there = super::trace::domain(lost);
    let text = format!(
        "This is the mail system at host mail.{here}.\n\nYour message could not be delivered to one or more recipients. It is attached below.\n\n\
         <{lost}>: host mail.{there}[192.0.2.77] said: {why} (in reply to RCPT TO command)\n"
    );
    let status = format!(
        "Reporting-MTA: dns; mail.{here}\nArrival-Date: {at}\n\nFinal-Recipient: rfc822; {lost}\nAction: failed\nStatus: 5.1.1\n\
         Remote-MTA: dns; mail.{there}\nDiagnostic-Code: smtp; {why}\n",
        at = date(on.arrived.plus_millis(-9000), 0)
    );
    let original = format!(
        "From: <{}>\nTo: <{lost}>\nSubject: See you on Saturday?\nMessage-ID: <{}>\n",
        on.owner.email,
        message_id(random, on.owner.email)
    );
    let body = Part::multipart(
        "report; report-type=delivery-status",
        random.number(),
        &[
            Part::text("plain", &text, "us-ascii", Transfer::EightBit),
            Part::raw("message/delivery-status", &status),
            Part::raw("text/rfc822-headers", &original),
        ],
    );
    let daemon = Person {
        name: "Mail Delivery System",
        email: "MAILER-DAEMON@north.test",
    };
    on.letter(body.letter(&on.header(
        random,
        daemon,
        "Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied\r\n",
    )))
}

/// Plain words by a machine.
fn notice(random: &mut Random, on: &Occasion<'_>) -> Letter {
    let (from, subject, text) = [
        (machine("Town Library", "no-reply@library.test"), "Two books are due on Friday", "Dear reader,\n\nA Month in the Country\nThe Living Mountain\n\nare due on Friday. You can keep both for another three weeks by answering this letter with the word RENEW.\n\nThe Library\n"),
        (machine("Fieldnotes", "security@fieldnotes.test"), "New sign-in from Inverness", "Somebody signed in to your account from a new computer in Inverness.\n\nIf it was you, there is nothing to do. If not, change your password at https://fieldnotes.test/password and tell us.\n"),
        (machine("Stadtwerke Lindenau", "service@stadtwerke-lindenau.test"), "Ihr Zählerstand", "Guten Tag,\n\nbitte teilen Sie uns bis zum Monatsende Ihren Zählerstand mit. Eine Antwort auf diese E-Mail mit der Zahl genügt.\n\nIhre Stadtwerke\n"),
    ]
    .get(random.index(3))
    .copied()
    .unwrap_or((machine("", "nobody@elsewhere.test"), "", ""));
    let body = Part::text("plain", text, "UTF-8", Transfer::QuotedPrintable);
    on.letter(body.letter(&on.header(random, from, subject, "Auto-Submitted: auto-generated\r\n")))
}

/// What nobody asked for, in Junk.
fn spam(random: &mut Random, on: &Occasion<'_>) -> Letter {
    let from = machine("Prize Department №7", "winner@lucky-parcel.test");
    let html = "<html><body bgcolor=\"#ffff00\"><center><font size=\"7\" color=\"red\"><b>YOUR PARCEL IS WAITING!!!</b></font><br>\
                <a href=\"http://198.51.100.66/claim\">https://post.test/track</a><script>document.location='http://198.51.100.66'</script>\
                <form action=\"http://198.51.100.66\"><input name=\"card\"></form></center></body></html>\n";
    let body = Part::text("html", html, "UTF-8", Transfer::Base64);
    let header = on.header(random, from, "Re: Re: ✨ Your parcel №881 ✨", "X-Spam-Flag: YES\r\n");
    Letter {
        mailbox: "Junk".to_owned(),
        ..on.letter(body.letter(&header))
    }
}
