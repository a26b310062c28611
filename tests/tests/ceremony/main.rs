//! Ceremonies as they are held: the program `ca` at a pseudo-terminal, people who answer it, and afterwards everybody who
//! checks the papers.

mod plans;
mod room;
mod root;
