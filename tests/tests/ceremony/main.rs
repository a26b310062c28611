//! Ceremonies as they are held: the program `ca` at a pseudo-terminal, people who answer it, and afterwards everybody who
//! checks the papers.

mod device;
mod guide;
mod interruption;
mod life;
mod plans;
mod refusals;
mod rehearsal;
mod room;
mod service;
