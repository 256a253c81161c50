//! Names and words that are known before an article is read: built in, and configured.

use crate::model::extraction::{ActorKind, Role};
use crate::model::id::ActorId;
use crate::problem::Located;

/// An actor as the owner configured it (`[[actor]]`).
#[derive(Debug, Clone)]
pub struct ConfiguredActor {
    /// Its identity; the same as a built-in one's adds to that one.
    pub id: Located<ActorId>,
    /// Full name.
    pub name: Located<String>,
    /// Other names, in any script.
    pub aliases: Vec<Located<String>>,
    /// What it is; `None` keeps the built-in kind, else a person.
    pub kind: Option<ActorKind>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<[u8; 2]>,
    /// Roles.
    pub roles: Vec<Role>,
}
