//! Statements that change a structure.

/// Statements that run together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// How they run.
    pub runs: Runs,
    /// The statements in their order, without semicolons at their ends.
    pub statements: Vec<String>,
}

/// How statements run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// In a transaction.
    Atomically,
    /// In a transaction, while foreign keys are not enforced; they are checked at its end.
    WithoutForeignKeys,
    /// One after the other, each by itself, because the database does not run them in a transaction.
    OneByOne,
}
