//! Security: what attackers send, and what is shown.

mod forged;
mod injection;
mod secrets;
