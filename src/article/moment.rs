//! Reading dates as pages and texts write them.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use url::Url;

use crate::model::article::{Moment, Precision};
use crate::model::span::Span;
use crate::text::fold::fold;

/// Which of two numbers is the day in `03/04/2025`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The first.
    DayFirst,
    /// The second, as in the United States.
    MonthFirst,
}

impl Order {
    /// The order usual in a language, given as a BCP 47 tag.
    pub(super) fn of(language: Option<&str>) -> Self {
        let language = language.unwrap_or("en").to_ascii_lowercase();
        if matches!(language.as_str(), "en" | "en-us" | "en_us") { Self::MonthFirst } else { Self::DayFirst }
    }
}

/// The moment a value of a data field stands for: ISO 8601, RFC 2822, a Unix time, or a date in words.
pub(super) fn parse(value: &str, order: Order) -> Option<Moment> {
    let value = value.trim();
    if value.len() > 200 {
        return None;
    }
    iso(value)
        .or_else(|| mail(value))
        .or_else(|| unix(value))
        .or_else(|| find(value, order).map(|(moment, _)| moment))
        .filter(|found| is_sane(*found))
}

/// The first date written in a line of text, and where it stands.
pub(super) fn find(line: &str, order: Order) -> Option<(Moment, Span)> {
    let parts = parts(line);
    (0..parts.len()).find_map(|index| at(parts.get(index..)?, order)).filter(|(found, _)| is_sane(*found))
}

/// The date in the path of an address, such as `/2025/12/19/`.
pub(super) fn in_url(url: &Url) -> Option<Moment> {
    let segments: Vec<&str> = url.path_segments()?.collect();
    for (index, segment) in segments.iter().enumerate() {
        let number = |at: usize, digits: &[usize]| -> Option<i16> {
            segments.get(at).filter(|text| digits.contains(&text.len())).and_then(|text| text.parse().ok())
        };
        if let Some(year) = number(index, &[4])
            && let Some(month) = number(index + 1, &[1, 2]).or_else(|| MONTHS.get(*segments.get(index + 1)?).copied().map(i16::from))
            && let Some(day) = number(index + 2, &[1, 2])
            && let Some(found) = civil(year, month, day).filter(|found| is_sane(*found))
        {
            return Some(found);
        }
        if let Some(found) = joined(segment) {
            return Some(found);
        }
    }
    None
}

/// A date inside one path segment: `2025-12-19-title`, `20251219`.
fn joined(segment: &str) -> Option<Moment> {
    let dashed = segment.get(..10).filter(|_| !segment.as_bytes().get(10).is_some_and(u8::is_ascii_digit)).and_then(iso_day);
    let digits = || {
        let run: &str = segment.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 8)?;
        civil(run.get(..4)?.parse().ok()?, run.get(4..6)?.parse().ok()?, run.get(6..)?.parse().ok()?)
    };
    // `02-01-2022-title`, `report_22.04.2020`: such addresses are written where the day comes first.
    let turned = || {
        let parts = parts(segment);
        (0..parts.len())
            .find_map(|index| numeric(parts.get(index..)?, Order::DayFirst))
            .and_then(|(year, month, day, _)| civil(year, month, day))
    };
    dashed.or_else(digits).or_else(turned).filter(|found| is_sane(*found) && found.date().year() >= 1995)
}

fn iso_day(text: &str) -> Option<Moment> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    (year.len() == 4 && month.len() == 2 && day.len() == 2).then(|| civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))?
}

fn is_sane(moment: Moment) -> bool {
    (1980..=2100).contains(&moment.date().year())
}

fn civil(year: i16, month: i16, day: i16) -> Option<Moment> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(|date| Moment::Civil(date, Precision::Day))
}

fn iso(value: &str) -> Option<Moment> {
    let month = || {
        let (year, month) = value.split_once('-').filter(|_| value.len() == 7)?;
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        Some(Moment::Civil(date, Precision::Month))
    };
    let spaced;
    let value = if value.contains(" +") || value.contains(" -") || value.ends_with(" Z") || value.ends_with(" UTC") {
        spaced = value.replace(" UTC", "Z").replace(" +", "+").replace(" -", "-").replace(" Z", "Z");
        &spaced
    } else {
        value
    };
    let Ok(pieces) = Pieces::parse(value) else {
        return month();
    };
    let date = pieces.date();
    let Some(time) = pieces.time() else { return Some(Moment::Civil(date, Precision::Day)) };
    match pieces.offset() {
        Some(PiecesOffset::Zulu) => Offset::UTC.to_timestamp(date.to_datetime(time)).ok().map(Moment::Instant),
        Some(PiecesOffset::Numeric(numeric)) => {
            let offset = numeric.offset();
            offset.to_timestamp(date.to_datetime(time)).ok().map(|instant| Moment::Local(instant, offset))
        }
        // A time without a zone is no instant; the day is what can be trusted.
        _ => Some(Moment::Civil(date, Precision::Day)),
    }
}

