//! The users of a pool's connections, for the message of a timeout, and to find a thread that waits for itself.

use std::fmt::{Display, Write as _};
use std::thread::{self, Thread};
use std::time::Instant;

/// The users of connections, each in some role, with a handle of what runs there.
pub(super) struct Holders<Role, Handle>(Vec<Holder<Role, Handle>>);

/// The user of a connection.
struct Holder<Role, Handle> {
    lease: u64,
    thread: Thread,
    role: Role,
    since: Instant,
    handle: Handle,
}

impl<Role, Handle> Default for Holders<Role, Handle> {
    fn default() -> Self {
        Holders(Vec::new())
    }
}

impl<Role: Copy + PartialEq + Display, Handle> Holders<Role, Handle> {
    /// Notes that this thread holds a connection, and returns the number of its lease.
    pub(super) fn note(&mut self, role: Role, since: Instant, handle: Handle) -> u64 {
        let lease = self.0.iter().map(|holder| holder.lease + 1).max().unwrap_or(0);
        self.0.push(Holder { lease, thread: thread::current(), role, since, handle });
        lease
    }

    /// Changes the handle of a lease.
    pub(super) fn set_handle(&mut self, lease: u64, handle: Handle) {
        if let Some(holder) = self.0.iter_mut().find(|holder| holder.lease == lease) {
            holder.handle = handle;
        }
    }

    /// Forgets a lease that ended.
    pub(super) fn forget(&mut self, lease: u64) {
        self.0.retain(|holder| holder.lease != lease);
    }

    /// The handles of all connections that are in use.
    pub(super) fn handles(&self) -> impl Iterator<Item = &Handle> {
        self.0.iter().map(|holder| &holder.handle)
    }

    /// Whether a thread would wait for itself: this thread holds every connection of the role. Returns a description.
    pub(super) fn held_by_this_thread(&self, role: Role) -> Option<String> {
        let mut holders = self.of(role);
        let this = thread::current().id();
        let first = holders.next().filter(|holder| holder.thread.id() == this)?;
        holders.all(|holder| holder.thread.id() == this).then(|| first.describe())
    }

    /// Whether a connection of the role is in use.
    #[cfg(feature = "sqlite")]
    pub(super) fn is_held(&self, role: Role) -> bool {
        self.of(role).next().is_some()
    }

    /// Whether this thread holds a connection of the role.
    #[cfg(feature = "sqlite")]
    pub(super) fn is_held_by_this_thread(&self, role: Role) -> bool {
        let this = thread::current().id();
        self.of(role).any(|holder| holder.thread.id() == this)
    }

    /// Describes all users of connections in a role.
    pub(super) fn describe(&self, role: Role) -> String {
        let mut text = String::new();
        for holder in self.of(role) {
            let separator = if text.is_empty() { "" } else { ", " };
            let _ = write!(text, "{separator}{}", holder.describe());
        }
        text
    }

    fn of(&self, role: Role) -> impl Iterator<Item = &Holder<Role, Handle>> {
        self.0.iter().filter(move |holder| holder.role == role)
    }
}

impl<Role: Display, Handle> Holder<Role, Handle> {
    fn describe(&self) -> String {
        let thread = self.thread.name().map_or_else(|| format!("{:?}", self.thread.id()), ToOwned::to_owned);
        format!("{} is held by thread {thread} for {:?}", self.role, self.since.elapsed())
    }
}
