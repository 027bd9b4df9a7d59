//! A network that changes data. One byte of an answer is changed: the program gets rows or an error, in time and without a
//! panic, and goes on with the next statement. Only encryption could distinguish the two.

use std::time::{Duration, Instant};

use orm::{Db, Model};

use crate::proxy::Proxy;
use crate::support::{Account, bank, new};

/// The sum of the limits below, on a busy machine.
const BOUND: Duration = Duration::from_secs(15);
const ROUNDS: usize = 64;

#[test]
fn an_answer_with_another_byte_is_read_or_an_error() {
    let (direct, url) = bank();
    let proxy = Proxy::start();
    let options = Db::postgres().answer_timeout(Duration::from_millis(200)).connect_timeout(Duration::from_secs(1));
    let db = options.connect(&proxy.url(&url)).expect("the server is there");
    let mut errors = 0;
    for round in 0..ROUNDS {
        Account::query().count(&db).expect("a connection is there");
        let began = Instant::now();
        proxy.corrupt(round * 5 % 160, 1 << (round % 8));
        let result = match round % 3 {
            0 => new("Grace").insert(&db).map(drop),
            1 => Account::query().all(&db).map(drop),
            _ => db.transaction(|tx| new("Emmy").insert(tx).map(drop)),
        };
        proxy.heal();
        assert!(began.elapsed() < BOUND, "round {round}: {:?}", began.elapsed());
        errors += usize::from(result.is_err());
        // A connection with a wrong protocol state ends here at the latest.
        let found =
            Account::query().count(&db).or_else(|_| Account::query().count(&db)).expect("the next one is answered");
        assert_eq!(found, Account::query().count(&direct).expect("the accounts are counted"), "round {round}");
    }
    assert!((1..ROUNDS).contains(&errors), "{errors} of {ROUNDS} were errors");
}
