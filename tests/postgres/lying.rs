//! A server that speaks the protocol and sends false data: about types, sizes, the end of its answers, and its kind.
//! Each lie causes an error in time, and none ends the process.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, PostgresOptions, sql};

/// The messages of a program until it waits for an answer: their kinds and their bodies.
type Question = Vec<(u8, Vec<u8>)>;
/// The answer of the server.
type Lie = dyn Fn(&Question) -> Vec<u8> + Send + Sync;

/// Starts a server that sends a fixed answer to each request, and returns its URL.
fn liar(greeting: Vec<u8>, lie: impl Fn(&Question) -> Vec<u8> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    let lie: Arc<Lie> = Arc::new(lie);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (greeting, lie) = (greeting.clone(), Arc::clone(&lie));
            thread::spawn(move || serve(stream, &greeting, &*lie));
        }
    });
    format!("postgres://ann@127.0.0.1:{port}/shop?sslmode=disable")
}

/// Serves one client, until it is gone.
fn serve(mut stream: TcpStream, greeting: &[u8], lie: &Lie) -> io::Result<()> {
    body(&mut stream)?;
    stream.write_all(greeting)?;
    let mut question = Question::new();
    loop {
        let mut kind = [0];
        stream.read_exact(&mut kind)?;
        question.push((kind[0], body(&mut stream)?));
        if matches!(kind[0], b'S' | b'Q') {
            stream.write_all(&lie(&std::mem::take(&mut question)))?;
        }
    }
}

/// The rest of a message, which begins with its length.
fn body(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut body)?;
    Ok(body)
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("a short message").to_be_bytes();
    [&[kind][..], &length, body].concat()
}

fn ready() -> Vec<u8> {
    message(b'Z', b"I")
}

/// The answer of a server that accepts every login.
fn greeting() -> Vec<u8> {
    let version = message(b'S', b"server_version\x0015.4\0");
    let encoding = message(b'S', b"client_encoding\0UTF8\0");
    [message(b'R', &[0; 4]), version, encoding, message(b'K', &[0, 0, 0, 7, 0, 0, 0, 8]), ready()].concat()
}

/// The description of a statement with these types of parameters and columns.
fn prepared(params: &[u32], columns: &[u32]) -> Vec<u8> {
    let number = |types: &[u32]| u16::try_from(types.len()).expect("few types").to_be_bytes().to_vec();
    let params = [number(params), params.iter().flat_map(|oid| oid.to_be_bytes()).collect()].concat();
    let column =
        |oid: &u32| [&b"c\0\0\0\0\0\0\0"[..], &oid.to_be_bytes(), &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0]].concat();
    let columns = [number(columns), columns.iter().flat_map(column).collect()].concat();
    [message(b'1', b""), message(b't', &params), message(b'T', &columns), ready()].concat()
}

/// A row of these values.
fn row(values: &[Option<&[u8]>]) -> Vec<u8> {
    let mut body = u16::try_from(values.len()).expect("few values").to_be_bytes().to_vec();
    for value in values {
        let length = value.map_or(-1, |value| i32::try_from(value.len()).expect("a short value"));
        body.extend(length.to_be_bytes());
        body.extend(value.unwrap_or_default());
    }
    message(b'D', &body)
}

fn executed(rows: &[u8]) -> Vec<u8> {
    [&message(b'2', b""), rows, &message(b'C', b"SELECT 1\0"), &ready()].concat()
}

fn is_preparing(question: &Question) -> bool {
    question.iter().any(|(kind, _)| *kind == b'P')
}

/// The answer to a statement without parameters, which changes a setting.
fn set() -> Vec<u8> {
    [message(b'C', b"SET\0"), ready()].concat()
}

/// A server with false answers about prepared and about executed statements.
fn liar_about(
    preparing: impl Fn(&Question) -> Vec<u8> + Send + Sync + 'static,
    executing: impl Fn() -> Vec<u8> + Send + Sync + 'static,
) -> String {
    liar(greeting(), move |question| match question.first() {
        Some((b'Q', _)) => set(),
        _ if is_preparing(question) => preparing(question),
        _ => executing(),
    })
}

const INT4: u32 = 23;

fn options() -> PostgresOptions {
    Db::postgres().connect_timeout(Duration::from_secs(1)).answer_timeout(Duration::from_millis(300))
}

/// The result of a statement on a lying server.
fn fails(url: &str) -> Error {
    let began = Instant::now();
    let db = options().connect(url).expect("the server lets everybody in");
    let error = sql("SELECT 1").tuples::<(i32,)>(&db).expect_err("the server lies");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}: {error}", began.elapsed());
    error
}

#[test]
fn a_server_that_does_not_lie_is_believed() -> Result<(), Error> {
    let url = liar_about(|_| prepared(&[], &[INT4]), || executed(&row(&[Some(&[0, 0, 0, 7])])));
    assert_eq!(sql("SELECT 1").tuples::<(i32,)>(&options().connect(&url)?)?, [(7,)]);
    Ok(())
}

