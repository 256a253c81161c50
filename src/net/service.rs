//! Which names are one host: services that give every publisher a name of its own but answer from one place.
//!
//! A limit "per host" means the machine that has the work. Five hundred blogs of one service are five hundred names and one
//! machine, whose owner counts requests by who sends them.

use std::borrow::Cow;

/// Services whose names below are one host. Each is known to serve all its publishers from one place and to limit readers as a
/// whole. Sites that merely share a hosting company are not: they have machines of their own.
const SHARED: &[&str] = &[
    // Blogs.
    "blogspot.com",
    "wordpress.com",
    "substack.com",
    "medium.com",
    "tumblr.com",
    "livejournal.com",
    "dreamwidth.org",
    "typepad.com",
    "ghost.io",
    "hashnode.dev",
    "bearblog.dev",
    "beehiiv.com",
    "buttondown.email",
    // Feeds of other sites.
    "feedburner.com",
    "feedblitz.com",
    "rss.app",
    "rsshub.app",
    // Podcasts.
    "libsyn.com",
    "podbean.com",
    "buzzsprout.com",
    "simplecast.com",
    "megaphone.fm",
    "transistor.fm",
    "acast.com",
    "soundcloud.com",
    // Pages and code.
    "github.io",
    "gitlab.io",
    "github.com",
    "netlify.app",
    "pages.dev",
    "vercel.app",
    "neocities.org",
    // Talk and film.
    "reddit.com",
    "youtube.com",
    "vimeo.com",
    "stackexchange.com",
    "google.com",
    "yahoo.com",
];

/// Tells which names count as one host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Services {
    shared: Vec<String>,
    separate: Vec<String>,
}

impl Services {
    /// The known ones and `shared`, but not `separate`; names are written without a dot in front.
    pub const fn new(shared: Vec<String>, separate: Vec<String>) -> Self {
        Self { shared, separate }
    }

    /// The name under which the limits of a host are kept.
    ///
    /// ```
    /// use wirewatch::net::service::Services;
    /// let services = Services::default();
    /// assert_eq!(services.host("first.blogspot.com"), services.host("second.blogspot.com"));
    /// assert_eq!(services.host("www.example.org"), "example.org");
    /// assert_ne!(services.host("a.example.org"), services.host("b.example.org"));
    /// ```
    pub fn host<'a>(&self, name: &'a str) -> Cow<'a, str> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let name: Cow<'a, str> =
            if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() };
        let service = below(&name, self.separate.iter().map(String::as_str))
            .is_none()
            .then(|| below(&name, self.shared.iter().map(String::as_str).chain(SHARED.iter().copied())))
            .flatten();
        match service {
            Some(service) => Cow::Owned(service.to_owned()),
            // The bare name and `www` are the same machine wherever both exist.
            None => match name {
                Cow::Borrowed(name) => name.strip_prefix("www.").unwrap_or(name).into(),
                Cow::Owned(name) => name.strip_prefix("www.").map_or(name.clone(), str::to_owned).into(),
            },
        }
    }
}

/// The first of the services that the name is, or is below of.
fn below<'s>(name: &str, mut services: impl Iterator<Item = &'s str>) -> Option<&'s str> {
    services.find(|service| name.strip_suffix(service).is_some_and(|front| front.is_empty() || front.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::{SHARED, Services};

    #[test]
    fn names_of_one_service_are_one_host() {
        let services = Services::new(vec!["example.net".to_owned()], vec!["medium.com".to_owned()]);
        let hosts = ["a.blogspot.com", "blogspot.com", "A.Example.NET.", "notblogspot.com", "a.medium.com", "www.example.org", "127.0.0.1"];
        let hosts: Vec<_> = hosts.iter().map(|host| services.host(host).into_owned()).collect();
        assert_eq!(hosts, ["blogspot.com", "blogspot.com", "example.net", "notblogspot.com", "a.medium.com", "example.org", "127.0.0.1"]);
    }

    #[test]
    fn the_list_is_written_as_it_is_compared() {
        for service in SHARED {
            assert!(service.contains('.') && !service.starts_with('.') && !service.contains(char::is_uppercase), "{service}");
        }
    }
}
