//! Troubles that the owner was told of.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::model::health::{Change, Subject, Told, Trouble};
use crate::model::id::AlertId;
use crate::store::NewNotice;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::value::{nanos, time};
use crate::store::sqlite::work;

/// See [`crate::store::Store::told`].
pub(super) fn told(connection: &Connection) -> Result<Vec<Told>, Fault> {
    let mut told = connection.prepare_cached("SELECT subject, trouble, since FROM health ORDER BY since, subject")?;
    let told = told.query_map([], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(told.into_iter().flatten().collect())
}

/// What was told of one subject.
pub(super) fn told_of(connection: &Connection, subject: &Subject) -> Result<Vec<Told>, Fault> {
    let mut told = connection.prepare_cached("SELECT subject, trouble, since FROM health WHERE subject = ?1")?;
    let told = told.query_map([subject.to_string()], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(told.into_iter().flatten().collect())
}

/// A row that this version does not know is left alone.
fn read(row: &Row<'_>) -> rusqlite::Result<Option<Told>> {
    let (subject, trouble): (String, String) = (row.get(0)?, row.get(1)?);
    let since = time(row.get(2)?);
    Ok(Subject::parse(&subject).zip(Trouble::parse(&trouble)).map(|(subject, trouble)| Told { subject, trouble, since }))
}

/// See [`crate::store::Store::tell`].
pub(super) fn tell(connection: &Connection, notices: &[NewNotice], now: Timestamp) -> Result<Vec<AlertId>, Fault> {
    let mut raised = Vec::new();
    for notice in notices {
        if tell_one(connection, notice, now)? {
            raised.push(notice.alert.alert.id);
        }
    }
    Ok(raised)
}

/// Raises the alert and notes what is told from now on; whether the alert was not known.
pub(super) fn tell_one(connection: &Connection, NewNotice { notice, alert }: &NewNotice, now: Timestamp) -> Result<bool, Fault> {
    let Told { subject, trouble, since } = &notice.told;
    let (subject, trouble) = (subject.to_string(), trouble.as_str());
    match notice.change {
        Change::Begins => connection
            .prepare_cached("INSERT OR REPLACE INTO health (subject, trouble, since) VALUES (?1, ?2, ?3)")?
            .execute(params![subject, trouble, nanos(*since)])?,
        Change::Ends => {
            connection.prepare_cached("DELETE FROM health WHERE subject = ?1 AND trouble = ?2")?.execute(params![subject, trouble])?
        }
    };
    work::raise(connection, alert, now)
}
