//! This library, as a service uses it.

use bench_common::checksum::total;
use bench_common::data;
use load_common::{CONNECTIONS, Contender, Database, Result};
use orm::{AsyncDb, Db, Model};
use tokio::task::spawn_blocking;

use crate::models::{NewStudent, Student, StudentLoaded};

/// Calls that are awaited.
pub struct Awaited(AsyncDb);

/// Blocking calls, each on a thread that may block.
pub struct Blocking(Db);

impl Contender for Awaited {
    async fn open(database: &Database) -> Result<Self> {
        Ok(Awaited(AsyncDb::from(db(database)?)))
    }

    async fn find(&self, student: i64) -> Result<u64> {
        Ok(Student::find(&self.0, student).await?.sum())
    }

    async fn request(&self, above: i64, to: i64) -> Result<u64> {
        let students = Student::query()
            .filter(Student::id().gt(above) & Student::id().le(to))
            .prefetch(Student::courses())
            .all(&self.0)
            .await?;
        Ok(total(students.iter().map(StudentLoaded::sum_with_courses)))
    }

    async fn insert(&self, new: data::NewStudent) -> Result<u64> {
        Ok(NewStudent::from(new).insert(&self.0).await?.sum())
    }
}

impl Contender for Blocking {
    async fn open(database: &Database) -> Result<Self> {
        Ok(Blocking(db(database)?))
    }

    async fn find(&self, student: i64) -> Result<u64> {
        let db = self.0.clone();
        spawn_blocking(move || Ok(Student::find(&db, student)?.sum())).await?
    }

    async fn request(&self, above: i64, to: i64) -> Result<u64> {
        let db = self.0.clone();
        let load = move || {
            let students = Student::query()
                .filter(Student::id().gt(above) & Student::id().le(to))
                .prefetch(Student::courses())
                .all(&db)?;
            Ok(total(students.iter().map(StudentLoaded::sum_with_courses)))
        };
        spawn_blocking(load).await?
    }

    async fn insert(&self, new: data::NewStudent) -> Result<u64> {
        let db = self.0.clone();
        spawn_blocking(move || Ok(NewStudent::from(new).insert(&db)?.sum())).await?
    }
}

fn db(database: &Database) -> Result<Db> {
    Ok(match database {
        Database::Sqlite(path) => Db::sqlite().readers(CONNECTIONS).open(path)?,
        Database::Postgres(url) => Db::postgres().connections(CONNECTIONS).connect(url)?,
    })
}
