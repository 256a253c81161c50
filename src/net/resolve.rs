//! Names to addresses, with the check of [`AddressRules`] on what a connection is made to.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::net::address::AddressRules;

/// Asks for the addresses of a name.
#[async_trait]
pub(crate) trait Lookup: fmt::Debug + Send + Sync {
    /// All addresses of the host.
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The machine's own resolver.
#[derive(Debug)]
pub(crate) struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// A name that leads only to addresses that may not be connected to.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{address} is forbidden: {rule}")]
pub(crate) struct Forbidden {
    pub(crate) address: IpAddr,
    pub(crate) rule: &'static str,
}

/// What the connector asks: it sees only addresses that may be connected to.
///
/// The connector connects to exactly what is given here, so a name that answers otherwise the second time gains nothing.
#[derive(Debug)]
pub(crate) struct CheckedResolver {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) rules: AddressRules,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, rules) = (Arc::clone(&self.lookup), self.rules.clone());
        Box::pin(async move {
            let found = lookup.lookup(name.as_str()).await?;
            let mut refused = None;
            let mut open = Vec::with_capacity(found.len());
            for address in found {
                match rules.forbidden(address) {
                    Some(rule) => refused = Some(Forbidden { address, rule }),
                    None => open.push(SocketAddr::new(address, 0)),
                }
            }
            match (open.is_empty(), refused) {
                (true, Some(refused)) => Err(refused.into()),
                (true, None) => Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into()),
                (false, _) => Ok(Box::new(open.into_iter()) as Addrs),
            }
        })
    }
}
