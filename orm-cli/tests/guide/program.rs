//! The program text of the guide's chapter on existing databases.

use orm::{Db, Model as _};

use crate::models;
use crate::models::Artist;

pub(crate) fn print(db: &Db) -> orm::Result<()> {
    let db = db.clone();
    for artist in Artist::query().prefetch(Artist::albums()).all(&db)? {
        println!("{}: {}", artist.name, artist.albums().len());
    }
    Ok(())
}

pub(crate) fn check(db: &Db) -> orm::Result<()> {
    let differences = db.check::<models::All>()?;
    assert!(differences.is_empty(), "{differences:#?}");
    Ok(())
}