/// The offset from UTC with which a value writes an instant: `2025-12-19T10:12:03+02:00`, or a time without a zone that is the same
/// to the second but for a whole number of half hours. None where it writes another instant, or writes it in UTC.
pub(super) fn offset_at(value: &str, instant: Timestamp) -> Option<Offset> {
    const HALF_HOUR: i32 = 1_800;
    let pieces = Pieces::parse(value.trim()).ok()?;
    let written = pieces.date().to_datetime(pieces.time()?);
    let offset = match pieces.offset() {
        Some(PiecesOffset::Numeric(numeric)) => numeric.offset(),
        Some(_) => return None,
        None => {
            // Times to the minute are alike by chance.
            let apart = written.duration_since(Offset::UTC.to_datetime(instant)).as_secs();
            let seconds = i32::try_from(apart).ok().filter(|apart| apart % HALF_HOUR == 0 && written.second() != 0)?;
            (-12 * 3_600..=14 * 3_600).contains(&seconds).then(|| Offset::from_seconds(seconds).ok())??
        }
    };
    let same = offset.to_timestamp(written).is_ok_and(|at| at.as_second() == instant.as_second());
    (same && offset != Offset::UTC).then_some(offset)
}

fn mail(value: &str) -> Option<Moment> {
    let zoned = jiff::fmt::rfc2822::parse(value).ok()?;
    let offset = zoned.offset();
    Some(if offset == Offset::UTC { Moment::Instant(zoned.timestamp()) } else { Moment::Local(zoned.timestamp(), offset) })
}

/// Seconds or milliseconds since 1970.
fn unix(value: &str) -> Option<Moment> {
    let number: i64 = value.parse().ok()?;
    match value.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
    .map(Moment::Instant)
}

/// A number, a word or a mark of a line.
#[derive(Debug, Clone)]
enum Part {
    Number { value: i16, digits: usize, span: Span },
    Word { folded: String, span: Span },
    Mark(char),
}

impl Part {
    const fn number(&self) -> Option<(i16, usize)> {
        match self {
            Self::Number { value, digits, .. } => Some((*value, *digits)),
            _ => None,
        }
    }

    const fn span(&self) -> Option<Span> {
        match self {
            Self::Number { span, .. } | Self::Word { span, .. } => Some(*span),
            Self::Mark(_) => None,
        }
    }

    fn month(&self) -> Option<i16> {
        match self {
            Self::Word { folded, .. } => MONTHS.get(folded.as_str()).map(|month| i16::from(*month)),
            _ => None,
        }
    }

    fn is_mark(&self, mark: char) -> bool {
        matches!(self, Self::Mark(found) if *found == mark)
    }

    fn is_word(&self, words: &[&str]) -> bool {
        matches!(self, Self::Word { folded, .. } if words.contains(&folded.as_str()))
    }
}

/// Splits the beginning of a line, as much of it as can hold a date.
fn parts(line: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut characters = line.char_indices().peekable();
    while let Some((start, first)) = characters.next() {
        if start > 400 {
            break;
        }
        let kind = kind_of(first);
        let mut end = start + first.len_utf8();
        while let Some((at, next)) = characters.peek().copied().filter(|(_, next)| kind != Kind::Other && kind_of(*next) == kind) {
            end = at + next.len_utf8();
            characters.next();
        }
        let span = Span::new(start, end);
        match kind {
            Kind::Digit => {
                let digits: String = span.of(line).chars().filter_map(digit).collect();
                parts.push(Part::Number { value: digits.parse().unwrap_or(-1), digits: digits.len(), span });
            }
            Kind::Letter => parts.push(Part::Word { folded: fold(span.of(line)), span }),
            Kind::Other if first.is_whitespace() => {}
            Kind::Other => parts.push(Part::Mark(first)),
        }
    }
    parts
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Digit,
    Letter,
    Other,
}

/// The digit a character is, in ASCII: Arabic, Persian, Indian, Thai and wide ones count as well.
fn digit(character: char) -> Option<char> {
    const ZEROS: [u32; 8] = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1040, 0xff10];
    let value = u32::from(character);
    ZEROS.iter().find_map(|zero| value.checked_sub(*zero).filter(|digit| *digit < 10)).and_then(|digit| char::from_digit(digit, 10))
}

