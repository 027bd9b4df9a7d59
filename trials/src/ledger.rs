//! The output of processes that are killed or whose system calls fail, and the rows that must exist afterwards.
//!
//! A process writes one line for each acknowledged call, which is one that returned `Ok`. Afterwards each of these
//! changes is there, and each batch has its number of entries, whether it was acknowledged or not.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::Path;

use orm::{Db, Insert as _, Model, Result, sql};

use crate::random::Random;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(entries: Entry)]
pub(crate) struct Batch {
    id: i64,
    /// The number of its entries.
    size: i64,
    revision: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    id: i64,
    text: String,
    #[belongs_to(batch: Batch)]
    batch_id: i64,
}

/// The acknowledged calls: the revision of each batch.
pub(crate) type Acknowledged = HashMap<i64, i64>;

pub(crate) fn open(path: &Path) -> Result<Db> {
    let db = Db::open(path)?;
    db.create_tables::<(Batch, Entry)>()?;
    Ok(db)
}

/// Does one piece of work, and reports it afterwards.
pub(crate) fn work(db: &Db, random: &mut Random) -> Result<()> {
    match random.below(4) {
        0 => {
            let batch = NewBatch { size: 0, revision: 0 }.insert(db)?;
            acknowledge(&batch);
        }
        1 | 2 => {
            let size = random.between(1, 40);
            let text = "x".repeat(random.below(500));
            let entry = |batch_id: i64| NewEntry { text: text.clone(), batch_id };
            let new = NewBatch { size, revision: 0 }
                .with(Batch::entries(), |batch| (0..size).map(|_| entry(batch.id)).collect::<Vec<_>>());
            let inserted = new.insert(db)?;
            acknowledge(&inserted);
        }
        _ => {
            // One transaction reads and writes, so that no thread overwrites the change of another.
            let changed = db.transaction(|tx| {
                let newest = Batch::query().order_by(Batch::id().desc()).first(tx)?;
                newest.map(|batch| batch.edit(tx, |batch| batch.revision += 1)).transpose()
            })?;
            changed.iter().for_each(acknowledge);
        }
    }
    Ok(())
}

fn acknowledge(batch: &Batch) {
    let mut out = io::stdout().lock();
    let written = writeln!(out, "done {} {}", batch.id, batch.revision).and_then(|()| out.flush());
    // The parent no longer reads, because it has ended.
    if written.is_err() {
        std::process::exit(1);
    }
}

/// Records the acknowledgement in a line.
pub(crate) fn note(line: &str, acknowledged: &mut Acknowledged) {
    let mut words = line.split(' ').skip_while(|word| *word != "done").skip(1).map(str::parse::<i64>);
    if let (Some(Ok(id)), Some(Ok(revision))) = (words.next(), words.next()) {
        let newest = acknowledged.entry(id).or_default();
        *newest = revision.max(*newest);
    }
}

/// Compares a file with the acknowledged calls.
pub(crate) fn check(path: &Path, acknowledged: &Acknowledged) -> Result<(), String> {
    let text = |error: orm::Error| format!("the file is not read: {error}");
    let db = open(path).map_err(text)?;
    let found: Vec<(String,)> = sql("PRAGMA integrity_check").tuples(&db).map_err(text)?;
    if found != [("ok".to_owned(),)] {
        return Err(format!("integrity_check: {found:?}"));
    }
    let batches = Batch::query().prefetch(Batch::entries()).all(&db).map_err(text)?;
    for batch in &batches {
        let number = batch.entries().len() as u64;
        if number != batch.size.unsigned_abs() {
            return Err(format!("batch {} has {number} entries, and should have {}", batch.id, batch.size));
        }
    }
    let revisions: HashMap<i64, i64> = batches.iter().map(|batch| (batch.id, batch.revision)).collect();
    for (id, revision) in acknowledged {
        if revisions.get(id).is_none_or(|found| found < revision) {
            let found = revisions.get(id);
            return Err(format!("batch {id} was acknowledged in revision {revision}, and is there in {found:?}"));
        }
    }
    Ok(())
}
