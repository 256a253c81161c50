//! Names of months and weekdays.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// The names of the months, folded, in all languages that have news.
static NAMES: LazyLock<HashMap<&'static str, i8>> = LazyLock::new(|| {
    let months = include_str!("months.txt").lines().filter(|line| !line.starts_with('#')).zip(1..);
    months.flat_map(|(names, month)| names.split(' ').map(move |name| (name, month))).collect()
});

/// Whether a word, in lower case, is the name of a day of the week.
pub(super) fn is_weekday(word: &str) -> bool {
    const DAYS: &[&str] = &[
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mar", "mer", "mie", "mie", "jeu", "jue", "ven", "vie", "sam", "sab",
        "sab", "dim", "dom", "die", "mit", "don", "fre", "son", "mo", "di", "mi", "do", "fr", "sa", "so", "пн", "вт", "ср", "чт", "пт",
        "сб", "вс", "нд", "δευ", "τρι", "τετ", "πεμ", "παρ", "σαβ", "κυρ", "gio", "пон", "втор", "сред", "четв", "пят", "суб", "воск",
    ];
    let bare = folded(word);
    DAYS.contains(&bare.as_str()) || (bare.chars().count() > 4 && DAYS.iter().any(|day| day.chars().count() >= 3 && bare.starts_with(day)))
}

/// Lower case, without accents on Latin, Greek and Cyrillic letters, and without the final point.
fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.trim_end_matches('.').to_ascii_lowercase();
    }
    let plain = word.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase);
    plain.nfc().collect::<String>().trim_end_matches('.').to_owned()
}

/// A month by its name or the beginning of it, in the languages that feeds are seen to use.
pub(super) fn month(word: &str) -> Option<i8> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "ene", "gen", "янв", "січ", "ιαν", "jan", "sty", "oca"],
        &["feb", "fev", "fev", "фев", "лют", "φεβ", "lut", "sub", "unor"],
        &["mar", "mar", "mrz", "maa", "мар", "бер", "μαρ", "mar"],
        &["apr", "avr", "abr", "апр", "кві", "απρ", "apr", "kwi", "nis"],
        &["may", "mai", "mei", "mag", "маи", "мая", "тра", "μαι", "μαι", "maj", "maj"],
        &["jun", "juin", "giu", "июн", "чер", "ιουν", "jun", "cze", "haz"],
        &["jul", "juil", "lug", "июл", "лип", "ιουλ", "jul", "lip", "tem"],
        &["aug", "aou", "aou", "ago", "авг", "сер", "αυγ", "sie", "agu"],
        &["sep", "set", "сен", "вер", "σεπ", "szep", "wrz", "eyl"],
        &["oct", "okt", "out", "ott", "окт", "жов", "οκτ", "paz", "eki"],
        &["nov", "ноя", "лис", "νοε", "lis", "kas"],
        &["dec", "dec", "dez", "dic", "дек", "гру", "δεκ", "gru", "ara"],
    ];
    let bare = folded(word);
    if let Some(month) = NAMES.get(bare.as_str()) {
        return Some(*month);
    }
    if bare.chars().count() < 3 || bare.chars().any(|c| !c.is_alphabetic()) {
        return None;
    }
    // `mar` is Tuesday in French and Spanish, but a month is what a date cannot do without.
    let found = MONTHS.iter().position(|names| names.iter().any(|name| bare.starts_with(name)))?;
    i8::try_from(found + 1).ok()
}
