//! Security: what strangers send, and what is shown.

mod forged;
mod injection;
mod secrets;
