//! Between the columns' types and ours. What a column cannot hold by our own rules is damage.

use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

use crate::port::StoreError;

pub(super) fn damaged(what: &str, value: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged { detail: format!("{what} {value}") }
}

pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(super) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| damaged("there is no time", micros))
}

pub(super) fn optional_time(micros: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    micros.map(time).transpose()
}

pub(super) fn uuid(text: &str) -> Result<Uuid, StoreError> {
    Uuid::try_parse(text).map_err(|_| damaged("there is no id", text))
}

pub(super) fn optional_uuid(text: Option<&str>) -> Result<Option<Uuid>, StoreError> {
    text.map(uuid).transpose()
}

pub(super) fn hash(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| damaged("a hash has", format_args!("{} bytes", bytes.len())))
}

pub(super) fn serial(bytes: &[u8]) -> Result<SerialNumber, StoreError> {
    SerialNumber::from_bytes(bytes).map_err(|_| damaged("there is no serial", hex::encode(bytes)))
}

pub(super) fn unsigned(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| damaged("a count is", value))
}

pub(super) fn version(value: i32) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| damaged("a version is", value))
}

/// Our numbers are counted from 1 by ones: none reaches the end of the column.
pub(super) fn signed(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| damaged("a number is too large:", value))
}
