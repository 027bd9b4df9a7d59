//! A transaction has one connection, and is used by one thread at a time.

use orm::Db;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let transaction = db.begin()?;
    std::thread::scope(|scope| {
        scope.spawn(|| transaction.savepoint().map(|_| ()));
    });
    Ok(())
}