fn kind_of(character: char) -> Kind {
    match character {
        _ if digit(character).is_some() => Kind::Digit,
        '年' | '月' | '日' | '년' | '월' | '일' => Kind::Other,
        _ if character.is_alphabetic() || unicode_normalization::char::is_combining_mark(character) => Kind::Letter,
        _ => Kind::Other,
    }
}

/// The date that begins with the first of the parts.
fn at(parts: &[Part], order: Order) -> Option<(Moment, Span)> {
    named(parts).or_else(|| numeric(parts, order)).and_then(|(year, month, day, used)| {
        // Thai pages count from the death of the Buddha.
        let year = if (2_500..2_700).contains(&year) { year - 543 } else { year };
        let spans = || parts.iter().take(used).filter_map(Part::span);
        let span = Span::new(spans().next()?.start, spans().next_back()?.end);
        Some((civil(year, month, day)?, span))
    })
}

/// Year, month, day and the number of parts taken, where the month is a word.
fn named(parts: &[Part]) -> Option<(i16, i16, i16, usize)> {
    const JOINTS: [&str; 9] = ["de", "of", "del", "den", "di", "the", "st", "nd", "th"];
    let skip = |mut index: usize| {
        while parts.get(index).is_some_and(|part| {
            part.is_word(&JOINTS) || part.is_word(&["rd", "er"]) || matches!(part, Part::Mark('.' | ',' | '-' | '/' | '\''))
        }) {
            index += 1;
        }
        index
    };
    let day = |index: usize| {
        parts.get(index)?.number().filter(|(value, digits)| *digits <= 2 && (1..=31).contains(value)).map(|(value, _)| value)
    };
    let year = |index: usize| {
        let (value, digits) = parts.get(index)?.number()?;
        match digits {
            4 => Some(value),
            _ => None,
        }
    };
    if let Some(month) = parts.first()?.month() {
        let second = skip(1);
        let day = day(second)?;
        let third = skip(second + 1);
        // "Dec 19, at 10:00, 2025" and the like are rare; the year must be next.
        return Some((year(third)?, month, day, third + 1));
    }
    if let Some(day) = day(0) {
        let second = skip(1);
        let month = parts.get(second)?.month()?;
        let third = skip(second + 1);
        return Some((year(third)?, month, day, third + 1));
    }
    let year = year(0)?;
    let second = skip(1);
    let month = parts.get(second)?.month()?;
    let third = skip(second + 1);
    Some((year, month, day(third)?, third + 1))
}

/// Year, month, day and the number of parts taken, where all three are numbers.
fn numeric(parts: &[Part], order: Order) -> Option<(i16, i16, i16, usize)> {
    let (first, first_digits) = parts.first()?.number()?;
    let mark = parts.get(1)?;
    let (second, second_digits) = parts.get(2)?.number()?;
    let (third, third_digits) = parts.get(4)?.number()?;
    let both = parts.get(3)?;
    let same = |character: char| mark.is_mark(character) && both.is_mark(character);
    let eastern = (mark.is_mark('年') && both.is_mark('月')) || (mark.is_mark('년') && both.is_mark('월'));
    if first_digits == 4 && second_digits <= 2 && third_digits <= 2 && (eastern || same('-') || same('/') || same('.')) {
        return Some((first, second, third, 5));
    }
    if first_digits > 2 || second_digits > 2 || !(third_digits == 4 || (third_digits == 2 && same('.'))) {
        return None;
    }
    let year = if third_digits == 2 { 2000 + third } else { third };
    if same('.') || same('-') {
        return if second <= 12 { Some((year, second, first, 5)) } else { Some((year, first, second, 5)) };
    }
    if !same('/') {
        return None;
    }
    let day_first = match (first > 12, second > 12) {
        (true, _) => true,
        (_, true) => false,
        _ => order == Order::DayFirst,
    };
    Some(if day_first { (year, second, first, 5) } else { (year, first, second, 5) })
}

