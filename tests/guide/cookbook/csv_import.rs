//! The recipe: import of CSV with progress.

use std::fs::{self, File};

// ANCHOR: measurement
use std::error::Error;
use std::io::Read;

use indicatif::ProgressBar;
use orm::{Db, Model};
use serde::Deserialize;

#[derive(Model)]
struct Measurement {
    id: i64,
    station: String,
    celsius: f64,
}

/// A line of the file. Its header is `station,celsius`.
#[derive(Deserialize)]
struct Line {
    station: String,
    celsius: f64,
}

fn import(db: &Db, file: impl Read) -> Result<u64, Box<dyn Error>> {
    let mut lines = csv::Reader::from_reader(file).into_deserialize::<Line>();
    db.try_transaction(|tx| {
        let mut imported = 0;
        loop {
            let lines: Vec<Line> = lines.by_ref().take(5_000).collect::<Result<_, _>>()?;
            if lines.is_empty() {
                return Ok(imported);
            }
            let new = lines.into_iter().map(|Line { station, celsius }| NewMeasurement { station, celsius });
            imported += orm::bulk_insert(tx, new)?;
        }
    })
}
// ANCHOR_END: measurement

pub(super) fn recipe() -> Result<(), Box<dyn Error>> {
    let db = &Db::memory()?;
    db.create_tables::<Measurement>()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("measurements.csv");
    let lines = (0..12_000).map(|number| format!("Kew,{}.5\n", number % 30));
    fs::write(&path, format!("station,celsius\n{}", lines.collect::<String>()))?;
    // ANCHOR: progress
    let file = File::open(path)?;
    let progress = ProgressBar::new(file.metadata()?.len());
    let imported = import(db, progress.wrap_read(file))?;
    progress.finish();
    println!("imported {imported} measurements");
    // ANCHOR_END: progress
    assert_eq!((imported, Measurement::query().count(db)?), (12_000, 12_000));
    let error = import(db, "station,celsius\nKew,1.5\nKew,warm\n".as_bytes()).unwrap_err();
    assert!(error.to_string().contains("line: 3"), "{error}");
    assert_eq!(Measurement::query().count(db)?, 12_000, "a wrong line leaves nothing behind");
    Ok(())
}
