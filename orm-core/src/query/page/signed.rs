//! Cursors with a signature: nobody makes one up who does not have the key.

use std::fmt;

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{Cursor, bytes_of, digits};
use crate::error::{Error, Result};

/// The first byte of a signed cursor, which is none of one without a signature: neither is read as the other.
const SIGNED: u8 = 0x81;

/// How many bytes the signature has.
const SIGNATURE: usize = 32;

/// The least number of bytes of a key. Fewer could be found by trying.
const LEAST_KEY: usize = 16;

/// A secret key that signs cursors, for [`Cursor::sign`] and [`Cursor::verify`].
///
/// All programs that read each other's cursors share it. With another key, the cursors that were handed out are refused.
#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

impl CursorKey {
    /// A key of random bytes, at least 16; 32 are best.
    ///
    /// # Errors
    ///
    /// [`is_invalid`](Error::is_invalid) for fewer than 16 bytes.
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
    /// The cursor as text with a signature, of letters and digits.
    ///
    /// It is signed and not encrypted: whoever has the text can read the values that the row is ordered by.
    /// The signature is HMAC-SHA-256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)) over all of the rest.
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

    /// The cursor of a text that was signed with the key.
    ///
    /// # Errors
    ///
    /// [`is_bad_cursor`](Error::is_bad_cursor) for every other text: one that was changed, made up, signed with another
    /// key, or not signed.
    pub fn verify(text: &str, key: &CursorKey) -> Result<Self> {
        verified(text, key).ok_or_else(|| Error::bad_cursor("it was not signed with this key, or its text was changed"))
    }
}

fn verified(text: &str, key: &CursorKey) -> Option<Cursor> {
    let bytes = bytes_of(text)?;
    let (content, signature) = bytes.split_last_chunk::<SIGNATURE>()?;
    // Takes the same time wherever the two differ.
    key.0.clone().chain_update(content).verify_slice(signature).ok()?;
    Cursor::of_content(content, SIGNED)
}
