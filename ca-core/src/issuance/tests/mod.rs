//! Issuing from the root down, by every algorithm, and what is refused on the way.

mod authorization;
mod hierarchies;
mod properties;
mod typed_way;
mod world;
