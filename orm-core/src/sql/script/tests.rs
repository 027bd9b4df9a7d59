//! Scripts and their statements.

use super::*;

fn texts(script: &str, quotes: Quotes) -> Vec<&str> {
    statements(script, quotes).expect("its comments are closed").into_iter().map(|statement| statement.text).collect()
}

#[test]
fn semicolons_in_quotes_and_comments_end_nothing() {
    let script = "SELECT ';', \";\" -- ;\n, /* ; */ 'it''s;';;\n;  SELECT 2";
    for quotes in [Quotes::Standard, Quotes::Lenient] {
        assert_eq!(texts(script, quotes).len(), 2, "{quotes:?}");
        assert_eq!(texts(script, quotes)[1], "SELECT 2");
    }
    assert_eq!(texts("SELECT [;], `;`; SELECT 2", Quotes::Lenient).len(), 2);
    let standard = "DO $$ BEGIN; END $$; SELECT E'\\';'; SELECT $x$ $$ ; $x$; /* a /* b */ ; */ SELECT 4";
    assert_eq!(texts(standard, Quotes::Standard).len(), 4);
}

#[test]
fn statements_of_a_trigger_belong_to_it() {
    let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN\n  UPDATE a SET b = CASE WHEN c THEN 1 ELSE 2 END;\n  \
                   SELECT 1;\nEND;";
    let script = format!("CREATE TABLE a (b);\n{trigger}\nEXPLAIN QUERY PLAN {trigger} SELECT 2;");
    assert_eq!(texts(&script, Quotes::Lenient).len(), 4);
    assert_eq!(texts(&script, Quotes::Lenient)[1], trigger);
    assert_eq!(texts("CREATE TABLE trigger_log (x); SELECT 1", Quotes::Lenient).len(), 2);
}

#[test]
fn bodies_of_functions_and_rules_belong_to_them() {
    let function =
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;";
    let rule = "CREATE RULE r AS ON INSERT TO t DO (INSERT INTO u VALUES (1); DELETE FROM v);";
    let script = format!("{function} {rule} CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1;'; SELECT 'end'");
    assert_eq!(texts(&script, Quotes::Standard).len(), 4);
    assert_eq!(texts(&script, Quotes::Standard)[..2], [function, rule]);
}

#[test]
fn each_statement_knows_its_line() {
    let script = "-- first\n\nSELECT 1; /* a\nb */ SELECT 2;\n;\n-- three\nSELECT\n3";
    let lines: Vec<usize> = statements(script, Quotes::Standard).unwrap().iter().map(|found| found.line).collect();
    assert_eq!(lines, [3, 4, 7]);
    assert_eq!(statements("\n-- nothing\n;", Quotes::Lenient), Ok(Vec::new()));
}

#[test]
fn a_comment_that_is_not_closed_is_told() {
    for quotes in [Quotes::Standard, Quotes::Lenient] {
        assert_eq!(statements("SELECT 1;\n\n/* SELECT 2;", quotes), Err(3));
        assert_eq!(statements("SELECT 1;\nSELECT 2 /*/", quotes), Err(2));
    }
    assert_eq!(statements("/* a /* b */ SELECT 1", Quotes::Standard), Err(1));
}

/// Pseudo-random numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("it is small")
    }
}

#[test]
fn any_script_is_split_and_its_parts_are_the_script() {
    const PIECES: [&str; 36] = [
        ";",
        ";",
        ";",
        " ",
        "\n",
        "\r",
        "'",
        "''",
        "\"",
        "`",
        "[",
        "]",
        "$$",
        "$a$",
        "$1",
        "E'",
        "\\",
        "--",
        "/*",
        "*/",
        "*",
        "/",
        "(",
        ")",
        "create ",
        "CREATE TRIGGER ",
        "OR REPLACE ",
        "FUNCTION ",
        "BEGIN ",
        "END",
        "case ",
        "ä",
        "\u{1f980}",
        "\u{feff}",
        "\0",
        "x",
    ];
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..20_000 {
        let length = numbers.below(30);
        let script: String = (0..length).map(|_| PIECES[numbers.below(PIECES.len())]).collect();
        for quotes in [Quotes::Standard, Quotes::Lenient] {
            assert_eq!(split(&script, quotes).concat(), script);
            if let Ok(found) = statements(&script, quotes) {
                let last = found.last().map_or(1, |statement| statement.line);
                assert!(last <= 1 + lines(&script), "{script:?}");
                assert!(found.iter().all(|statement| !statement.text.is_empty() && script.contains(statement.text)));
            }
        }
    }
}