/// The library sends a query about an unknown type, whose columns have unknown types too.
#[test]
fn types_of_a_statement_about_types_have_an_end() {
    let error = fails(&liar_about(|_| prepared(&[], &[900_000]), || executed(&[])));
    assert!(error.is_connection_lost() && error.to_string().contains("without end"), "{error}");
}

/// Each type is an array of another one.
#[test]
fn types_that_lead_to_other_types_have_an_end() {
    const TYPES: &[u32] = &[19, 18, 26, 26, 26, 19, 26];
    let next = AtomicU32::new(900_000);
    let preparing = |question: &Question| match &question[0].1 {
        text if text.windows(7).any(|text| text == b"pg_type") => prepared(&[26], TYPES),
        _ => prepared(&[], &[900_000]),
    };
    let error = fails(&liar_about(preparing, move || {
        let element = next.fetch_add(1, Ordering::SeqCst) + 1;
        let (none, element) = ([0; 4], element.to_be_bytes());
        executed(&row(&[Some(b"t"), Some(b"b"), Some(&element), None, Some(&none), Some(b"s"), Some(&none)]))
    }));
    assert!(error.is_connection_lost() && error.to_string().contains("without end"), "{error}");
}

#[test]
fn an_answer_without_an_end_is_given_up() {
    let without_end = |mut answer: Vec<u8>| {
        answer.truncate(answer.len() - ready().len());
        answer
    };
    let preparing = move |_: &Question| without_end(prepared(&[], &[INT4]));
    let error = fails(&liar_about(preparing, move || without_end(executed(&row(&[Some(&[0; 4])])))));
    assert!(error.is_connection_lost() && !error.is_outcome_unknown(), "{error}");
    assert!(error.to_string().contains("answer_timeout"), "{error}");
}

#[test]
fn a_transaction_without_an_answer_is_given_up() {
    let db = options().connect(&liar(greeting(), |_| Vec::new())).expect("the server lets everybody in");
    let error = db.begin().map(drop).unwrap_err();
    assert!(error.is_connection_lost() && !error.is_outcome_unknown(), "{error}");
}

#[test]
fn a_message_of_two_gigabytes_is_refused_by_its_header() {
    for header in [&b"D\x7f\xff\xff\xff"[..], b"D\xff\xff\xff\xff", b"N\x7f\xff\xff\xff"] {
        let executing = move || [&message(b'2', b""), header].concat();
        let error = fails(&liar_about(|_| prepared(&[], &[INT4]), executing));
        assert!(error.is_connection_lost() && error.to_string().contains("max_message_size"), "{error}");
    }
    let error = options().connect(&liar(b"R\x7f\xff\xff\xff".to_vec(), |_| Vec::new())).unwrap_err();
    assert!(error.is_open_failure() && error.to_string().contains("max_message_size"), "{error}");
}

/// The program can lower the limit.
#[test]
fn a_row_larger_than_the_limit_is_refused() -> Result<(), Error> {
    let (_db, url) = crate::support::bank();
    let db = Db::postgres().max_message_size(1 << 20).connect(&url)?;
    let text = "SELECT repeat('x', $1)";
    assert_eq!(sql(text).bind(1_000_000).tuples::<(String,)>(&db)?[0].0.len(), 1_000_000);
    let error = sql(text).bind(2_000_000).tuples::<(String,)>(&db).unwrap_err();
    assert!(error.is_connection_lost() && error.to_string().contains("`max_message_size` is 1048576"), "{error}");
    assert_eq!(sql(text).bind(3).tuples::<(String,)>(&db)?, [("xxx".to_owned(),)]);
    Ok(())
}

#[test]
fn messages_that_make_no_sense_are_errors_and_no_panics() {
    let answers: [&[u8]; 8] = [
        b"\0\0\0\0\0",
        b"D\0\0\0\x03",
        b"D\0\0\0\x06\xff\xff",
        b"T\0\0\0\x06\xff\xff",
        b"x\0\0\0\x04",
        b"E\0\0\0\x05S",
        b"S\0\0\0\x05a",
        b"Z\0\0\0\x04",
    ];
    for answer in answers {
        let error = fails(&liar(greeting(), move |_| answer.to_vec()));
        assert!(!error.to_string().contains(char::is_control), "{answer:?}: {error:?}");
    }
}

#[test]
fn a_server_that_speaks_another_encoding_is_refused() {
    let latin = message(b'S', b"client_encoding\0LATIN1\0");
    let greeting = [message(b'R', &[0; 4]), latin, ready()].concat();
    let error = options().connect(&liar(greeting, |_| ready())).unwrap_err();
    assert!(error.is_open_failure() && error.to_string().contains("client_encoding"), "{error}");
}
