//! Texts that mean something: durations, sizes, addresses, codes. Pure: a text in, a value or what is wrong out.

use std::ops::RangeInclusive;
use std::time::Duration;

use ipnet::IpNet;
use jiff::civil::Date;
use url::Url;

use crate::problem::nearest;

/// Why a text is not understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Goes on from the name of the key, such as `is no duration`.
    pub(crate) what: String,
    /// What would be right.
    pub(crate) help: String,
}

impl Wrong {
    pub(crate) fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

/// A duration such as `15m`, `6h` or `1h 30m`, within bounds.
pub(crate) fn duration(text: &str, bounds: RangeInclusive<Duration>) -> Result<Duration, Wrong> {
    let written = |duration: &Duration| humantime::format_duration(*duration);
    let value = humantime::parse_duration(text.trim())
        .map_err(|_| Wrong::new("is no duration", r#"write a number and a unit, such as "90s", "15m", "6h" or "2d""#))?;
    if value < *bounds.start() {
        return Err(Wrong::new(
            format!("is shorter than {}", written(bounds.start())),
            format!("write \"{}\" or more", written(bounds.start())),
        ));
    }
    if value > *bounds.end() {
        return Err(Wrong::new(
            format!("is longer than {}", written(bounds.end())),
            format!("write \"{}\" or less", written(bounds.end())),
        ));
    }
    Ok(value)
}

/// One or several rates such as `30/1m`, parted by commas: how many within which time.
pub(crate) fn rates(text: &str) -> Result<Vec<(u32, Duration)>, Wrong> {
    let one = |text: &str| {
        let wrong = || Wrong::new("is no rate", r#"write how many in which time, such as "30/1m" or "5/2s, 30/1m""#);
        let (count, per) = text.split_once('/').ok_or_else(wrong)?;
        let count = count.trim().parse().ok().filter(|count| (1..=100_000).contains(count)).ok_or_else(wrong)?;
        // "30/m" is "30/1m".
        let per =
            if per.trim().starts_with(|first: char| first.is_ascii_digit()) { per.trim().to_owned() } else { format!("1{}", per.trim()) };
        let day = Duration::from_secs(24 * 60 * 60);
        Ok((count, duration(&per, Duration::from_secs(1)..=30 * day).map_err(|_| wrong())?))
    };
    text.split(',').map(one).collect()
}

/// A size in bytes such as `5 MiB`, within bounds.
pub(crate) fn size(text: &str, bounds: RangeInclusive<u64>) -> Result<usize, Wrong> {
    let written = |bytes: u64| bytesize::ByteSize(bytes).display().iec();
    if text.trim().bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::new("has no unit", format!("write \"{} KiB\" or \"{} MiB\"", text.trim(), text.trim())));
    }
    let size = text.trim().parse::<bytesize::ByteSize>().map(|size| size.as_u64());
    let size = size.map_err(|_| Wrong::new("is no size", r#"write a number and a unit, such as "512 KiB" or "5 MiB""#))?;
    match usize::try_from(size) {
        Ok(bytes) if bounds.contains(&size) => Ok(bytes),
        _ => Err(Wrong::new(
            format!("is not between {} and {}", written(*bounds.start()), written(*bounds.end())),
            format!("the default suits most; the least is \"{}\"", written(*bounds.start())),
        )),
    }
}

/// One of a few words.
pub(crate) fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, Wrong> {
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
        return Ok(*value);
    }
    let names = || choices.iter().map(|(name, _)| *name);
    Err(Wrong::new(format!("is `{text}`, which is none of its values"), suggestion(text, names())))
}

/// The nearest of the names, else all of them.
pub(crate) fn suggestion<'a>(text: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    nearest(text, names.clone()).map_or_else(
        || format!("write one of {}", names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean \"{near}\"?"),
    )
}

/// An `http:` or `https:` address.
pub(crate) fn web_address(text: &str) -> Result<Url, Wrong> {
    const EXAMPLE: &str = r#"write a whole address, such as "https://example.org/rss""#;
    let help = || match Url::parse(&format!("https://{}", text.trim())) {
        Ok(url) if looks_like_host(&url) && !text.contains(':') => format!("did you mean \"https://{}\"?", text.trim()),
        _ => EXAMPLE.to_owned(),
    };
    match Url::parse(text.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Ok(url) => Err(Wrong::new(format!("has the scheme `{}:`, which is never asked", url.scheme()), "use https: or http:")),
        Err(_) => Err(Wrong::new("is no address", help())),
    }
}

fn looks_like_host(url: &Url) -> bool {
    url.host_str().is_some_and(|host| host.contains('.') && !host.starts_with('.'))
}

/// What tells publishers who asks: a web address or an e-mail address, fit for a header.
pub(crate) fn contact(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    let fits = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"()<>\\\";,".contains(&byte));
    let mail = text.strip_prefix("mailto:").unwrap_or(text);
    let is_mail = mail.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
    if fits && (is_mail || web_address(text).is_ok()) {
        return Ok(text.to_owned());
    }
    Err(Wrong::new("is neither a web nor an e-mail address", r#"write one such as "https://example.org/bot" or "desk@example.org""#))
}

/// The name of a host, as addresses write it.
pub(crate) fn domain(text: &str) -> Result<String, Wrong> {
    let name = text.trim().trim_start_matches("*.").to_ascii_lowercase();
    let fits = |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if name.contains('.') && name.split('.').all(fits) {
        return Ok(name);
    }
    Err(Wrong::new(format!("holds `{text}`, which is no name of a host"), r#"write names such as "blogs.example.org", without https:"#))
}

/// An address or a range of addresses.
pub(crate) fn address_range(text: &str) -> Result<IpNet, Wrong> {
    let text = text.trim();
    let address = text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().map(|range| range.trunc()).or(address).map_err(|_| {
        Wrong::new(format!("holds `{text}`, which is no address range"), r#"write ranges such as "127.0.0.0/8", "10.1.2.0/24" or "::1""#)
    })
}

/// An identity: letters, digits, `-`, `_` and `.`; what queries and commands can name without quotation marks.
pub(crate) fn identity(text: &str) -> Result<String, Wrong> {
    let fits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let starts = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    if starts && text.len() <= IDENTITY_BYTES_MAX && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    let help = match slug(text) {
        slug if slug.is_empty() => r#"write a short name such as "kyiv-wire""#.to_owned(),
        slug => format!("write \"{slug}\"; a title can stand in `name`"),
    };
    Err(Wrong::new(format!("has characters besides letters, digits, `-`, `_` and `.`, or more than {IDENTITY_BYTES_MAX}"), help))
}

/// Longer names are sentences.
const IDENTITY_BYTES_MAX: usize = 64;

/// An identity made from a text: its ASCII letters and digits in lower case, joined by `-`.
pub(crate) fn slug(text: &str) -> String {
    let folded = crate::text::fold::fold(text);
    let words = folded.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        if slug.len() + 1 + word.len() > IDENTITY_BYTES_MAX {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug
}

/// A BCP 47 language tag, by its shape.
pub(crate) fn language(text: &str) -> Result<String, Wrong> {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let is_language = (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    let are_subtags = parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if is_language && are_subtags {
        return Ok(text.to_owned());
    }
    Err(Wrong::new(format!("is `{text}`, which is no language tag"), r#"write a tag such as "en", "uk" or "pt-BR""#))
}

/// A day of the calendar.
pub(crate) fn day(text: &str) -> Result<Date, Wrong> {
    let wrong = |_| Wrong::new(format!("is `{text}`, which is no day"), r#"write year, month and day, such as "2024-09-05""#);
    text.parse::<Date>().map_err(wrong)
}

/// An ISO 3166-1 alpha-2 code.
pub(crate) fn country(text: &str) -> Result<[u8; 2], Wrong> {
    let upper = text.trim().to_ascii_uppercase();
    let known = upper.len() == 2 && COUNTRIES.split(' ').any(|code| code == upper);
    if known && upper == text {
        let mut code = [0; 2];
        code.copy_from_slice(text.as_bytes());
        return Ok(code);
    }
    let help = match upper.as_str() {
        _ if known => format!("write \"{upper}\""),
        "UK" => "write \"GB\"".to_owned(),
        _ => r#"write the two letters of ISO 3166-1, such as "UA" or "DE""#.to_owned(),
    };
    Err(Wrong::new(format!("is `{text}`, which is no country code"), help))
}

/// ISO 3166-1 alpha-2, with the reserved EU and the customary XK.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW \
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET EU FI FJ FK FM FO FR GA \
    GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI \
    KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA \
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK \
    SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS \
    XK YE YT ZA ZM ZW";

/// Words of a command line, split as a shell splits them and no more: quotation marks and backslashes work, nothing is expanded.
pub(crate) fn command(text: &str) -> Result<Vec<String>, Wrong> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' | '"' => quoted(character, &mut characters, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(characters.next().ok_or_else(unclosed)?),
            _ if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    if words.first().is_none_or(String::is_empty) {
        return Err(Wrong::new("names no program", r#"write "exec:program argument""#));
    }
    Ok(words)
}

fn quoted(mark: char, characters: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), Wrong> {
    loop {
        match characters.next().ok_or_else(unclosed)? {
            character if character == mark => return Ok(()),
            '\\' if mark == '"' => word.push(characters.next().ok_or_else(unclosed)?),
            character => word.push(character),
        }
    }
}

fn unclosed() -> Wrong {
    Wrong::new("ends inside a quotation", "close every quotation mark; nothing is run through a shell")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::config::value::{address_range, command, contact, country, day, duration, identity, language, size, slug, web_address};

    /// Values of all kinds, by the name of their parser.
    fn shown(kind: &str, text: &str) -> String {
        let result = match kind {
            "duration" => duration(text, Duration::from_secs(1)..=Duration::from_secs(24 * 3600)).map(|value| format!("{value:?}")),
            "size" => size(text, 1024..=1 << 30).map(|value| value.to_string()),
            "web" => web_address(text).map(|value| value.to_string()),
            "contact" => contact(text),
            "range" => address_range(text).map(|value| value.to_string()),
            "identity" => identity(text),
            "language" => language(text),
            "day" => day(text).map(|value| value.to_string()),
            "country" => country(text).map(|value| String::from_utf8_lossy(&value).into_owned()),
            "command" => command(text).map(|value| format!("{value:?}")),
            _ => unreachable!(),
        };
        result.map_or_else(
            |wrong| format!("{kind} {text:?} {}\n  help: {}\n", wrong.what, wrong.help),
            |value| format!("{text:?} → {value}\n"),
        )
    }

    fn all(kind: &str, texts: &[&str]) -> String {
        texts.iter().map(|text| shown(kind, text)).collect()
    }

    #[test]
    fn durations() {
        insta::assert_snapshot!(all("duration", &["15m", " 1h 30m", "1d", "0s", "3d", "15", "fast", "-1s", "99999999999999999999s"]), @r#"
        "15m" → 900s
        " 1h 30m" → 5400s
        "1d" → 86400s
        duration "0s" is shorter than 1s
          help: write "1s" or more
        duration "3d" is longer than 1day
          help: write "1day" or less
        duration "15" is no duration
          help: write a number and a unit, such as "90s", "15m", "6h" or "2d"
        duration "fast" is no duration
          help: write a number and a unit, such as "90s", "15m", "6h" or "2d"
        duration "-1s" is no duration
          help: write a number and a unit, such as "90s", "15m", "6h" or "2d"
        duration "99999999999999999999s" is no duration
          help: write a number and a unit, such as "90s", "15m", "6h" or "2d"
        "#);
    }

    #[test]
    fn sizes() {
        insta::assert_snapshot!(all("size", &["5 MiB", "512KiB", "1.5 MB", "10", "10 B", "2 TiB", "big"]), @r#"
        "5 MiB" → 5242880
        "512KiB" → 524288
        "1.5 MB" → 1500000
        size "10" has no unit
          help: write "10 KiB" or "10 MiB"
        size "10 B" is not between 1.0 KiB and 1.0 GiB
          help: the default suits most; the least is "1.0 KiB"
        size "2 TiB" is not between 1.0 KiB and 1.0 GiB
          help: the default suits most; the least is "1.0 KiB"
        size "big" is no size
          help: write a number and a unit, such as "512 KiB" or "5 MiB"
        "#);
    }

    #[test]
    fn addresses() {
        insta::assert_snapshot!(
            all("web", &["https://example.org/rss", "HTTP://Example.org", "example.org/rss", "ftp://x/y", "javascript:1", "file:///etc/passwd", "hello", "https://"]),
            @r#"
        "https://example.org/rss" → https://example.org/rss
        "HTTP://Example.org" → http://example.org/
        web "example.org/rss" is no address
          help: did you mean "https://example.org/rss"?
        web "ftp://x/y" has the scheme `ftp:`, which is never asked
          help: use https: or http:
        web "javascript:1" has the scheme `javascript:`, which is never asked
          help: use https: or http:
        web "file:///etc/passwd" has the scheme `file:`, which is never asked
          help: use https: or http:
        web "hello" is no address
          help: write a whole address, such as "https://example.org/rss"
        web "https://" is no address
          help: write a whole address, such as "https://example.org/rss"
        "#
        );
        insta::assert_snapshot!(all("contact", &["https://example.org/bot", "desk@example.org", "a b@c.org", "x\r\ny: z", "me"]), @r#"
        "https://example.org/bot" → https://example.org/bot
        "desk@example.org" → desk@example.org
        contact "a b@c.org" is neither a web nor an e-mail address
          help: write one such as "https://example.org/bot" or "desk@example.org"
        contact "x\r\ny: z" is neither a web nor an e-mail address
          help: write one such as "https://example.org/bot" or "desk@example.org"
        contact "me" is neither a web nor an e-mail address
          help: write one such as "https://example.org/bot" or "desk@example.org"
        "#);
        insta::assert_snapshot!(all("range", &["127.0.0.0/8", "10.1.2.3/24", "::1", "localhost", "10.0.0.0/33"]), @r#"
        "127.0.0.0/8" → 127.0.0.0/8
        "10.1.2.3/24" → 10.1.2.0/24
        "::1" → ::1/128
        range "localhost" holds `localhost`, which is no address range
          help: write ranges such as "127.0.0.0/8", "10.1.2.0/24" or "::1"
        range "10.0.0.0/33" holds `10.0.0.0/33`, which is no address range
          help: write ranges such as "127.0.0.0/8", "10.1.2.0/24" or "::1"
        "#);
    }

    #[test]
    fn names_and_codes() {
        insta::assert_snapshot!(all("identity", &["kyiv-wire", "BBC_1.x", "Kyiv Wire", "Українська", "-a", ""]), @r#"
        "kyiv-wire" → kyiv-wire
        "BBC_1.x" → BBC_1.x
        identity "Kyiv Wire" has characters besides letters, digits, `-`, `_` and `.`, or more than 64
          help: write "kyiv-wire"; a title can stand in `name`
        identity "Українська" has characters besides letters, digits, `-`, `_` and `.`, or more than 64
          help: write a short name such as "kyiv-wire"
        identity "-a" has characters besides letters, digits, `-`, `_` and `.`, or more than 64
          help: write "a"; a title can stand in `name`
        identity "" has characters besides letters, digits, `-`, `_` and `.`, or more than 64
          help: write a short name such as "kyiv-wire"
        "#);
        insta::assert_snapshot!(all("language", &["en", "pt-BR", "zh-Hant-TW", "english", "e", "en_GB"]), @r#"
        "en" → en
        "pt-BR" → pt-BR
        "zh-Hant-TW" → zh-Hant-TW
        language "english" is `english`, which is no language tag
          help: write a tag such as "en", "uk" or "pt-BR"
        language "e" is `e`, which is no language tag
          help: write a tag such as "en", "uk" or "pt-BR"
        language "en_GB" is `en_GB`, which is no language tag
          help: write a tag such as "en", "uk" or "pt-BR"
        "#);
        insta::assert_snapshot!(all("day", &["2024-09-05", "2024-02-30", "5 September 2024"]), @r#"
        "2024-09-05" → 2024-09-05
        day "2024-02-30" is `2024-02-30`, which is no day
          help: write year, month and day, such as "2024-09-05"
        day "5 September 2024" is `5 September 2024`, which is no day
          help: write year, month and day, such as "2024-09-05"
        "#);
        insta::assert_snapshot!(all("country", &["UA", "XK", "ru", "UK", "RUS", "ZZ", "Å"]), @r#"
        "UA" → UA
        "XK" → XK
        country "ru" is `ru`, which is no country code
          help: write "RU"
        country "UK" is `UK`, which is no country code
          help: write "GB"
        country "RUS" is `RUS`, which is no country code
          help: write the two letters of ISO 3166-1, such as "UA" or "DE"
        country "ZZ" is `ZZ`, which is no country code
          help: write the two letters of ISO 3166-1, such as "UA" or "DE"
        country "Å" is `Å`, which is no country code
          help: write the two letters of ISO 3166-1, such as "UA" or "DE"
        "#);
        assert_eq!(slug("www.Élysée News"), "www-elysee-news");
    }

    #[test]
    fn commands_are_split_without_a_shell() {
        insta::assert_snapshot!(
            all("command", &["fetch --all", r#"a 'b c' "d \" e" f\ g"#, "x '' y", "echo $(rm -rf /) | cat", "", "a 'b", "''"]),
            @r#"
        "fetch --all" → ["fetch", "--all"]
        "a 'b c' \"d \\\" e\" f\\ g" → ["a", "b c", "d \" e", "f g"]
        "x '' y" → ["x", "", "y"]
        "echo $(rm -rf /) | cat" → ["echo", "$(rm", "-rf", "/)", "|", "cat"]
        command "" names no program
          help: write "exec:program argument"
        command "a 'b" ends inside a quotation
          help: close every quotation mark; nothing is run through a shell
        command "''" names no program
          help: write "exec:program argument"
        "#
        );
    }
}
