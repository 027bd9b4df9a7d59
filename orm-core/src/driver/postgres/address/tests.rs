//! Which URLs are accepted. Messages about the others do not show the password.

use super::*;

fn problem(url: &str) -> String {
    let error = Address::parse(url).expect_err("the URL is refused");
    let told = format!("{error} {error:?}");
    assert!(!told.contains("secret"), "{told}");
    error.to_string()
}

#[test]
fn a_password_never_shows() {
    let address = Address::parse("postgres://ann:secret@localhost:5433/shop?connect_timeout=3").expect("a URL");
    assert_eq!(address.to_string(), "postgres://ann@localhost:5433/shop");
    assert!(!format!("{address:?}").contains("secret"));
    let options = crate::db::Db::postgres().replica("postgres://ann:secret@localhost/shop");
    assert!(!format!("{options:?}").contains("secret"));
    problem("postgres://ann:secret@word@host:not_a_port/shop?sslmode=disable");
    problem("postgres://ann:a@secret?word@localhost/shop");
    problem("postgres://ann:secret@localhost/shop?nonsense=1");
    problem("mysql://ann:secret@localhost/shop");
    problem("postgres://ann:secret@localhost/shop?sslmode=secret");
    // Parts of a password that could be read as a host, a database, a user or an option.
    problem("postgres://ann:a@secret@127.0.0.1/shop");
    problem("postgres://ann:a@secret@localhost");
    problem("postgres://ann:a@127.0.0.1/secret@localhost/shop");
    problem("postgres://ann:a@localhost?application_name=secret@localhost/shop");
    problem("postgres://ann:a@localhost?secret@localhost/shop");
    problem("postgres://ann:a@localhost#secret");
    problem("postgres://localhost/shop?user=ann&password=a@secret");
    problem("postgres://localhost/shop?password=secret@localhost");
    // Each of these characters may be percent-encoded.
    let address = Address::parse("postgres://ann%40corp:a%40secret%3F%2F@localhost/shop?application_name=a%40b");
    assert_eq!(address.expect("a URL").to_string(), "postgres://ann@corp@localhost:5432/shop");
}

#[test]
fn a_socket_is_watched_over_unless_the_url_says_otherwise() {
    let config = |url: &str| Address::parse(url).expect("a URL").config;
    let silent = config("postgres://ann@localhost");
    assert_eq!(silent.get_tcp_user_timeout(), Some(&Duration::from_secs(60)));
    assert_eq!(
        (silent.get_keepalives_interval(), silent.get_keepalives_retries()),
        (Some(Duration::from_secs(10)), Some(6))
    );
    let said = config("postgres://ann@localhost?tcp_user_timeout=0&keepalives_interval=5&keepalives_retries=2");
    assert_eq!(said.get_tcp_user_timeout(), None);
    assert_eq!(
        (said.get_keepalives_interval(), said.get_keepalives_retries()),
        (Some(Duration::from_secs(5)), Some(2))
    );
}

#[test]
fn a_host_that_is_not_local_says_how_it_is_protected() {
    assert!(problem("postgres://ann@db.example.org/shop").contains("sslmode=verify-full"));
    assert!(problem("postgres://ann@localhost,db.example.org/shop").contains("sslmode"));
    assert!(problem("postgres://ann@192.0.2.1/shop").contains("sslmode"));
    for local in ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "%2Ftmp"] {
        let address = Address::parse(&format!("postgres://ann@{local}/shop")).expect("a URL");
        assert_eq!(address.protection, Protection::Off, "{local}");
    }
    let address = Address::parse("postgres://ann@db.example.org/shop?sslmode=disable").expect("a URL");
    assert_eq!(address.protection, Protection::Off);
}

#[test]
fn modes_that_protect_from_nobody_are_refused() {
    for mode in ["prefer", "allow"] {
        assert!(problem(&format!("postgres://ann@db.example.org/shop?sslmode={mode}")).contains("verify-full"));
    }
}

#[test]
fn hosts_have_ports_of_their_own_or_one() {
    let shown = |url: &str| Address::parse(url).expect("a URL").to_string();
    let two = "postgres://ann@127.0.0.1:5433,127.0.0.2:5434/shop";
    assert_eq!(shown(two), two);
    assert_eq!(shown("postgres://ann@localhost"), "postgres://ann@localhost:5432/ann");
}

#[test]
fn the_url_has_the_last_word_on_times() {
    let parse = |url: &str| Address::parse(url).expect("a URL");
    let otherwise = Duration::from_secs(10);
    let said = parse("postgres://ann@localhost?connect_timeout=3&keepalives_idle=7");
    assert_eq!(said.connect_timeout(otherwise), Duration::from_secs(3));
    assert_eq!(said.config.get_keepalives_idle(), Duration::from_secs(7));
    let silent = parse("postgres://ann@localhost");
    assert_eq!(silent.connect_timeout(otherwise), otherwise);
    assert_eq!(silent.config.get_keepalives_idle(), Duration::from_secs(60));
}

#[test]
fn hosts_are_tried_from_a_random_one_on_when_asked_for() {
    let address = Address::parse("postgres://ann@127.0.0.1,127.0.0.2/shop?load_balance_hosts=random").expect("a URL");
    let firsts = (0..200).map(|_| address.targets()[0].to_string());
    assert_eq!(firsts.collect::<std::collections::BTreeSet<_>>().len(), 2);
}