/// Folded names of months and their number, in the languages most feeds are written in.
static MONTHS: LazyLock<HashMap<String, i8>> = LazyLock::new(|| {
    const NAMES: [&str; 12] = [
        "january jan januar janvier janv enero ene gennaio gen janeiro januari jänner stycznia styczeń января январь янв січня січень ledna \
         leden január januára ianuarie ocak tammikuuta tammikuu jaanuar janvāris sausio януари јануар siječnja januarja يناير ינואר Ιανουαρίου Ιαν gener \
         جانفي ژانویه जनवरी জানুয়ারি জানুয়ারি มกราคม",
        "february feb februar février févr fév febrero febbraio febb fevereiro fev februari lutego luty февраля февраль фев лютого лютий února \
         únor február februára februarie şubat helmikuuta helmikuu veebruar vasario февруари фебруар veljače februarja فبراير פברואר Φεβρουαρίου Φεβ febrer \
         فيفري فوریه फरवरी फ़रवरी ফেব্রুয়ারি ফেব্রুয়ারি กุมภาพันธ์",
        "march mar märz mrz mars marzo março maart marca marzec марта март мар березня березень března březen március marec martie mart \
         maaliskuuta maaliskuu märts kovo ožujka مارس מרץ מרס Μαρτίου Μαρ març \
         maret مارچ मार्च মার্চ มีนาคม",
        "april apr avril avr abril abr aprile apríl aprill kwietnia kwiecień апреля апрель апр квітня квітень dubna duben április aprilie nisan \
         huhtikuuta huhtikuu balandžio април travnja aprila أبريل ابريل אפריל Απριλίου Απρ \
         أفريل آوریل اپریل अप्रैल এপ্রিল เมษายน",
        "may mai mayo maggio mag maio mei maj maja мая май травня травень května květen május mája mayıs toukokuuta toukokuu gegužės мај svibnja مايو מאי Μαΐου Μάι maig \
         ماي مه می मई মে พฤษภาคม",
        "june jun juni juin junio giugno giu junho czerwca czerwiec июня июнь июн червня червень června červen június júna iunie haziran \
         kesäkuuta kesäkuu juuni birželio юни јун lipnja junija يونيو יוני Ιουνίου Ιουν juny \
         جوان ژوئن جون जून জুন มิถุนายน",
        "july jul juli juillet juil julio luglio lug julho lipca lipiec июля июль июл липня липень července červenec július júla iulie temmuz \
         heinäkuuta heinäkuu juuli liepos юли јул srpnja julija يوليو יולי Ιουλίου Ιουλ juliol \
         جويلية ژوئیه جولائی जुलाई জুলাই กรกฎาคม",
        "august aug août agosto ago augustus augusti sierpnia sierpień августа август авг серпня серпень srpna srpen augusztus augusta ağustos \
         elokuuta elokuu rugpjūčio kolovoza avgusta أغسطس אוגוסט Αυγούστου Αυγ agost \
         agustus أوت اوت اگست अगस्त আগস্ট สิงหาคม",
        "september sep sept septembre septiembre setiembre settembre set sett setembro września wrzesień сентября сентябрь сен сент вересня вересень \
         září szeptember septembra septembrie eylül syyskuuta syyskuu rugsėjo септември септембар rujna سبتمبر ספטמבר Σεπτεμβρίου Σεπ setembre \
         سپتامبر ستمبر सितंबर सितम्बर সেপ্টেম্বর กันยายน",
        "october oct oktober okt octobre octubre ottobre ott outubro out października październik октября октябрь окт жовтня жовтень října říjen \
         október októbra octombrie ekim lokakuuta lokakuu oktoober spalio октомври октобар listopada أكتوبر اكتوبر אוקטובר Οκτωβρίου Οκτ \
         اکتبر اکتوبر अक्टूबर अक्तूबर অক্টোবর ตุลาคม",
        "november nov novembre noviembre novembro listopadu listopad ноября ноябрь ноя нояб листопада листопад novembra noiembrie kasım \
         marraskuuta marraskuu lapkričio ноември новембар studenoga نوفمبر נובמבר Νοεμβρίου Νοε \
         نوامبر نومبر नवंबर नवम्बर নভেম্বর พฤศจิกายน",
        "december dec dezember dez décembre déc diciembre dic dicembre dezembro grudnia grudzień декабря декабрь дек грудня грудень prosince \
         prosinec decembra decembrie aralık joulukuuta joulukuu detsember gruodžio декември децембар prosinca ديسمبر דצמבר Δεκεμβρίου Δεκ desembre desember des \
         دسامبر دسمبر दिसंबर दिसम्बर ডিসেম্বর ธันวาคม",
    ];
    let mut months = HashMap::new();
    for (index, names) in (1i8..).zip(NAMES) {
        for name in names.split_whitespace() {
            // The Polish October is the Croatian one too, and the Czech November: what was listed first stays.
            months.entry(fold(name)).or_insert(index);
        }
    }
    months
});

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Order, find, in_url, offset_at, parse};
    use crate::model::article::Moment;

    fn shown(found: Option<Moment>) -> String {
        found.map_or_else(|| "-".to_owned(), |moment| moment.to_string())
    }

    #[test]
    fn data_fields() {
        let parsed = |value| shown(parse(value, Order::MonthFirst));
        assert_eq!(parsed("2025-12-19T01:30:00+02:00"), "2025-12-19T01:30:00+02:00");
        assert_eq!(parsed("2025-12-19T01:30:00.123Z"), "2025-12-19T01:30:00.123Z");
        assert_eq!(parsed("2025-12-19 01:30:00 +0200"), "2025-12-19T01:30:00+02:00");
        assert_eq!(parsed("2025-12-19 01:30"), "2025-12-19");
        assert_eq!(parsed("2025-12"), "2025-12");
        assert_eq!(parsed("Fri, 19 Dec 2025 23:30:00 -0500"), "2025-12-19T23:30:00-05:00");
        assert_eq!(parsed("1766133123"), "2025-12-19T08:32:03Z");
        assert_eq!(parsed("0001-01-01T00:00:00Z"), "-");
        assert_eq!(parsed("yesterday"), "-");
    }

    #[test]
    fn offsets_of_an_instant() {
        let at = |value: &str| offset_at(value, "2025-12-19T03:05:07Z".parse().unwrap()).map(|offset| offset.to_string());
        assert_eq!(at("2025-12-18T19:05:07-08:00").as_deref(), Some("-08"));
        assert_eq!(at("2025-12-19 08:35:07").as_deref(), Some("+05:30"));
        // Another instant, UTC itself, a time that is alike by chance or too far off, and no time at all.
        for value in [
            "2025-12-18T19:05:08-08:00",
            "2025-12-19T03:05:07+00:00",
            "2025-12-19T03:05:07Z",
            "2025-12-19 03:05:07",
            "2025-12-19 04:05",
            "2025-12-19 04:06:07",
            "2025-12-20 04:05:07",
            "2025-12-19",
            "yesterday",
        ] {
            assert_eq!(at(value), None, "{value}");
        }
    }

    #[test]
    fn dates_in_words() {
        let found =
            |line: &str| find(line, Order::DayFirst).map_or_else(|| "-".to_owned(), |(moment, span)| format!("{moment} {}", span.of(line)));
        assert_eq!(found("Published: Friday, Dec. 19th, 2025 at 10:00"), "2025-12-19 Dec. 19th, 2025");
        assert_eq!(found("19 December 2025"), "2025-12-19 19 December 2025");
        assert_eq!(found("Le 1er août 2024"), "2024-08-01 1er août 2024");
        assert_eq!(found("19 de diciembre de 2025"), "2025-12-19 19 de diciembre de 2025");
        assert_eq!(found("19. října 2025"), "2025-10-19 19. října 2025");
        assert_eq!(found("пʼятниця, 19 грудня 2025, 10:12"), "2025-12-19 19 грудня 2025");
        assert_eq!(found("2025. december 19."), "2025-12-19 2025. december 19");
        assert_eq!(found("更新 2025年12月19日 10:00"), "2025-12-19 2025年12月19");
        assert_eq!(found("19.12.25, 10:00"), "2025-12-19 19.12.25");
        assert_eq!(found("3/4/2025"), "2025-04-03 3/4/2025");
        assert_eq!(found("Version 1.2.3 of 31 people in May 2025"), "-");
        assert_eq!(found("30.02.2025"), "-");
        assert_eq!(found("१९ दिसंबर २०२५"), "2025-12-19 १९ दिसंबर २०२५");
        assert_eq!(found("১৯ ডিসেম্বর ২০২৫, ১০:০০"), "2025-12-19 ১৯ ডিসেম্বর ২০২৫");
        assert_eq!(found("١٩ ديسمبر ٢٠٢٥"), "2025-12-19 ١٩ ديسمبر ٢٠٢٥");
        assert_eq!(found("19 ธันวาคม 2568"), "2025-12-19 19 ธันวาคม 2568");
        assert_eq!(found("19 Desember 2025"), "2025-12-19 19 Desember 2025");
    }

    #[test]
    fn dates_in_addresses() {
        let found = |address: &str| shown(in_url(&Url::parse(address).unwrap()));
        assert_eq!(found("https://example.org/2025/12/19/title"), "2025-12-19");
        assert_eq!(found("https://example.org/2025/dec/19/title"), "2025-12-19");
        assert_eq!(found("https://example.org/news/2025-12-19-title"), "2025-12-19");
        assert_eq!(found("https://example.org/a20251219.html"), "2025-12-19");
        assert_eq!(found("https://example.org/report_19.12.2025_title"), "2025-12-19");
        assert_eq!(found("https://example.org/2025/12/title-12345678"), "-");
    }
}
