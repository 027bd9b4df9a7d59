//! How the driver connects to a server, and its errors.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, Model};

use crate::server;
use crate::support::{Account, bank};

#[test]
fn a_server_that_is_not_there_is_an_error() {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let error = Db::connect(&format!("postgres://ann:secret@127.0.0.1:{port}/shop")).unwrap_err();
    assert!(error.is_open_failure(), "{error}");
    assert!(error.to_string().contains(&format!("postgres://ann@127.0.0.1:{port}/shop")), "{error}");
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[test]
fn a_server_that_does_not_answer_is_an_error_in_time() {
    // It accepts the connection and sends nothing.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let began = Instant::now();
    let options = Db::postgres().connect_timeout(Duration::from_millis(100));
    let error = options.connect(&format!("postgres://ann@127.0.0.1:{port}/shop")).unwrap_err();
    assert!(error.is_open_failure(), "{error}");
    assert!(error.to_string().contains("in time"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// The server at the address speaks another protocol, closes the connection, or sends invalid messages.
#[test]
fn a_server_that_is_none_is_an_error_and_no_panic() {
    let answers: [&[u8]; 7] = [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        // Lengths that are too small, and negative.
        b"R\0\0\0\x03",
        b"R\xff\xff\xff\xff",
        // The login method does not exist, and an error ends in the middle.
        b"R\0\0\0\x08\0\0\0\x63",
        b"E\0\0\0\x09SFATA",
    ];
    for answer in answers {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("the library connects");
            let _ = stream.read(&mut [0; 1024]).and_then(|_| stream.write_all(answer));
        });
        let options = Db::postgres().connect_timeout(Duration::from_secs(5));
        let error = options.connect(&format!("postgres://ann@127.0.0.1:{port}/shop?sslmode=disable")).unwrap_err();
        server.join().expect("the thread ends");
        assert!(error.is_open_failure(), "{answer:?}: {error}");
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
    }
}

#[test]
fn a_database_that_is_not_there_is_an_error_of_the_server() {
    let url = server::url();
    let (host, _) = url.rsplit_once('/').expect("a database's URL");
    let error = Db::connect(&format!("{host}/no_such_database")).unwrap_err();
    assert!(error.is_open_failure(), "{error}");
    assert_eq!(error.sqlstate(), Some("3D000"));
}

#[test]
fn the_next_host_is_tried_when_one_does_not_answer() -> Result<(), Error> {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let url = server::url();
    let after = url.split_once("://").expect("a URL").1;
    let (user, host) = after.split_once('@').unwrap_or(("postgres", after));
    let two = format!("postgres://{user}@127.0.0.1:{port},{host}");
    assert!(Db::connect(&two)?.create_sql::<(Account,)>().len() == 1);
    assert!(Db::connect(&format!("{two}?target_session_attrs=read-write")).is_ok());
    let error = Db::connect(&format!("{two}?target_session_attrs=read-only")).unwrap_err();
    assert!(error.to_string().contains("can be written"), "{error}");
    Ok(())
}

#[test]
fn a_database_works_within_a_runtime_and_on_any_thread() -> Result<(), Error> {
    let (db, _) = bank();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    assert_eq!(runtime.block_on(async { Account::query().count(&db) })?, 2);
    let counts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(|| Account::query().count(&db))).collect();
        threads.into_iter().map(|thread| thread.join().expect("the thread ends")).collect::<Result<Vec<_>, _>>()
    })?;
    assert_eq!(counts, [2; 20]);
    Ok(())
}
