//! Feed → Visit: asks one feed politely and reads what it lists.
//!
//! *Takes:* a [`crate::model::feed::Feed`], its [`crate::model::feed::FeedState`], the polite client, now.
//! *Gives:* a visit: entries, problems, and the state from now on.
//! *Next:* the entries go to [`crate::article`], through the store.
//! *Never:* decides which entries are new; writes anything.
