//! How much work one question may cost.

/// Bounds on the work for one question, so that graphs of certificates that were built to explode end in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Certificates between the end entity and the anchor. Hierarchies in use have one to three, bridged ones up to seven.
    pub intermediates: usize,
    /// Signatures verified, of certificates, revocation lists and OCSP responses together, and keys held against the weaknesses
    /// that are known. A path of ten with revocation needs thirty.
    pub signatures: usize,
    /// Steps of search, each some hundred nanoseconds, and what takes as long: four comparisons of a name with a constraint.
    pub steps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { intermediates: 16, signatures: 128, steps: 100_000 }
    }
}

/// What is left of [`Limits`].
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    signatures: usize,
    steps: usize,
}

/// The work that was allowed is done, and there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exhausted {
    /// Of signatures.
    #[error("more than {maximum} signatures would have to be verified")]
    Signatures {
        /// The bound.
        maximum: usize,
    },
    /// Of steps.
    #[error("the search takes more than {maximum} steps")]
    Steps {
        /// The bound.
        maximum: usize,
    },
}

impl Exhausted {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        "path-search-too-large"
    }
}

impl Budget {
    /// All of it.
    pub fn new(limits: Limits) -> Self {
        Self { limits, signatures: limits.signatures, steps: limits.steps }
    }

    /// Takes one signature.
    ///
    /// # Errors
    /// None is left.
    pub fn spend_signature(&mut self) -> Result<(), Exhausted> {
        self.signatures = self
            .signatures
            .checked_sub(1)
            .ok_or(Exhausted::Signatures { maximum: self.limits.signatures })?;
        Ok(())
    }

    /// Takes steps.
    ///
    /// # Errors
    /// Fewer are left, and none after that.
    pub fn spend_steps(&mut self, count: usize) -> Result<(), Exhausted> {
        let left = self.steps.checked_sub(count);
        self.steps = left.unwrap_or(0);
        left.map(|_| ()).ok_or(Exhausted::Steps { maximum: self.limits.steps })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_is_gone() {
        let mut budget = Budget::new(Limits { intermediates: 1, signatures: 1, steps: 10 });
        assert!(budget.spend_signature().is_ok());
        assert_eq!(budget.spend_signature(), Err(Exhausted::Signatures { maximum: 1 }));
        assert!(budget.spend_steps(9).is_ok());
        assert_eq!(budget.spend_steps(2), Err(Exhausted::Steps { maximum: 10 }));
        assert!(budget.spend_steps(1).is_err());
    }
}
