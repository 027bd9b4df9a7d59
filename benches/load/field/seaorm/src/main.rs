//! The contender `SeaORM`, used as its guide shows: relations by its loader.

#[path = "../../../../field/seaorm/src/entity.rs"]
#[allow(dead_code, reason = "the other benchmark has more tables")]
mod entity;

use std::process::ExitCode;

use bench_common::checksum::{self, total};
use bench_common::data::NewStudent;
use load_common::{CONNECTIONS, Contender, Database, Result, load};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectOptions, DatabaseConnection, EntityTrait, LoaderTrait, QueryFilter,
    QueryOrder, Set, SqlxSqliteConnector,
};

use crate::entity::{course, student};

struct SeaOrm {
    db: DatabaseConnection,
}

fn main() -> ExitCode {
    load_common::main(load::<SeaOrm>)
}

impl Contender for SeaOrm {
    async fn open(database: &Database) -> Result<Self> {
        let connections = u32::try_from(CONNECTIONS)?;
        let db = match database {
            Database::Sqlite(path) => {
                let options = SqliteConnectOptions::new().filename(path).synchronous(SqliteSynchronous::Normal);
                let pool = SqlitePoolOptions::new().max_connections(connections).connect_with(options).await?;
                SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)
            }
            Database::Postgres(url) => {
                let mut options = ConnectOptions::new(url);
                options.max_connections(connections);
                sea_orm::Database::connect(options).await?
            }
        };
        Ok(SeaOrm { db })
    }

    async fn find(&self, id: i64) -> Result<u64> {
        let found = student::Entity::find_by_id(id).one(&self.db).await?;
        Ok(found.ok_or("there is no such student")?.sum())
    }

    async fn request(&self, above: i64, to: i64) -> Result<u64> {
        let students = student::Entity::find()
            .filter(student::Column::Id.gt(above))
            .filter(student::Column::Id.lte(to))
            .order_by_asc(student::Column::Id)
            .all(&self.db)
            .await?;
        let courses = students.load_many(course::Entity, &self.db).await?;
        Ok(total(students.iter().zip(&courses).map(|(student, courses)| {
            let titles = total(courses.iter().map(|course| checksum::text(&course.title)));
            student.sum().wrapping_add(checksum::link(student.id, titles))
        })))
    }

    async fn insert(&self, new: NewStudent) -> Result<u64> {
        let new = student::ActiveModel {
            first_name: Set(new.first_name),
            last_name: Set(new.last_name),
            department_id: Set(new.department_id),
            ..Default::default()
        };
        Ok(new.insert(&self.db).await?.sum())
    }
}

impl student::Model {
    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}
