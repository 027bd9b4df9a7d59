//! Databases that speak PostgreSQL's protocol, recognised by what they report: a proxy makes PostgreSQL report their parameters.

use orm::Db;

use crate::proxy::Proxy;
use crate::server;
use crate::support::Account;

#[test]
fn cockroachdb_is_known_by_the_parameter_that_it_alone_reports() -> orm::Result<()> {
    let url = server::schema();
    let tables = |db: &Db| db.create_sql::<Account>().join("\n");
    let plain = tables(&Db::connect(&Proxy::start().url(&url))?);
    assert!(plain.contains(r#""owner" text COLLATE "C" NOT NULL"#), "{plain}");
    let cockroach = Proxy::that_reports("crdb_version", "CockroachDB CCL v25.4.0");
    let db = Db::connect(&cockroach.url(&url))?;
    let created = tables(&db);
    assert!(created.contains(r#""owner" text NOT NULL"#), "{created}");
    db.create_tables::<Account>()?;
    assert_eq!(db.check::<Account>()?, []);
    Ok(())
}

#[test]
fn replicas_of_databases_whose_servers_are_all_alike_are_refused() {
    let url = server::schema();
    for (name, value, database) in
        [("crdb_version", "v25.4.0", "CockroachDB"), ("server_version", "15.2-YB-2025.2.0.0-b1", "YugabyteDB")]
    {
        let url = Proxy::that_reports(name, value).url(&url);
        let error = Db::postgres().replica(url.clone()).connect(&url).unwrap_err();
        assert!(error.is_invalid() && error.to_string().starts_with(database), "{error}");
    }
}
