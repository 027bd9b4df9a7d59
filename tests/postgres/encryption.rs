//! Encrypted connections to a server whose certificate is signed by an authority of the test.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
#[cfg(feature = "async")]
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(feature = "async")]
use orm::{AsyncDb, Model};
use orm::{Db, Error, sql};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::server::Server;
#[cfg(feature = "async")]
use crate::support::{Account, NewAccount};

#[test]
fn connections_are_encrypted_as_far_as_the_url_asks() -> Result<(), Error> {
    let Some(server) = Server::start() else { return Ok(()) };
    let authority = give_certificate(&server);
    let by_name = server.url().replace("127.0.0.1", "localhost");
    let by_number = server.url();
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).display().to_string().replace('/', "%2F");
    let (known, unknown) = (file("authority.pem"), file("stranger.pem"));
    fs::write(folder.path().join("authority.pem"), authority).expect("a file is written");
    fs::write(folder.path().join("stranger.pem"), issuer().pem()).expect("a file is written");

    assert!(!is_encrypted(&Db::connect(&by_name)?)?);
    assert!(!is_encrypted(&Db::connect(&format!("{by_name}?sslmode=disable"))?)?);
    assert!(is_encrypted(&Db::connect(&format!("{by_number}?sslmode=require"))?)?);
    assert!(is_encrypted(&Db::connect(&format!("{by_name}?sslmode=verify-full&sslrootcert={known}"))?)?);
    assert!(is_encrypted(&Db::connect(&format!("{by_number}?sslmode=verify-ca&sslrootcert={known}"))?)?);

    // The certificate is only for the name, and the stranger has signed nothing.
    for refused in [
        format!("{by_number}?sslmode=verify-full&sslrootcert={known}"),
        format!("{by_name}?sslmode=verify-full&sslrootcert={unknown}"),
        format!("{by_name}?sslmode=verify-ca&sslrootcert={unknown}"),
        format!("{by_name}?sslmode=require&sslrootcert={unknown}"),
        format!("{by_name}?sslmode=verify-full"),
    ] {
        let error = Db::connect(&refused).expect_err(&refused);
        assert!(error.is_open_failure() || error.is_invalid(), "{refused}: {error}");
    }
    let error = Db::connect(&format!("{by_name}?sslmode=verify-full&sslrootcert=nowhere.pem")).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("nowhere.pem"), "{error}");
    Ok(())
}

#[test]
fn an_encrypted_connection_tells_of_its_transactions_too() -> Result<(), Error> {
    let Some(server) = Server::start() else { return Ok(()) };
    give_certificate(&server);
    let db = Db::postgres().connections(2).connect(&format!("{}?sslmode=require", server.url()))?;
    let transaction = db.begin()?;
    assert!(sql("SELECT 1/0").tuples::<(i32,)>(&transaction).is_err());
    assert!(transaction.commit().unwrap_err().is_transaction_lost());
    let long = "x".repeat(1 << 20);
    assert_eq!(sql("SELECT CAST($1 AS text)").bind(long.clone()).tuples::<(String,)>(&db)?, [(long,)]);
    // Cancelling a statement takes another connection, which is encrypted too.
    let other = db.clone();
    let stopper = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        other.interrupt()
    });
    let error = sql("SELECT 1 FROM (SELECT pg_sleep(60)) AS s").tuples::<(i32,)>(&db).unwrap_err();
    assert!(error.is_interrupted(), "{error}");
    stopper.join().expect("the thread ends")
}

#[cfg(feature = "async")]
#[test]
fn a_task_reads_an_encrypted_connection_itself() -> Result<(), Error> {
    let Some(server) = Server::start() else { return Ok(()) };
    give_certificate(&server);
    let db = Db::postgres().connections(1).connect(&format!("{}?sslmode=require", server.url()))?;
    db.create_tables::<(Account,)>()?;
    // Longer than one encrypted block.
    let owner = "x".repeat(1 << 16);
    let account = NewAccount { owner: owner.clone(), balance: 1 }.insert(&db)?;
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&told);
    db.on_statement(move |_| telling.lock().unwrap().push(thread::current().id()));
    let db = AsyncDb::from(db);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let read = runtime.block_on(async {
        let mut read = Vec::new();
        for _ in 0..10 {
            read.push(Account::find(&db, account.id).await?.owner);
        }
        Ok::<_, Error>(read)
    })?;
    assert_eq!(read, vec![owner; 10]);
    assert_eq!(*told.lock().unwrap(), [thread::current().id(); 10]);
    Ok(())
}

fn is_encrypted(db: &Db) -> Result<bool, Error> {
    Ok(sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").tuples::<(bool,)>(db)?[0].0)
}

fn issuer() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("an authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate")
}

/// Creates a certificate for `localhost` for a server, and returns the certificate of its authority.
fn give_certificate(server: &Server) -> String {
    let issuer = issuer();
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &issuer).expect("a certificate");
    let db = Db::connect(&server.url()).expect("the server is there");
    let data = sql("SHOW data_directory").tuples::<(String,)>(&db).expect("it has a folder").remove(0).0;
    write_private(Path::new(&data), "server.crt", &certificate.pem());
    write_private(Path::new(&data), "server.key", &key.serialize_pem());
    sql("ALTER SYSTEM SET ssl = on").execute(&db).expect("the setting is changed");
    sql("SELECT pg_reload_conf()").execute(&db).expect("the settings are read again");
    let began = Instant::now();
    while Db::connect(&format!("{}?sslmode=require", server.url())).is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "the server does not take its certificate");
        thread::sleep(Duration::from_millis(20));
    }
    issuer.pem()
}

/// Writes a file that only the owner of the folder can read.
fn write_private(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).expect("a file is written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is private");
    let owner = fs::metadata(folder).expect("the folder is there");
    chown(&path, Some(owner.uid()), Some(owner.gid())).expect("it changes hands");
}
