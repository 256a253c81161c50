//! Pages, texts and entries, from end to end.

use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use crate::article::robots::Permission;
use crate::article::settings::{ArticleSettings, Fetch};
use crate::article::{PageInput, TextInput, from_page, from_text, read};
use crate::model::article::{Article, Sourced};
use crate::model::entry::Entry;
use crate::model::id::{EntryId, FeedId};
use crate::model::span::Span;
use crate::net::client::Client;
use crate::net::settings::NetSettings;

fn shown(article: &Article) -> String {
    let part = |field: &Option<Sourced<String>>| {
        field.as_ref().map_or_else(
            || "-".to_owned(),
            |part| {
                if let Some(span) = part.span {
                    assert!(span.of(&article.text) == part.value || part.from == "input", "{:?} is not under its span", part.value);
                }
                format!("{} ({}{})", part.value, part.from, if part.span.is_some() { ", placed" } else { "" })
            },
        )
    };
    let paragraphs: Vec<String> = article.paragraphs.iter().map(|span| shortened(span.of(&article.text))).collect();
    assert!(article.paragraphs.iter().all(|span| article.body.contains(*span) && !span.is_empty()), "paragraphs lie in the body");
    assert!(article.paragraphs.is_sorted_by_key(|span| span.start));
    let published =
        article.published.as_ref().map_or_else(|| "-".to_owned(), |published| format!("{} ({})", published.value, published.from));
    let authors = article.authors.as_ref().map_or_else(|| "-".to_owned(), |authors| authors.value.join("; "));
    let mut lines = vec![
        format!("headline: {}", part(&article.headline)),
        format!("standfirst: {}", part(&article.standfirst)),
        format!("section: {}", part(&article.section)),
        format!("published: {published}"),
        format!("authors: {authors}"),
        format!("text: {}{}", article.text_from.as_str(), if article.partial { ", partial" } else { "" }),
    ];
    lines.extend(article.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(paragraphs.iter().map(|paragraph| format!("| {paragraph}")));
    lines.join("\n")
}

fn shortened(text: &str) -> String {
    let text = text.replace('\n', "⏎");
    if text.chars().count() <= 70 {
        text
    } else {
        format!("{}…{}", text.chars().take(40).collect::<String>(), text.chars().skip(text.chars().count() - 15).collect::<String>())
    }
}

fn of_page(html: impl Into<Vec<u8>>) -> String {
    shown(&page(html.into()))
}

pub(super) fn page(html: Vec<u8>) -> Article {
    let url = Url::parse("https://www.sample.example/world/bridge-opens").ok();
    from_page(PageInput {
        id: EntryId([1; 16]),
        html,
        content_type: None,
        url,
        title: None,
        published: None,
        language: None,
        read_at: None,
    })
}

fn of_text(text: &str, title: Option<&str>) -> String {
    let article = from_text(TextInput {
        id: EntryId([1; 16]),
        text: text.to_owned(),
        title: title.map(str::to_owned),
        url: None,
        published: None,
        language: None,
    });
    assert_eq!(article.text, text);
    shown(&article)
}

pub(super) const BODY: &str = "<p>The new bridge over the northern strait was opened to traffic on Friday morning, seven years after the first stone was laid.</p>\
    <p>\"It binds two towns that have waited for a century,\" the mayor, Ann Lee, told some two thousand guests who had come in spite of the rain.</p>\
    <p>Ferries will go on until May, the port authority said. Their crews have been offered work on the southern line, where three ships are short of hands.</p>\
    <p>The bridge cost four hundred million crowns, a third more than planned, and the state will look into the reasons next year, a minister said.</p>";

#[test]
fn an_article_page_without_its_furniture() {
    insta::assert_snapshot!(of_page(format!(
        "<!doctype html><html lang=en><head><title>Bridge opens after seven years | The Sample</title><meta property=og:site_name content='The Sample'>\
         <meta property=og:title content='Bridge opens after seven years'><meta property=og:description content='Two towns are joined at last.'>\
         <script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Bridge opens after seven years\",\"datePublished\":\"2025-12-19T23:30:00-05:00\",\
         \"articleSection\":\"World\",\"author\":[{{\"@type\":\"Person\",\"name\":\"Bo Ek\"}},{{\"@type\":\"Organization\",\"name\":\"The Sample\"}}]}}</script></head>\
         <body><nav><ul><li><a href=/>Home</a><li><a href=/w>World</a><li><a href=/s>Sport</a></ul></nav><main><article><h1>Bridge opens after seven years</h1>\
         <p class=lead>Two towns are joined at last.</p>{BODY}</article><aside class=related><h3>Read also</h3><ul><li><a href=/1>Storm warning for the coast</a>\
         <li><a href=/2>Ferry crews on strike</a></ul></aside></main><footer>© The Sample. All rights reserved.</footer></body></html>"
    )), @r#"
    headline: Bridge opens after seven years (page, placed)
    standfirst: Two towns are joined at last. (page, placed)
    section: World (json-ld)
    published: 2025-12-19T23:30:00-05:00 (json-ld)
    authors: Bo Ek
    text: page
    | The new bridge over the northern strait …stone was laid.
    | "It binds two towns that have waited for…te of the rain.
    | Ferries will go on until May, the port a…short of hands.
    | The bridge cost four hundred million cro… minister said.
    "#);
}

#[test]
fn walls_and_errors_are_never_text() {
    insta::assert_snapshot!(of_page(
        "<html><head><title>The Sample</title></head><body><div class=consent><h1>We value your privacy</h1><p>We and our 842 partners store and access \
         information on a device, such as cookies, and process personal data for personalised ads.</p><p>With your consent we may use precise data. You can change \
         your choice at any time in our privacy policy.</p><p>Some partners process your personal data for a legitimate interest.</p><button>Accept all</button></div></body></html>"
    ), @"
    headline: -
    standfirst: -
    section: -
    published: -
    authors: -
    text: summary, partial
    note: page is no article: consent wall
    ");
    insta::assert_snapshot!(of_page(
        "<html><head><title>Page not found - The Sample</title></head><body><article><h1>Page not found</h1><p>Sorry, the page you are looking for has been moved or never \
         was. Try our search, or go back to the front page, where you find the newest reports of our newsroom at any time of the day.</p></article></body></html>"
    ), @"
    headline: -
    standfirst: -
    section: -
    published: -
    authors: -
    text: summary, partial
    note: page is no article: error page
    ");
    insta::assert_snapshot!(of_page("<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to continue</noscript></body></html>"), @"
    headline: -
    standfirst: -
    section: -
    published: -
    authors: -
    text: summary, partial
    note: page is no article: check for robots
    ");
}

#[test]
fn a_paywall_leaves_a_partial_text() {
    insta::assert_snapshot!(of_page(
        "<html><head><title>Bridge opens</title><script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Bridge opens\",\"isAccessibleForFree\":false}</script></head>\
         <body><article><h1>Bridge opens</h1><p>The new bridge over the northern strait was opened to traffic on Friday morning, seven years after the first stone was laid.</p>\
         <p>Subscribe to continue reading this article and all others for one crown a week.</p></article></body></html>"
    ), @"
    headline: Bridge opens (page, placed)
    standfirst: -
    section: -
    published: -
    authors: -
    text: page, partial
    | The new bridge over the northern strait …stone was laid.
    ");
}

#[test]
fn standfirst_captions_and_boxes_have_their_places() {
    insta::assert_snapshot!(of_page(format!(
        "<html><head><title>Bridge opens after seven years</title><meta property=og:type content=article>\
         <meta property=og:description content='Two towns are joined at last, and a ferry line of a hundred years ends.'>\
         <meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ann Lee'></head><body><article><header><h1>Bridge opens after seven years</h1>\
         <div class=deck>Two towns are joined at last, and a ferry line of a hundred years ends.</div><time datetime=2025-12-19>19 December 2025</time></header>\
         <figure><img src=b.jpg><figcaption>The first cars cross the bridge on Friday. Photo: Bo Ek</figcaption></figure>{BODY}\
         <p><a href=/storm>Read more: A storm warning for the whole of the northern coast</a></p>\
         <blockquote class=twitter-tweet><p>What a day for our two towns. I walked across with my father, who helped to draw the first plans of it.</p>— Bo Ek (@boek)</blockquote>\
         <div class=newsletter-box><p>Get the news of the coast every morning in our letter, free of charge.</p></div></article></body></html>"
    )), @r#"
    headline: Bridge opens after seven years (page, placed)
    standfirst: Two towns are joined at last, and a ferry line of a hundred years ends. (page, placed)
    section: -
    published: 2025-12-19 (page)
    authors: Ann Lee
    text: page
    | The new bridge over the northern strait …stone was laid.
    | "It binds two towns that have waited for…te of the rain.
    | Ferries will go on until May, the port a…short of hands.
    | The bridge cost four hundred million cro… minister said.
    | What a day for our two towns. I walked a…st plans of it.
    | — Bo Ek (@boek)
    "#);
}

#[test]
fn a_front_page_is_no_article() {
    let teasers: Vec<String> = (1..9)
        .map(|number| {
            format!("<div><h2><a href=/{number}>Storm number {number} comes over the northern coast</a></h2><p>The storm was the {number}th of the winter, the weather office said, and it will not be …</p></div>")
        })
        .collect();
    insta::assert_snapshot!(of_page(format!("<html><head><title>The Sample</title></head><body><main>{}</main></body></html>", teasers.concat())), @"
    headline: -
    standfirst: -
    section: -
    published: -
    authors: -
    text: summary, partial
    note: page is no article: list of teasers
    ");
}

#[test]
fn a_page_that_calls_for_a_log_in() {
    insta::assert_snapshot!(of_page(
        "<html><head><title>Members</title></head><body><form><label>Name<input name=n></label><label>Password<input type=password></label></form><p>New here? Register.</p></body></html>"
    ), @"
    headline: -
    standfirst: -
    section: -
    published: -
    authors: -
    text: summary, partial
    note: page is no article: log-in page
    ");
}

#[test]
fn a_page_built_by_scripts_has_its_text_as_data() {
    let sentence =
        "The new bridge over the northern strait was opened to traffic on Friday morning, seven years after the first stone was laid. ";
    insta::assert_snapshot!(of_page(format!(
        "<html><head><title>Bridge opens</title><script type='application/ld+json'>{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":\"Bridge opens\",\
         \"articleBody\":\"{}\\n\\n{}\"}}</script></head><body><div id=root></div><script>start()</script></body></html>", sentence.repeat(2), sentence.repeat(3)
    )), @"
    headline: Bridge opens (json-ld, placed)
    standfirst: -
    section: -
    published: -
    authors: -
    text: json-ld
    | The new bridge over the northern strait …stone was laid.
    | The new bridge over the northern strait …stone was laid.
    ");
}

#[test]
fn a_page_in_windows_1251() {
    let html = "<html><head><meta charset=windows-1251><title>Міст відкрито</title></head><body><article><h1>Міст відкрито</h1>\
        <p>Новий міст через північну протоку відкрили для руху у п'ятницю вранці, через сім років після початку робіт.</p>\
        <p>Він з'єднує два міста, які чекали на нього сто років, сказала мерка на відкритті перед двома тисячами гостей.</p></article></body></html>";
    let (bytes, _, lost) = encoding_rs::WINDOWS_1251.encode(html);
    assert!(!lost);
    insta::assert_snapshot!(of_page(bytes.into_owned()), @"
    headline: Міст відкрито (page, placed)
    standfirst: -
    section: -
    published: -
    authors: -
    text: page
    | Новий міст через північну протоку відкри… початку робіт.
    | Він з'єднує два міста, які чекали на ньо…исячами гостей.
    ");
}

#[test]
fn a_date_in_the_future_is_none() {
    let html =
        b"<title>Bridge</title><meta property=article:published_time content=2026-09-01T00:00:00Z><time datetime=2025-12-19>x</time>"
            .to_vec();
    let input = PageInput {
        id: EntryId([1; 16]),
        html,
        content_type: None,
        url: None,
        title: None,
        published: None,
        language: None,
        read_at: None,
    };
    let fetched: Timestamp = "2025-12-20T00:00:00Z".parse().unwrap();
    let article = crate::article::page::read(input, Some(fetched));
    assert_eq!(article.published.unwrap().value.to_string(), "2025-12-19");
}

#[test]
fn what_a_page_says_of_itself() {
    let article = |head: &str| {
        page(format!("<html><head><title>Bridge opens</title>{head}</head><article><h1>Bridge opens</h1>{BODY}</article>").into())
    };
    let data = |fields: &str| {
        format!("<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Bridge opens\"{fields}}}</script>")
    };
    let url = |head: &str| article(head).url.unwrap().to_string();
    assert_eq!(url("<link rel=canonical href='/world/bridge'>"), "https://www.sample.example/world/bridge");
    assert_eq!(url("<link rel=canonical href='https://m.sample.example/bridge'>"), "https://m.sample.example/bridge");
    assert_eq!(url("<link rel=canonical href='https://other.example/bridge'>"), "https://www.sample.example/world/bridge-opens");
    assert_eq!(url("<link rel=canonical href='/'>"), "https://www.sample.example/world/bridge-opens", "the front page is no article");
    let told = |article: &Article| {
        let moment = |field: &Option<Sourced<crate::model::article::Moment>>| {
            field.as_ref().map_or_else(|| "-".to_owned(), |field| field.value.to_string())
        };
        format!("{} {}", moment(&article.published), moment(&article.modified))
    };
    let dates = data(",\"datePublished\":\"2025-12-19T08:00:00+02:00\",\"dateModified\":\"2025-12-20T09:30:00Z\"");
    assert_eq!(told(&article(&dates)), "2025-12-19T08:00:00+02:00 2025-12-20T09:30:00Z");
    let before = data(",\"datePublished\":\"2025-12-19\",\"dateModified\":\"2025-12-01\"");
    assert_eq!(told(&article(&before)), "2025-12-19 -", "nothing is changed before it is published");
    // Data in UTC, and the same moment in the time of the place elsewhere on the page: the day is the one there.
    let utc = data(",\"datePublished\":\"2025-12-19T03:05:07Z\",\"dateModified\":\"2025-12-19T04:00:00Z\"");
    let local = "<time datetime='2025-12-18T19:05:07-08:00'>December 18</time>";
    assert_eq!(told(&article(&format!("{utc}{local}"))), "2025-12-18T19:05:07-08:00 2025-12-19T04:00:00Z");
    let wall = "<meta name=sailthru.date content='2025-12-18 19:05:07'>";
    assert_eq!(told(&article(&format!("{utc}{wall}"))), "2025-12-18T19:05:07-08:00 2025-12-19T04:00:00Z");
    assert_eq!(article(&data(",\"isAccessibleForFree\":true")).free, Some(true));
    assert_eq!(article("<meta name=article:content_tier content=locked>").free, Some(false));
    assert_eq!(article("").free, None);
    assert_eq!(article("<meta property=article:section content='World &amp; More'>").section.unwrap().value, "World & More");
    assert_eq!(article("<meta property=og:locale content=de_AT>").language.unwrap().value, "de-AT");
    assert_eq!(article(&data(",\"publisher\":{\"name\":\"The Sample\"}")).publisher.unwrap().value, "The Sample");
}

#[test]
fn a_text_that_is_cut_is_partial() {
    let partial = |html: &str| {
        page(format!("<html><head><title>Bridge opens</title><meta name=description content='The new bridge over the northern strait was opened to traffic on Friday morning, and what comes next is anybodys guess.'></head><article><h1>Bridge opens</h1>{html}</article>").into()).partial
    };
    assert!(!partial(BODY));
    assert!(partial(&format!("{BODY}<p>Subscribe to continue reading.</p>")));
    assert!(partial(&format!("{BODY}<p>Read the full story »</p>")));
    assert!(partial("<p>The new bridge over the northern strait was opened to traffic on Friday morning, seven years after […]</p>"));
    assert!(
        partial("<p>The new bridge over the northern strait was opened to traffic on Friday morning.</p>"),
        "the page says as much in its head"
    );
}

#[test]
fn a_text_with_page_furniture_on_top() {
    insta::assert_snapshot!(of_text(
        "Home > World > Europe\r\nEurope\r\nUpdated: 19 December 2025, 10:12\r\n\r\nBridge opens after seven years\r\n\r\nTwo towns are joined at last, and a ferry line ends.\r\n\r\n\
         By Ann Lee\r\n\r\nThe bridge was opened on Friday. It took seven years to build, and nobody thought that it would ever be used.\r\n\r\nFerries go on until May.\r\n\r\n© 2025 The Sample\r\n",
        None
    ), @"
    headline: Bridge opens after seven years (text, placed)
    standfirst: Two towns are joined at last, and a ferry line ends. (text, placed)
    section: Europe (text, placed)
    published: 2025-12-19 (text)
    authors: Ann Lee
    text: given
    | The bridge was opened on Friday. It took…d ever be used.
    | Ferries go on until May.
    ");
}

#[test]
fn a_text_that_is_one_paragraph() {
    insta::assert_snapshot!(of_text("The bridge was opened on Friday. It took seven years to build.", None), @"
    headline: -
    standfirst: -
    section: -
    published: -
    authors: -
    text: given
    | The bridge was opened on Friday. It took seven years to build.
    ");
    insta::assert_snapshot!(of_text("Bridge opens after seven years", None), @"
    headline: -
    standfirst: -
    section: -
    published: -
    authors: -
    text: given
    | Bridge opens after seven years
    ");
    insta::assert_snapshot!(of_text("", None), @"
    headline: -
    standfirst: -
    section: -
    published: -
    authors: -
    text: given, partial
    note: there is no text
    ");
    let long = "The bridge was opened on Friday, she said, and nobody objected. ".repeat(16_000);
    let article =
        from_text(TextInput { id: EntryId([1; 16]), text: long.clone(), title: None, url: None, published: None, language: None });
    assert_eq!(article.body, Span::new(0, long.len() - 1));
}

#[test]
fn a_title_given_apart() {
    insta::assert_snapshot!(of_text("The bridge was opened on Friday. It took seven years to build.", Some("Bridge opens")), @"
    headline: Bridge opens (input)
    standfirst: -
    section: -
    published: -
    authors: -
    text: given
    | The bridge was opened on Friday. It took seven years to build.
    ");
    insta::assert_snapshot!(of_text("Bridge opens\n\nThe bridge was opened on Friday. It took seven years to build.", Some("Bridge opens!")), @"
    headline: Bridge opens! (input, placed)
    standfirst: -
    section: -
    published: -
    authors: -
    text: given
    | The bridge was opened on Friday. It took seven years to build.
    ");
    insta::assert_snapshot!(of_text("A bridge\n\nThe bridge was opened on Friday. It took seven years to build.", Some("Two towns are joined")), @"
    headline: Two towns are joined (input)
    standfirst: -
    section: -
    published: -
    authors: -
    text: given
    | A bridge
    | The bridge was opened on Friday. It took seven years to build.
    ");
}

#[test]
fn wire_reports_and_texts_without_empty_lines() {
    insta::assert_snapshot!(of_text(
        "Bridge opens after seven years\n\nNORTHPORT, Dec 19 (Agency) - The bridge was opened on Friday.\n\nIt took seven years to build, the mayor said. She spoke to guests from both towns, who had waited.", None
    ), @"
    headline: Bridge opens after seven years (text, placed)
    standfirst: -
    section: -
    published: -
    authors: -
    text: given
    | NORTHPORT, Dec 19 (Agency) - The bridge was opened on Friday.
    | It took seven years to build, the mayor …who had waited.
    ");
    insta::assert_snapshot!(of_text(
        "Bridge opens after seven years\nThe bridge was opened on Friday. It took seven years to build.\nFerries go on until May, the port said. Crews may work elsewhere.", None
    ), @"
    headline: Bridge opens after seven years (text, placed)
    standfirst: -
    section: -
    published: -
    authors: -
    text: given
    | The bridge was opened on Friday. It took seven years to build.
    | Ferries go on until May, the port said. Crews may work elsewhere.
    ");
    insta::assert_snapshot!(of_text(
        "The bridge over the northern strait was opened to traffic on\nFriday morning, seven years after the first stone was laid, and\nthe mayor said that two towns were joined.\n\nFerries go on.", None
    ), @"
    headline: -
    standfirst: -
    section: -
    published: -
    authors: -
    text: given
    | The bridge over the northern strait was …ns were joined.
    | Ferries go on.
    ");
    insta::assert_snapshot!(of_text("北海峡大桥七年后通车\n\n大桥于星期五上午通车。市长说两座城市终于连在一起。渡轮将运行到五月。", None), @"
    headline: 北海峡大桥七年后通车 (text, placed)
    standfirst: -
    section: -
    published: -
    authors: -
    text: given
    | 大桥于星期五上午通车。市长说两座城市终于连在一起。渡轮将运行到五月。
    ");
}

#[test]
fn headlines_that_end_with_a_full_stop() {
    let headline = |text: &str| {
        let input = TextInput { id: EntryId([1; 16]), text: text.to_owned(), title: None, url: None, published: None, language: None };
        from_text(input).headline.map(|headline| headline.value)
    };
    assert_eq!(
        headline("Mayor Opens Bridge After Seven Years.\n\nThe bridge was opened. It is long.").as_deref(),
        Some("Mayor Opens Bridge After Seven Years.")
    );
    assert_eq!(
        headline("Mayor opens the bridge.\n\nNORTHPORT (AP) — The bridge was opened. It is long.").as_deref(),
        Some("Mayor opens the bridge.")
    );
    assert_eq!(headline("The mayor opened the bridge on Friday.\n\nIt took seven years. It is long."), None);
}

/// Answers every request by its path until it is dropped.
async fn serve(answer: fn(&str) -> (u16, &'static str, String)) -> Url {
    serve_with_headers(&[], answer).await
}

async fn serve_with_headers(headers: &'static [&'static str], answer: fn(&str) -> (u16, &'static str, String)) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(request.get(..length).unwrap_or_default()).into_owned();
            let (status, kind, body) = answer(request.split(' ').nth(1).unwrap_or_default());
            let more = headers.iter().map(|header| format!("{header}\r\n")).collect::<Vec<_>>().concat();
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n");
            let sent = stream.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).await;
            drop((sent, stream));
        }
    });
    Url::parse(&format!("http://{address}/")).unwrap()
}

fn entry(url: &Url, path: &str) -> Entry {
    Entry {
        id: EntryId([2; 16]),
        feed: FeedId::from("sample"),
        outlet: Some("The Sample".to_owned()),
        guid: None,
        url: url.join(path).ok(),
        shares_address: false,
        title: Some("Bridge <i>opens</i>".to_owned()),
        summary: Some("<p>The bridge was opened.</p>".to_owned()),
        content: None,
        authors: vec!["The Sample".to_owned(), "Bo Ek".to_owned()],
        categories: vec!["Roads".to_owned()],
        language: Some("en".to_owned()),
        published: Some("2025-12-19T08:00:00Z".parse().unwrap()),
        updated: None,
        fetched: "2025-12-19T09:00:00Z".parse().unwrap(),
    }
}

fn client() -> Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    let settings =
        NetSettings { allow_private: vec!["127.0.0.0/8".parse().unwrap()], host_spacing: Duration::ZERO, ..NetSettings::default() };
    Client::new(&settings).unwrap()
}

async fn of_entry(answer: fn(&str) -> (u16, &'static str, String), change: impl FnOnce(&mut Entry)) -> String {
    let mut entry = entry(&serve(answer).await, "/bridge");
    change(&mut entry);
    shown(&read(&entry, &client(), &ArticleSettings::default()).await.article)
}

fn article_page() -> (u16, &'static str, String) {
    (200, "text/html", format!("<html><title>Bridge opens</title><article><h1>Bridge opens</h1>{BODY}</article></html>"))
}

#[tokio::test]
async fn an_entry_gets_the_text_of_its_page() {
    let open = |path: &str| if path == "/robots.txt" { (404, "text/plain", String::new()) } else { article_page() };
    insta::assert_snapshot!(of_entry(open, |_| ()).await, @r#"
    headline: Bridge opens (feed.title, placed)
    standfirst: -
    section: -
    published: 2025-12-19T08:00:00Z (feed.published)
    authors: Bo Ek
    text: page
    | The new bridge over the northern strait …stone was laid.
    | "It binds two towns that have waited for…te of the rain.
    | Ferries will go on until May, the port a…short of hands.
    | The bridge cost four hundred million cro… minister said.
    "#);
    let full = BODY.repeat(2);
    insta::assert_snapshot!(of_entry(open, |entry| entry.content = Some(full)).await, @r#"
    headline: Bridge opens (feed.title, placed)
    standfirst: The bridge was opened. (feed.summary, placed)
    section: -
    published: 2025-12-19T08:00:00Z (feed.published)
    authors: Bo Ek
    text: feed
    | The new bridge over the northern strait …stone was laid.
    | "It binds two towns that have waited for…te of the rain.
    | Ferries will go on until May, the port a…short of hands.
    | The bridge cost four hundred million cro… minister said.
    | The new bridge over the northern strait …stone was laid.
    | "It binds two towns that have waited for…te of the rain.
    | Ferries will go on until May, the port a…short of hands.
    | The bridge cost four hundred million cro… minister said.
    "#);
    insta::assert_snapshot!(of_entry(open, |entry| entry.url = None).await, @"
    headline: Bridge opens (feed.title, placed)
    standfirst: -
    section: -
    published: 2025-12-19T08:00:00Z (feed.published)
    authors: Bo Ek
    text: summary, partial
    | The bridge was opened.
    ");
}

#[tokio::test]
async fn a_page_that_shows_nothing_gets_the_text_of_its_amp_version() {
    fn scripted(path: &str, more: &str) -> (u16, &'static str, String) {
        match path {
            "/robots.txt" => (404, "text/plain", String::new()),
            "/amp/bridge" => article_page(),
            _ => (
                200,
                "text/html",
                format!(
                    "<html><head><title>Bridge opens</title><link rel=amphtml href='/amp/bridge'>{more}</head><div id=root></div></html>"
                ),
            ),
        }
    }
    const PAID: &str = "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Bridge opens\",\"isAccessibleForFree\":false}</script>";
    insta::assert_snapshot!(of_entry(|path| scripted(path, ""), |_| ()).await, @r#"
    headline: Bridge opens (feed.title, placed)
    standfirst: -
    section: -
    published: 2025-12-19T08:00:00Z (feed.published)
    authors: Bo Ek
    text: amp
    | The new bridge over the northern strait …stone was laid.
    | "It binds two towns that have waited for…te of the rain.
    | Ferries will go on until May, the port a…short of hands.
    | The bridge cost four hundred million cro… minister said.
    "#);
    // It is not asked for where the page wants to be paid for, has its text, or names another site; and it may be refused.
    assert!(of_entry(|path| scripted(path, PAID), |_| ()).await.contains("text: summary, partial"));
    let elsewhere = |path: &str| match path {
        "/robots.txt" => (404, "text/plain", String::new()),
        _ => {
            (200, "text/html", "<title>Bridge opens</title><link rel=amphtml href='http://127.0.0.2:9/amp'><div id=root></div>".to_owned())
        }
    };
    assert!(!of_entry(elsewhere, |_| ()).await.contains("AMP"));
    let refused = |path: &str| match path {
        "/robots.txt" => (200, "text/plain", "User-agent: *\nDisallow: /amp".to_owned()),
        _ => (200, "text/html", "<title>Bridge opens</title><link rel=amphtml href='/amp/bridge'><div id=root></div>".to_owned()),
    };
    assert!(of_entry(refused, |_| ()).await.contains("AMP version: page not fetched: robots"));
}

#[tokio::test]
async fn pages_that_cannot_be_had_leave_the_summary() {
    let closed = |path: &str| {
        if path == "/robots.txt" { (200, "text/plain", "User-agent: *\nDisallow: /bridge".to_owned()) } else { article_page() }
    };
    insta::assert_snapshot!(of_entry(closed, |_| ()).await, @"
    headline: Bridge opens (feed.title, placed)
    standfirst: -
    section: -
    published: 2025-12-19T08:00:00Z (feed.published)
    authors: Bo Ek
    text: summary, partial
    note: page not fetched: robots
    | The bridge was opened.
    ");
    let by_name = |path: &str| {
        if path == "/robots.txt" { (200, "text/plain", "User-agent: wirewatch\nDisallow: /".to_owned()) } else { article_page() }
    };
    assert!(of_entry(by_name, |_| ()).await.contains("page not fetched: robots"));
    let failing = |path: &str| if path == "/robots.txt" { (500, "text/plain", String::new()) } else { article_page() };
    assert!(of_entry(failing, |_| ()).await.contains("page not fetched: robots"));
    let missing = |path: &str| if path == "/robots.txt" { (404, "text/plain", String::new()) } else { (410, "text/html", String::new()) };
    assert!(of_entry(missing, |_| ()).await.contains("page not fetched: status 410"));
    let image = |path: &str| if path == "/robots.txt" { (404, "text/plain", String::new()) } else { (200, "image/png", "x".to_owned()) };
    assert!(of_entry(image, |_| ()).await.contains("page not read: it is image/png"));
    let refused = |entry: &mut Entry| entry.url = Url::parse("http://127.0.0.1:9/bridge").ok();
    assert!(of_entry(closed, refused).await.contains("page not fetched: robots"));
}

#[tokio::test]
async fn nothing_is_fetched_unless_it_is_wanted() {
    let settings = ArticleSettings { fetch: Fetch::Never, ..ArticleSettings::default() };
    let entry = entry(&serve(|_| article_page()).await, "/bridge");
    let article = read(&entry, &client(), &settings).await.article;
    assert!(article.partial && article.notes.is_empty());
}

#[tokio::test]
async fn a_host_that_is_left_alone_is_told_of() {
    let entry = entry(&serve(|_| article_page()).await, "/bridge");
    let (client, settings) = (client(), ArticleSettings::default());
    let url = entry.url.clone().unwrap();
    client.hold_host(&url, Duration::from_secs(3600));
    let reading = read(&entry, &client, &settings).await;
    assert!(reading.held.is_some_and(|wait| wait > Duration::from_secs(3500)), "{:?}", reading.held);
    assert!(reading.article.partial && reading.article.notes.iter().any(|note| note.contains("left alone")));
    // What was not asked is not remembered as a refusal.
    let reading = read(&entry, &crate::article::tests::client(), &settings).await;
    assert!(!reading.article.partial && reading.held.is_none(), "{:?}", reading.article.notes);
}

#[tokio::test]
async fn a_page_that_two_feeds_list_is_fetched_once() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static FETCHED: AtomicUsize = AtomicUsize::new(0);
    let url = serve(|path| {
        if path == "/robots.txt" {
            return (404, "text/plain", String::new());
        }
        FETCHED.fetch_add(1, Ordering::SeqCst);
        article_page()
    })
    .await;
    let (client, settings) = (client(), ArticleSettings::default());
    let first = entry(&url, "/bridge");
    let second = Entry { id: EntryId([9; 16]), url: url.join("/bridge?utm_source=b").ok(), ..first.clone() };
    let (one, two) = tokio::join!(read(&first, &client, &settings), read(&second, &client, &settings));
    assert_eq!((one.article.id, two.article.id), (first.id, second.id));
    assert!(!one.article.partial && one.article.text == two.article.text);
    assert_eq!(FETCHED.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_host_that_has_had_enough_of_pages_is_left_alone() {
    let url = serve_with_headers(&["Retry-After: 3600"], |path| match path {
        "/robots.txt" => (404, "text/plain", String::new()),
        "/busy" => (503, "text/html", String::new()),
        _ => article_page(),
    })
    .await;
    let (client, settings) = (client(), ArticleSettings::default());
    let busy = read(&entry(&url, "/busy"), &client, &settings).await;
    assert_eq!(busy.asked, Some(("127.0.0.1".to_owned(), Duration::from_secs(3600))));
    assert_eq!(busy.held, Some(Duration::from_secs(3600)), "there may be a better article after that");
    assert!(read(&entry(&url, "/other"), &client, &settings).await.held.is_some(), "no page of the host is asked for");
}

#[tokio::test]
async fn a_host_that_has_had_enough_of_amp_versions_is_told_of() {
    fn answer(path: &str) -> (u16, &'static str, String) {
        match path {
            "/robots.txt" => (404, "text/plain", String::new()),
            "/amp" => (429, "text/html", String::new()),
            "/short" => (
                200,
                "text/html",
                "<link rel=amphtml href=/amp><article><h1>Bridge opens</h1><p>The new bridge over the northern strait was opened on Friday \
                 by the mayor, who walked across it.</p><p>Ferries will go on until May, the port authority said on the day.</p></article>"
                    .to_owned(),
            ),
            _ => (200, "text/html", "<title>Bridge opens</title><link rel=amphtml href=/amp><div id=root></div>".to_owned()),
        }
    }
    let hour = Duration::from_secs(3600);
    let read_of = async |path: &str| {
        let url = serve_with_headers(&["Retry-After: 3600"], answer).await;
        read(&entry(&url, path), &client(), &ArticleSettings::default()).await
    };
    let bare = read_of("/bare").await;
    assert_eq!((bare.held, bare.asked), (Some(hour), Some(("127.0.0.1".to_owned(), hour))));
    let short = read_of("/short").await;
    assert!(short.article.text.contains("walked across"), "{}", short.article.text);
    assert_eq!((short.held, short.asked), (None, Some(("127.0.0.1".to_owned(), hour))), "what there is need not wait");
}

#[tokio::test]
async fn the_rules_of_a_host_are_asked_for_once_a_day() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    static BROKEN: AtomicUsize = AtomicUsize::new(0);
    let url = serve(|path| {
        if path == "/robots.txt" {
            ASKED.fetch_add(1, Ordering::SeqCst);
            let status = if BROKEN.load(Ordering::SeqCst) == 0 { 200 } else { 503 };
            return (status, "text/plain", "User-agent: *\nDisallow: /closed".to_owned());
        }
        article_page()
    })
    .await;
    let (client, settings) = (client(), ArticleSettings::default());
    let allows = async |path: &str, now: &str| {
        let deadline = Duration::from_secs(5);
        settings.robots.allows(&client, "wirewatch", &url.join(path).unwrap(), now.parse().unwrap(), deadline).await == Permission::Granted
    };
    assert!(allows("/open", "2025-12-19T00:00:00Z").await);
    assert!(!allows("/closed/a", "2025-12-19T23:59:00Z").await);
    assert_eq!(ASKED.load(Ordering::SeqCst), 1);
    // A day later the host fails: what it said before still holds.
    BROKEN.store(1, Ordering::SeqCst);
    assert!(allows("/open", "2025-12-20T00:01:00Z").await);
    assert!(!allows("/closed/a", "2025-12-20T00:02:00Z").await);
    assert_eq!(ASKED.load(Ordering::SeqCst), 2);
}
