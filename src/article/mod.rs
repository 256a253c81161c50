//! Entry → Article: the best available text of an entry.
//!
//! *Takes:* an [`crate::model::entry::Entry`], or text and HTML given by hand, and the polite client.
//! *Gives:* an [`crate::model::article::Article`] that says where its text came from and whether it is whole.
//! *Next:* [`crate::extract`].
//! *Never:* judges what the text says; fails because a page cannot be had: the article then has the summary.
