//! No migration is missing: the files create the tables of the models.

use orm::Engine;
use orm::migrate::Generator;
use school::Models;

#[test]
fn no_migration_is_missing() -> orm::Result<()> {
    Generator::<Models>::new("migrations/sqlite", Engine::Sqlite).check()
}
