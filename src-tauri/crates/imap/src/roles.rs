//! What each mailbox is for: by the server's word (RFC 6154), else by the names that programs give in many languages.
//!
//! A role goes to one mailbox. Names count only at the top, directly below the inbox, or below Gmail's own parent:
//! `Projects/Archive` is somebody's project.

use crate::Listing;
use pli_model::Role;

/// Special-use attributes.
const ATTRIBUTES: [(&str, Role); 6] = [
    ("\\Drafts", Role::Drafts),
    ("\\Sent", Role::Sent),
    ("\\Archive", Role::Archive),
    ("\\All", Role::All),
    ("\\Junk", Role::Junk),
    ("\\Trash", Role::Trash),
];

/// Names by role, in lower case; the ones that servers create first.
#[rustfmt::skip]
const NAMES: [(Role, &[&str]); 6] = [
    (Role::Drafts, &[
        "drafts", "draft", "draft messages", "entwürfe", "entwurf", "brouillons", "brouillon", "borradores",
        "borrador", "esborranys", "bozze", "rascunhos", "rascunho", "concepten", "kladder", "utkast", "luonnokset",
        "drög", "wersje robocze", "szkice", "kopie robocze", "koncepty", "koncepti", "rozepsané", "rozpísané",
        "osnutki", "skice", "piszkozatok", "ciorne", "чернови", "черновики", "чернетки", "нацрти", "πρόχειρα",
        "taslaklar", "juodraščiai", "melnraksti", "mustandid", "טיוטות", "مسودات", "المسودات", "پیش‌نویس‌ها",
        "ड्राफ़्ट", "ฉบับร่าง", "thư nháp", "bản nháp", "draf", "konsep", "草稿", "草稿箱", "草稿匣", "草稿夹", "下書き", "임시보관함",
        "임시 보관함",
    ]),
    (Role::Sent, &[
        "sent", "sent items", "sent messages", "sent mail", "sent-mail", "sentmail", "gesendet", "gesendete objekte",
        "gesendete elemente", "gesendete nachrichten", "envoyés", "éléments envoyés", "messages envoyés",
        "courrier envoyé", "objets envoyés", "enviados", "elementos enviados", "mensajes enviados", "correo enviado",
        "enviats", "elements enviats", "inviata", "inviati", "posta inviata", "messaggi inviati", "elementi inviati",
        "itens enviados", "mensagens enviadas", "correio enviado", "verzonden", "verzonden items",
        "verzonden berichten", "sendt", "sendt post", "sendte elementer", "sendt e-post", "sendte", "skickat",
        "skickade objekt", "skickade meddelanden", "lähetetyt", "lähetetyt kohteet", "lähetetyt viestit",
        "sendir hlutir", "wysłane", "elementy wysłane", "odeslané", "odeslaná pošta", "odoslané", "odoslaná pošta",
        "poslano", "poslane stavke", "elküldött elemek", "elküldött üzenetek", "elküldött", "trimise",
        "elemente trimise", "mesaje trimise", "изпратени", "отправленные", "надіслані", "надіслані елементи",
        "послато", "απεσταλμένα", "σταλμένα", "gönderilmiş öğeler", "gönderilenler", "gönderilmiş", "išsiųsta",
        "išsiųsti laiškai", "nosūtītie", "saadetud", "נשלחו", "פריטים שנשלחו", "דואר שנשלח", "المرسلة",
        "العناصر المرسلة", "البريد المرسل", "مرسل", "ارسال شده", "भेजे गए", "ส่งแล้ว", "จดหมายที่ส่ง", "thư đã gửi",
        "đã gửi", "terkirim", "item terkirim", "已发送", "已发送邮件", "已傳送的郵件", "已发邮件", "寄件備份", "已傳送", "寄件匣備份", "送信済み",
        "送信済みアイテム", "送信済みメール", "보낸 편지함", "보낸편지함", "보낸 메일함",
    ]),
    (Role::Archive, &[
        "archive", "archives", "archived", "archiv", "archivo", "archivados", "archivio", "archiviati", "arquivo",
        "arquivados", "arquivo morto", "archief", "arkiv", "arkisto", "archiwum", "archív", "arhiv", "arhiva",
        "arhivă", "archívum", "архив", "архів", "архива", "αρχείο", "αρχειοθήκη", "arşiv", "archyvas", "arhīvs",
        "arhiiv", "ארכיון", "أرشيف", "الأرشيف", "بایگانی", "lưu trữ", "arsip", "เก็บถาวร", "归档", "存档", "封存", "歸檔",
        "アーカイブ", "보관함", "보관",
    ]),
    (Role::All, &[
        "all mail", "alle nachrichten", "tous les messages", "todos", "todo el correo", "tutti i messaggi",
        "todos os e-mails",
    ]),
    (Role::Junk, &[
        "junk", "spam", "junk e-mail", "junk email", "junk mail", "bulk mail", "bulk", "unerwünscht", "spamverdacht",
        "unerwünschte werbung", "spam-verdacht", "courrier indésirable", "indésirables", "pourriel", "pourriels",
        "correo no deseado", "correo basura", "no deseado", "correu brossa", "posta indesiderata", "indesiderata",
        "lixo eletrônico", "lixo electrónico", "correio indesejado", "ongewenste e-mail", "ongewenst", "uønsket mail",
        "uønsket e-post", "søppelpost", "skräppost", "roskaposti", "ruslpóstur", "wiadomości-śmieci", "niechciane",
        "nevyžádaná pošta", "nevyžiadaná pošta", "neželena pošta", "neželjena pošta", "levélszemét", "spamok",
        "mesaje nedorite", "нежелана поща", "спам", "нежелательная почта", "небажана пошта", "ανεπιθύμητα",
        "ανεπιθύμητη αλληλογραφία", "önemsiz", "gereksiz", "önemsiz e-posta", "brukalas", "šlamštas", "mēstules",
        "rämpspost", "דואר זבל", "ספאם", "בלתי רצויות", "البريد غير الهام", "بريد مزعج", "هرزنامه", "อีเมลขยะ",
        "สแปม", "thư rác", "垃圾邮件", "垃圾箱", "垃圾郵件", "垃圾信件", "迷惑メール", "스팸", "스팸 메일함", "정크 메일",
    ]),
    (Role::Trash, &[
        "trash", "deleted items", "deleted messages", "deleted", "bin", "rubbish", "papierkorb", "gelöschte objekte",
        "gelöschte elemente", "gelöscht", "corbeille", "éléments supprimés", "messages supprimés", "objets supprimés",
        "papelera", "papelera de reciclaje", "elementos eliminados", "eliminados", "paperera", "elements suprimits",
        "cestino", "posta eliminata", "eliminati", "elementi eliminati", "lixeira", "lixo", "itens excluídos",
        "itens eliminados", "prullenbak", "prullenmand", "verwijderde items", "papirkurv", "slettet post",
        "slettede elementer", "søppel", "papperskorgen", "papperskorg", "borttagna objekt", "borttaget", "roskakori",
        "poistetut", "poistetut kohteet", "rusl", "ruslafata", "kosz", "elementy usunięte", "usunięte", "koš",
        "odstraněná pošta", "odstranená pošta", "kôš", "izbrisano", "smeće", "smetnjak", "törölt elemek", "kuka",
        "lomtár", "coș de gunoi", "coş de gunoi", "elemente șterse", "кошче", "корзина", "удаленные", "удалённые",
        "кошик", "видалені", "отпад", "смеће", "κάδος απορριμμάτων", "κάδος", "διαγραμμένα", "απορρίμματα", "çöp",
        "çöp kutusu", "silinmiş öğeler", "silinenler", "šiukšlinė", "šiukšlės", "atkritne", "miskast", "prügikast",
        "kustutatud", "אשפה", "פריטים שנמחקו", "المهملات", "سلة المهملات", "العناصر المحذوفة", "زباله‌دان", "ถังขยะ",
        "thùng rác", "sampah", "已删除", "已删除邮件", "废件箱", "已刪除的郵件", "垃圾桶", "刪除的郵件", "回收站", "ゴミ箱", "ごみ箱", "削除済み",
        "削除済みアイテム", "휴지통", "지운 편지함", "지운편지함",
    ]),
];

