//! Who writes: a cast with addresses of the reserved domain `.test` (RFC 6761), the same for every mailbox.

/// Somebody who writes letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Person {
    pub name: &'static str,
    pub email: &'static str,
}

const fn person(name: &'static str, email: &'static str) -> Person {
    Person { name, email }
}

pub(super) const ENGLISH: [Person; 9] = [
    person("Ruth Ashdown", "ruth@ashdown.test"),
    person("Tom Whitlock", "tom.whitlock@harbour-books.test"),
    person("Priya Raman", "priya@fieldnotes.test"),
    person("Owen Pryce", "owen@pryce-roofing.test"),
    person("Hanna Lindqvist", "hanna.lindqvist@bergslagen.test"),
    person("June Okafor", "june@allotment42.test"),
    person("Martin Vale", "m.vale@vale-press.test"),
    person("Vale Press, Accounts", "accounts@vale-press.test"),
    person("Bridge Street Cycles", "workshop@bridgestreet.test"),
];

pub(super) const FRENCH: [Person; 5] = [
    person("Élodie Marchand", "elodie@marchand.test"),
    person("Benoît Lefèvre", "benoit.lefevre@editions-du-quai.test"),
    person("Camille Roux", "camille@roux.test"),
    person("Association du Vieux Lavoir", "bureau@vieux-lavoir.test"),
    person("Françoise Chênevert", "f.chenevert@papier-plume.test"),
];

pub(super) const GERMAN: [Person; 5] = [
    person("Jörg Müller", "joerg@mueller.test"),
    person("Käthe Sommerfeld", "kaethe.sommerfeld@sommerfeld.test"),
    person("Anselm Weiß", "anselm@papierhaus-weiss.test"),
    person("Hausverwaltung Lindenstraße", "verwaltung@lindenstrasse.test"),
    person("Friederike Groß", "friederike@gross.test"),
];

/// By language code, for the letters in other scripts.
pub(super) fn abroad(language: &str) -> Person {
    match language {
        "ja" => person("山田 花子", "hanako.yamada@kamogawa.test"),
        "ru" => person("Анна Лебедева", "anna.lebedeva@yabloko-sad.test"),
        "ar" => person("ليلى حداد", "layla.haddad@bahr.test"),
        "el" => person("Ελένη Παππά", "eleni.pappa@elaiones.test"),
        "hi" => person("मीरा शर्मा", "meera.sharma@pustak.test"),
        "zh" => person("陈静", "chen.jing@mofang.test"),
        "ko" => person("김민지", "minji.kim@sanhaeng.test"),
        "es" => person("Lucía Muñoz", "lucia.munoz@huerta.test"),
        _ => person("Jiří Dvořák", "jiri.dvorak@reky.test"),
    }
}

pub(super) const LIST_MEMBERS: [Person; 6] = [
    person("Ruth Ashdown", "ruth@ashdown.test"),
    person("June Okafor", "june@allotment42.test"),
    person("Sam Thistlewood", "sam@thistlewood.test"),
    person("Dorothea Klee", "dorothea@klee.test"),
    person("Bill (plot 7)", "bill@plot7.test"),
    person("Ines Carvalho", "ines@carvalho.test"),
];
