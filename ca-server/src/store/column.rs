//! Columns that are read as what they mean, without a copy of their octets: for lists of millions of rows.

use ca_core::revocation::Reason;
use ca_core::x509::serial::SerialNumber;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{Binary, Text};
use diesel::sqlite::{Sqlite, SqliteValue};

/// The serial of a certificate.
#[derive(FromSqlRow)]
pub(super) struct SerialColumn(pub(super) SerialNumber);

impl FromSql<Binary, Sqlite> for SerialColumn {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(SerialNumber::from_bytes(value.read_blob())?))
    }
}

impl FromSql<Binary, Pg> for SerialColumn {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(SerialNumber::from_bytes(value.as_bytes())?))
    }
}

/// The reason of a revocation.
#[derive(FromSqlRow)]
pub(super) struct ReasonColumn(pub(super) Reason);

impl FromSql<Text, Sqlite> for ReasonColumn {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(value.read_text().parse()?))
    }
}

impl FromSql<Text, Pg> for ReasonColumn {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(std::str::from_utf8(value.as_bytes())?.parse()?))
    }
}
