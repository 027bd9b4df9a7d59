//! Signed cursors, which cannot be forged without the key.

use std::fmt;

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{Cursor, bytes_of, digits};
use crate::error::{Error, Result};

/// The first byte of a signed cursor, which no unsigned one has: neither is read as the other.
const SIGNED: u8 = 0x81;

/// The number of bytes of the signature.
const SIGNATURE: usize = 32;

/// The minimum number of bytes of a key. Shorter keys could be found by brute force.
const LEAST_KEY: usize = 16;

/// A secret key that signs cursors, for [`Cursor::sign`] and [`Cursor::verify`].
///
/// All programs that read each other's cursors share it. Cursors that were signed with another key are refused.
#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

impl CursorKey {
    /// Creates a key from random bytes, at least 16; 32 are best.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_invalid`](Error::is_invalid) for fewer than 16 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let too_short = || Error::invalid(format!("the key of a cursor has at least {LEAST_KEY} bytes"));
        if bytes.len() < LEAST_KEY {
            return Err(too_short());
        }
        Hmac::new_from_slice(bytes).map(CursorKey).map_err(|_| too_short())
    }
}

/// Shows nothing of the key.
impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey")
    }
}

impl Cursor {
    /// Returns the cursor as text with a signature, of letters and digits.
    ///
    /// It is signed, and not encrypted: the text reveals the values that the row is ordered by. The signature is
    /// HMAC-SHA-256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)) over all of the rest.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # use orm::Cursor;
    /// # use orm_core::query::CursorKey;
    /// # let secret = [7; 32];
    /// # let mut query = Student::query().order_by(Student::last_name().asc());
    /// # student("Grace", "Hopper").insert(&db)?;
    /// # let cursor = query.page(1).read(&db)?.next.expect("a second page");
    /// let key = CursorKey::new(&secret)?;
    /// let text = cursor.sign(&key);
    /// let cursor = Cursor::verify(&text, &key)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sign(&self, key: &CursorKey) -> String {
        let mut bytes = self.content(SIGNED);
        let signature = key.0.clone().chain_update(&bytes).finalize();
        bytes.extend(signature.into_bytes());
        digits(&bytes)
    }

    /// Parses a cursor from text that was signed with the key.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_bad_cursor`](Error::is_bad_cursor) for every other text: changed, forged, signed with
    /// another key, or not signed.
    pub fn verify(text: &str, key: &CursorKey) -> Result<Self> {
        verified(text, key).ok_or_else(|| Error::bad_cursor("it was not signed with this key, or its text was changed"))
    }
}

fn verified(text: &str, key: &CursorKey) -> Option<Cursor> {
    let bytes = bytes_of(text)?;
    let (content, signature) = bytes.split_last_chunk::<SIGNATURE>()?;
    // This takes the same time wherever the two differ.
    key.0.clone().chain_update(content).verify_slice(signature).ok()?;
    Cursor::of_content(content, SIGNED)
}
