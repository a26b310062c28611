//! What comes when.
