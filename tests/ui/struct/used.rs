//! A struct that is not a model causes one message, however often it is used.

use orm::Model;

#[derive(Model)]
enum Status {
    Active,
}

#[derive(Model)]
struct Pair(i64, i64);

#[derive(Model)]
struct Tagged<T> {
    id: i64,
    tag: T,
}

#[derive(Model)]
#[has_many(pairs: Pair, foreign_key = id)]
struct Named {
    name: String,
}

fn main() -> orm::Result<()> {
    let db = orm::Db::memory()?;
    Status::query().all(&db)?;
    Pair::query().first(&db)?;
    Tagged::<String>::query().count(&db)?;
    Named::query().prefetch(Named::pairs()).filter(Named::name().eq("Ada")).all(&db)?;
    Ok(())
}
