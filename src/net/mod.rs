//! One polite HTTP client: limits per host and in all, caps, deadlines, address checks, redirects.
//!
//! *Never:* knows what a feed or an article is.