/// The role of each listed mailbox, in the same order.
pub fn assign(listings: &[Listing]) -> Vec<Role> {
    let mut roles = vec![Role::Other; listings.len()];
    for (role, listing) in roles.iter_mut().zip(listings) {
        if listing.name.as_wire() == b"INBOX" {
            *role = Role::Inbox;
        }
    }
    for (attribute, role) in ATTRIBUTES {
        give(&mut roles, listings, role, |listing| {
            listing.has(attribute).then_some(0)
        });
    }
    for (role, names) in NAMES {
        if !roles.contains(&role) {
            give(&mut roles, listings, role, |listing| {
                let leaf = prominent_leaf(listing)?;
                names.iter().position(|name| **name == leaf)
            });
        }
    }
    roles
}

/// Gives the role to the mailbox of lowest rank that has none yet; of equals to the first.
fn give(roles: &mut [Role], listings: &[Listing], role: Role, rank: impl Fn(&Listing) -> Option<usize>) {
    let best = roles
        .iter_mut()
        .zip(listings)
        .filter(|(given, listing)| **given == Role::Other && listing.is_selectable())
        .filter_map(|(given, listing)| Some((rank(listing)?, given)))
        .min_by_key(|(rank, _)| *rank);
    if let Some((_, given)) = best {
        *given = role;
    }
}

