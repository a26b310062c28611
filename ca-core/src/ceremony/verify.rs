//! What happened, derived again from the papers.
