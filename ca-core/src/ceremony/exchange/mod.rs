//! Packages that cross the air gap.