/// The last part of the name in lower case, when the mailbox stands where programs put theirs.
fn prominent_leaf(listing: &Listing) -> Option<String> {
    let name = listing.name.decode();
    let Some(delimiter) = listing.delimiter else {
        return Some(name.to_lowercase());
    };
    match name.split_once(delimiter) {
        None => Some(name.to_lowercase()),
        Some((parent, leaf)) if !leaf.contains(delimiter) => {
            let parents = ["inbox", "[gmail]", "[google mail]"];
            parents
                .contains(&parent.to_lowercase().as_str())
                .then(|| leaf.to_lowercase())
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MailboxName;

    fn roles(mailboxes: &[(&str, &str)]) -> Vec<&'static str> {
        let listing = |(name, attributes): &(&str, &str)| Listing {
            name: MailboxName::encode(name),
            delimiter: Some('/'),
            attributes: attributes.split_whitespace().map(str::to_owned).collect(),
        };
        assign(&mailboxes.iter().map(listing).collect::<Vec<_>>())
            .into_iter()
            .map(Role::as_str)
            .collect()
    }

    #[test]
    fn names_in_many_languages() {
        let mailboxes = [
            ("inbox", ""),
            ("Отправленные", ""),
            ("Entwürfe", ""),
            ("INBOX/Corbeille", ""),
            ("迷惑メール", ""),
            ("Arşiv", ""),
            ("Rechnungen", ""),
        ];
        assert_eq!(
            roles(&mailboxes),
            ["inbox", "sent", "drafts", "trash", "junk", "archive", "other"]
        );
    }

    #[test]
    fn the_servers_word_wins_and_each_role_is_given_once() {
        let mailboxes = [
            ("Sent", ""),
            ("Sent Items", "\\HasNoChildren \\sent"),
            ("Gesendet", "\\Sent"),
            ("Trash", "\\Noselect"),
        ];
        assert_eq!(roles(&mailboxes), ["other", "sent", "other", "other"]);
    }

    #[test]
    fn the_better_known_name_and_place_win() {
        let mailboxes = [
            ("Projects/Archive", ""),
            ("Bin", ""),
            ("Trash", ""),
            ("a/INBOX/Spam", ""),
            ("[Gmail]/Spam", ""),
        ];
        assert_eq!(roles(&mailboxes), ["other", "other", "trash", "other", "junk"]);
    }

    #[test]
    fn the_table_is_in_lower_case_and_no_name_has_two_roles() {
        let mut all: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert!(
            all.iter().all(|name| *name == name.to_lowercase()),
            "{:?}",
            all.iter().find(|n| **n != n.to_lowercase())
        );
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
