//! When two addresses of the web lead to the same page.

use url::Url;

/// Parameters that say where a reader came from, not what is read. `ref` and `id` are not here: on some sites they are the page.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "cmpid",
    "cmp",
    "icid",
    "ito",
    "ocid",
    "ncid",
    "smid",
    "sref",
    "ftag",
    "feedtype",
    "feedname",
    "rss",
    "partner",
    "ref_src",
    "ref_url",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "vero_id",
    "wt_mc",
    "xtor",
    "at_medium",
    "at_campaign",
    "at_link_id",
    "at_format",
    "at_ptr_name",
    "at_bbc_team",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
];

/// What is the same for all addresses of a page: without scheme, `www.`, fragment, last slash and parameters that track readers;
/// `None` when it is no address of the web.
///
/// Identities of entries and alerts are made of it: a change here tells everything again.
///
/// ```
/// let url = "HTTP://www.Example.org:80/news/?utm_source=rss&id=7#top".parse().unwrap();
/// assert_eq!(wirewatch::text::link::canonical(&url).as_deref(), Some("example.org/news?id=7"));
/// ```
pub fn canonical(url: &Url) -> Option<String> {
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = url.host_str()?.to_lowercase();
    let host = host.trim_end_matches('.');
    let host = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    let kept: Vec<&str> = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    Some(format!("{host}{port}{path}{query}"))
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    name.starts_with("utm_") || name.starts_with("pk_") || name.starts_with("mtm_") || TRACKING.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::canonical;

    fn shown(url: &str) -> String {
        canonical(&url.parse().unwrap()).unwrap_or_else(|| "no address of the web".to_owned())
    }

    #[test]
    fn what_does_not_change_the_page_is_left_out() {
        for same in [
            "https://example.org/news/a",
            "http://www.example.org/news/a/",
            "https://EXAMPLE.org.:443/news/a?utm_campaign=x&fbclid=1#top",
            "https://example.org/news/a?&at_medium=RSS",
        ] {
            assert_eq!(shown(same), "example.org/news/a", "{same}");
        }
        assert_eq!(shown("https://example.org"), "example.org");
        assert_eq!(shown("https://example.org/?p=7&ref=8"), "example.org?p=7&ref=8");
        assert_eq!(shown("http://example.org:8080/A"), "example.org:8080/A");
        assert_eq!(shown("mailto:a@example.org"), "no address of the web");
    }
}
