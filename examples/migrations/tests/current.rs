//! No migration is missing: the files lead to what the models ask for.

use orm::Engine;
use orm::migrate::Generator;
use school::Models;

#[test]
fn no_migration_is_missing() -> orm::Result<()> {
    Generator::<Models>::new("migrations/sqlite", Engine::Sqlite).check()
}
