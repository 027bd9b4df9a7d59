//! Conditions on columns: every operator, `NULL`, lists, patterns, and very many terms.

use orm::{Column, Condition, Db, Model, Result, insert_many};

use crate::database::db;
use crate::subjects::loading::trees::{Employee, staff};

#[derive(Model, Clone, Debug, PartialEq)]
struct Sample {
    id: i64,
    number: i64,
    maybe: Option<i64>,
    real: f64,
    text: String,
    note: Option<String>,
    flag: bool,
    bytes: Vec<u8>,
}

/// Five samples: `number` is 10 to 50; `maybe` is NULL for the second and fourth, else the number.
fn samples() -> Result<Db> {
    let db = db();
    db.create_tables::<Sample>()?;
    for id in 1..=5_u8 {
        let (number, odd) = (i64::from(id) * 10, id % 2 == 1);
        let text = format!("t{id}");
        NewSample {
            number,
            maybe: odd.then_some(number),
            real: f64::from(id) / 2.0,
            note: odd.then(|| text.clone()),
            text,
            flag: odd,
            bytes: vec![id],
        }
        .insert(&db)?;
    }
    Ok(db)
}

fn ids(db: &Db, condition: Condition<Sample>) -> Result<Vec<i64>> {
    Ok(Sample::query().filter(condition).all(db)?.into_iter().map(|sample| sample.id).collect())
}

#[test]
fn columns_are_compared_with_values() -> Result<()> {
    let db = samples()?;
    let number = Sample::number();
    assert_eq!(ids(&db, number.eq(30))?, [3]);
    assert_eq!(ids(&db, number.ne(30))?, [1, 2, 4, 5]);
    assert_eq!(ids(&db, number.lt(30))?, [1, 2]);
    assert_eq!(ids(&db, number.le(30))?, [1, 2, 3]);
    assert_eq!(ids(&db, number.gt(30))?, [4, 5]);
    assert_eq!(ids(&db, number.ge(30))?, [3, 4, 5]);
    assert_eq!(ids(&db, number.between(20, 40))?, [2, 3, 4]);
    assert_eq!(ids(&db, number.between(40, 20))?, [] as [i64; 0]);
    assert_eq!(ids(&db, number.between(30, 30))?, [3]);
    Ok(())
}

#[test]
fn values_of_every_type_are_compared() -> Result<()> {
    let db = samples()?;
    assert_eq!(ids(&db, Sample::real().eq(1.5))?, [3]);
    assert_eq!(ids(&db, Sample::real().gt(2.0))?, [5]);
    assert_eq!(ids(&db, Sample::text().eq("t2"))?, [2]);
    assert_eq!(ids(&db, Sample::text().eq(String::from("t2")))?, [2]);
    assert_eq!(ids(&db, Sample::text().ge("t4"))?, [4, 5]);
    assert_eq!(ids(&db, Sample::text().eq("T2"))?, [] as [i64; 0], "equality tells case apart");
    assert_eq!(ids(&db, Sample::flag().eq(true))?, [1, 3, 5]);
    assert_eq!(ids(&db, Sample::flag().ne(true))?, [2, 4]);
    assert_eq!(ids(&db, Sample::bytes().eq(vec![4]))?, [4]);
    assert_eq!(ids(&db, Sample::bytes().in_([vec![4], vec![5], vec![]]))?, [4, 5]);
    Ok(())
}

#[test]
fn columns_are_compared_with_other_columns() -> Result<()> {
    let db = samples()?;
    assert_eq!(ids(&db, Sample::number().gt(Sample::id()))?, [1, 2, 3, 4, 5]);
    assert_eq!(ids(&db, Sample::number().eq(Sample::id()))?, [] as [i64; 0]);
    assert_eq!(ids(&db, Sample::number().between(Sample::id(), 20))?, [1, 2]);
    let error = ids(&db, Sample::number().in_([Sample::id()])).unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(error.to_string(), "`in_` takes values, not columns; use `eq`");
    Ok(())
}

#[test]
fn null_is_neither_equal_nor_different() -> Result<()> {
    let db = samples()?;
    let maybe = Sample::maybe();
    assert_eq!(ids(&db, maybe.eq(Some(30)))?, [3]);
    assert_eq!(ids(&db, maybe.ne(Some(30)))?, [1, 5], "a NULL is not known to differ");
    assert_eq!(ids(&db, !maybe.eq(Some(30)))?, [1, 5]);
    assert_eq!(ids(&db, maybe.eq(None))?, [2, 4]);
    assert_eq!(ids(&db, maybe.ne(None))?, [1, 3, 5]);
    assert_eq!(ids(&db, maybe.is_null())?, [2, 4]);
    assert_eq!(ids(&db, maybe.is_not_null())?, [1, 3, 5]);
    assert_eq!(ids(&db, !maybe.is_not_null())?, [2, 4]);
    assert_eq!(ids(&db, maybe.lt(Some(100)))?, [1, 3, 5]);
    assert_eq!(ids(&db, maybe.lt(None))?, [] as [i64; 0]);
    assert_eq!(ids(&db, maybe.between(Some(10), None))?, [] as [i64; 0]);
    assert_eq!(ids(&db, Sample::note().eq("t3"))?, [3]);
    assert_eq!(ids(&db, Sample::note().ne("t3"))?, [1, 5]);
    assert_eq!(ids(&db, Sample::number().is_null())?, [] as [i64; 0]);
    Ok(())
}

#[test]
fn values_are_found_in_lists() -> Result<()> {
    let db = samples()?;
    let none: [i64; 0] = [];
    assert_eq!(ids(&db, Sample::id().in_(none))?, none);
    assert_eq!(ids(&db, !Sample::id().in_(none))?, [1, 2, 3, 4, 5]);
    assert_eq!(ids(&db, Sample::id().in_([4]))?, [4]);
    assert_eq!(ids(&db, Sample::id().in_([4, 2, 4, 99]))?, [2, 4], "a value twice finds a row once");
    assert_eq!(ids(&db, !Sample::id().in_([4, 2]))?, [1, 3, 5]);
    assert_eq!(ids(&db, Sample::text().in_(["t1", "'; DROP TABLE samples; --"]))?, [1]);
    assert_eq!(ids(&db, Sample::note().in_(["t1", "t2"]))?, [1]);
    assert_eq!(ids(&db, Sample::maybe().in_([Some(10), None]))?, [1], "None in a list matches nothing");
    assert_eq!(ids(&db, Sample::maybe().in_([None]))?, none);
    assert_eq!(ids(&db, !Sample::maybe().in_([Some(10), None]))?, [3, 5], "and excludes nothing");
    assert_eq!(ids(&db, Sample::id().in_(vec![1, 2]) & Sample::id().in_(std::iter::once(2)))?, [2]);
    Ok(())
}

#[test]
fn a_hundred_thousand_values_are_one_parameter() -> Result<()> {
    let db = samples()?;
    let recording = db.record();
    assert_eq!(ids(&db, Sample::number().in_(0..100_000))?, [1, 2, 3, 4, 5]);
    assert_eq!(ids(&db, Sample::number().in_([10]))?, [1]);
    let texts: Vec<String> = (0..100_000).map(|number| format!("t{number}")).collect();
    assert_eq!(ids(&db, Sample::text().in_(texts))?, [1, 2, 3, 4, 5]);
    let statements = recording.statements();
    assert_eq!(statements[0], statements[1], "one text whatever the number of values");
    Ok(())
}

#[test]
fn conditions_combine_as_they_are_written() -> Result<()> {
    let db = samples()?;
    let is = |id: i64| Sample::id().eq(id);
    assert_eq!(ids(&db, is(1) | is(2) & is(3))?, [1]);
    assert_eq!(ids(&db, (is(1) | is(2)) & is(2))?, [2]);
    assert_eq!(ids(&db, is(2) & (is(1) | is(2)))?, [2]);
    assert_eq!(ids(&db, !(is(1) | is(2)))?, [3, 4, 5]);
    assert_eq!(ids(&db, !(is(1) | is(2)) & !is(5))?, [3, 4]);
    assert_eq!(ids(&db, !!is(1))?, [1]);
    assert_eq!(ids(&db, (is(1) & Sample::flag().eq(true)) | (is(2) & Sample::flag().eq(true)))?, [1]);
    assert_eq!(ids(&db, (is(1) | is(2)) | (is(3) | is(4)))?, [1, 2, 3, 4]);
    let several = Sample::query().filter(is(1) | is(2)).filter(is(2) | is(3)).all(&db)?;
    assert_eq!(several.iter().map(|sample| sample.id).collect::<Vec<_>>(), [2], "several filters must all be met");
    Ok(())
}

#[derive(Model)]
struct Word {
    id: i64,
    text: String,
    maybe: Option<String>,
}

const WORDS: [&str; 9] = ["", "%", "_", "\\", "a%b", "a_b", "a\\b", "axb", "100%_\\"];

fn words() -> Result<Db> {
    let db = db();
    db.create_tables::<Word>()?;
    let both = |text: &str| NewWord { text: text.into(), maybe: Some(text.into()) };
    insert_many(&db, WORDS.map(both))?;
    NewWord { text: "null".into(), maybe: None }.insert(&db)?;
    Ok(db)
}

#[test]
fn text_is_searched_literally() -> Result<()> {
    fn found(db: &Db, condition: Condition<Word>) -> Result<Vec<String>> {
        Ok(Word::query().filter(condition).all(db)?.into_iter().map(|word| word.text).collect())
    }
    fn expected(matches: impl Fn(&str) -> bool) -> Vec<&'static str> {
        WORDS.into_iter().filter(|word| matches(word)).collect()
    }
    let db = words()?;
    let column: Column<Word, Option<String>> = Word::maybe();
    for part in WORDS.into_iter().chain(["%_", "b", "\\\\", "%'", "'; DROP TABLE words; --"]) {
        assert_eq!(found(&db, column.contains(part))?, expected(|word| word.contains(part)), "contains {part:?}");
        assert_eq!(found(&db, column.starts_with(part))?, expected(|word| word.starts_with(part)), "starts {part:?}");
        assert_eq!(found(&db, column.ends_with(part))?, expected(|word| word.ends_with(part)), "ends {part:?}");
        assert_eq!(found(&db, column.eq(part))?, expected(|word| word == part));
        let not: Vec<_> = found(&db, !column.contains(part))?;
        assert_eq!(not, expected(|word| !word.contains(part)), "a NULL is not known to lack {part:?}");
    }
    assert_eq!(found(&db, Word::text().contains(""))?.len(), WORDS.len() + 1);
    Ok(())
}

#[test]
fn patterns_of_the_program_are_matched() -> Result<()> {
    fn found(db: &Db, pattern: &str) -> Result<Vec<String>> {
        let query = Word::query().filter(Word::text().like(pattern)).order_by(Word::id().asc());
        Ok(query.all(db)?.into_iter().map(|word| word.text).collect())
    }
    let db = words()?;
    assert_eq!(found(&db, "a_b")?, ["a%b", "a_b", "a\\b", "axb"]);
    assert_eq!(found(&db, "a\\_b")?, ["a_b"]);
    assert_eq!(found(&db, "a\\%b")?, ["a%b"]);
    assert_eq!(found(&db, "a\\\\b")?, ["a\\b"]);
    assert_eq!(found(&db, "%\\%%")?, ["%", "a%b", "100%_\\"]);
    assert_eq!(found(&db, "")?, [""]);
    assert_eq!(found(&db, "A_B")?.len(), 4, "the case of ASCII letters does not count");
    Ok(())
}

/// Returns the texts that meet a condition, in their order.
fn matching(db: &Db, condition: Condition<Word>) -> Result<Vec<String>> {
    let words = Word::query().filter(condition).order_by(Word::id().asc()).all(db)?;
    Ok(words.into_iter().map(|word| word.text).collect())
}

/// "É" has two cases too, but not for a pattern.
#[test]
fn patterns_ignore_the_case_of_ascii_letters_or_tell_it_as_is_asked() -> Result<()> {
    let db = db();
    db.create_tables::<Word>()?;
    let written = ["Abc", "abc", "ABC", "xABcx", "Éa", "éA"];
    insert_many(&db, written.map(|text| NewWord { text: text.into(), maybe: None }))?;
    let text: Column<Word, String> = Word::text();
    for (condition, found) in [
        (text.like("ab_"), vec!["Abc", "abc", "ABC"]),
        (text.contains("Abc"), vec!["Abc", "abc", "ABC", "xABcx"]),
        (text.starts_with("aB"), vec!["Abc", "abc", "ABC"]),
        (text.ends_with("bC"), vec!["Abc", "abc", "ABC"]),
        (text.starts_with("éa"), vec!["éA"]),
        (text.like_case_sensitive("Ab_"), vec!["Abc"]),
        (text.contains_case_sensitive("AB"), vec!["ABC", "xABcx"]),
        (text.starts_with_case_sensitive("Ab"), vec!["Abc"]),
        (text.ends_with_case_sensitive("bc"), vec!["Abc", "abc"]),
        (text.starts_with_case_sensitive("É"), vec!["Éa"]),
        (!text.starts_with_case_sensitive("a"), vec!["Abc", "ABC", "xABcx", "Éa", "éA"]),
    ] {
        assert_eq!(matching(&db, condition)?, found);
    }
    Ok(())
}

/// One database has additional wildcards where case matters. They have no meaning for a program.
#[test]
fn the_wildcards_are_the_same_where_case_counts() -> Result<()> {
    let db = db();
    db.create_tables::<Word>()?;
    let written = ["a*b", "a?b", "[ab]", "a]b", "a%b", "a_b", "axb", "ab", "^", "A*B", "\\"];
    insert_many(&db, written.map(|text| NewWord { text: text.into(), maybe: Some(text.into()) }))?;
    let text = Word::maybe();
    for part in written.into_iter().chain(["*", "?", "[", "]", "%", "_", "a", "b", "[a]", "[*]", ""]) {
        let expected = |matches: fn(&str, &str) -> bool| -> Vec<&str> {
            written.into_iter().filter(|word| matches(word, part)).collect()
        };
        let contains: fn(&str, &str) -> bool = |word, part| word.contains(part);
        assert_eq!(matching(&db, text.contains_case_sensitive(part))?, expected(contains), "contains {part:?}");
        let starts: fn(&str, &str) -> bool = |word, part| word.starts_with(part);
        assert_eq!(matching(&db, text.starts_with_case_sensitive(part))?, expected(starts), "starts with {part:?}");
        let ends: fn(&str, &str) -> bool = |word, part| word.ends_with(part);
        assert_eq!(matching(&db, text.ends_with_case_sensitive(part))?, expected(ends), "ends with {part:?}");
    }
    for (pattern, found) in [
        ("a*b", vec!["a*b"]),
        ("a_b", vec!["a*b", "a?b", "a]b", "a%b", "a_b", "axb"]),
        ("a\\_b", vec!["a_b"]),
        ("a\\*b", vec!["a*b"]),
        ("[ab]", vec!["[ab]"]),
        ("%]%", vec!["[ab]", "a]b"]),
        ("\\\\", vec!["\\"]),
    ] {
        assert_eq!(matching(&db, text.like_case_sensitive(pattern))?, found, "{pattern:?}");
    }
    Ok(())
}

/// The characters of a prefix before its first letter are the same in either case, and an index finds them. The rest is
/// compared.
#[test]
fn a_prefix_that_begins_without_letters_is_found_in_either_case() -> Result<()> {
    let db = db();
    db.create_tables::<Word>()?;
    let written = ["1-ab", "1-AB", "1-ac", "1", "2-ab", "-", "[x", "[X"];
    insert_many(&db, written.map(|text| NewWord { text: text.into(), maybe: Some(text.into()) }))?;
    let text = Word::maybe();
    assert_eq!(matching(&db, text.starts_with("1-aB"))?, ["1-ab", "1-AB"]);
    assert_eq!(matching(&db, text.starts_with("1"))?, ["1-ab", "1-AB", "1-ac", "1"]);
    assert_eq!(matching(&db, text.starts_with("[x"))?, ["[x", "[X"]);
    assert_eq!(matching(&db, !text.starts_with("1-aB") & text.starts_with("1-"))?, ["1-ac"]);
    assert_eq!(matching(&db, text.starts_with("1-a") | text.starts_with("-"))?, ["1-ab", "1-AB", "1-ac", "-"]);
    NewWord { text: "null".into(), maybe: None }.insert(&db)?;
    assert_eq!(matching(&db, !text.starts_with("1-a"))?.len(), 5, "a NULL is not known to begin otherwise");
    Ok(())
}

#[test]
fn a_pattern_with_a_nul_is_an_error_and_not_another_pattern() -> Result<()> {
    let db = words()?;
    let text = Word::text();
    let sensitive = [text.like_case_sensitive("\0"), text.ends_with_case_sensitive("a\0")];
    for condition in [text.contains("a\0zzz"), text.like("a%\0"), text.starts_with("\0")].into_iter().chain(sensitive) {
        let error = Word::query().filter(condition).all(&db).err().expect("a pattern ends at its NUL for the database");
        assert!(error.is_encode());
        assert!(error.to_string().contains("`words.text`"), "{error}");
    }
    Ok(())
}

/// SQLite would find no row with such a pattern, and PostgreSQL would fail at the first row that it compares.
#[test]
fn a_pattern_that_ends_in_an_escape_is_an_error() -> Result<()> {
    let db = words()?;
    let patterns = ["\\", "nothing\\", "a\\\\\\"];
    let conditions = patterns.map(|pattern| [Word::text().like(pattern), Word::text().like_case_sensitive(pattern)]);
    for condition in conditions.into_iter().flatten() {
        let query = Word::query().filter(condition);
        let error = orm::assert_queries!(&db, 0, query.all(&db).err().expect("nothing follows the escape"));
        assert!(error.is_encode(), "{error}");
        assert!(error.to_string().contains("`words.text`") && error.to_string().contains('\\'), "{error}");
    }
    assert_eq!(Word::query().filter(Word::text().like("a\\\\b")).count(&db)?, 1);
    assert_eq!(Word::query().filter(Word::text().ends_with("\\")).count(&db)?, 2, "a text is no pattern");
    Ok(())
}

#[test]
fn a_value_that_cannot_be_stored_is_an_error_of_the_query() -> Result<()> {
    #[derive(Model)]
    struct Big {
        id: i64,
        size: u64,
    }
    let db = db();
    db.create_tables::<Big>()?;
    let most = u64::try_from(i64::MAX).expect("the greatest i64 is a u64");
    NewBig { size: most }.insert(&db)?;
    assert_eq!(Big::query().filter(Big::size().eq(most)).count(&db)?, 1);
    let size = Big::size();
    let conditions =
        [size.eq(u64::MAX), size.in_([1, most + 1]), size.between(0, u64::MAX), !size.lt(u64::MAX) | size.eq(1)];
    for condition in conditions {
        let query = Big::query().filter(condition);
        for error in [query.all(&db).err(), query.count(&db).err(), query.first(&db).err()] {
            let error = error.expect("the value is too great");
            assert!(error.is_encode());
            assert_eq!(error.to_string(), "a value for `bigs.size` cannot be stored: the number is out of range");
        }
    }
    Ok(())
}

fn chain(terms: i64, combine: fn(Condition<Sample>, Condition<Sample>) -> Condition<Sample>) -> Condition<Sample> {
    (1..=terms).map(|id| Sample::id().eq(id)).reduce(combine).expect("there are terms")
}

#[test]
fn a_thousand_terms_are_one_condition() -> Result<()> {
    let db = samples()?;
    assert_eq!(ids(&db, chain(1_000, |a, b| a | b))?, [1, 2, 3, 4, 5]);
    assert_eq!(ids(&db, chain(30_000, |a, b| a | b))?, [1, 2, 3, 4, 5]);
    assert_eq!(ids(&db, !chain(1_000, |a, b| a | b))?, [] as [i64; 0]);
    assert_eq!(ids(&db, chain(1_000, |a, b| a & b))?, [] as [i64; 0]);
    assert_eq!(ids(&db, chain(1_000, |a, b| b | a))?, [1, 2, 3, 4, 5], "however the chain is built");
    Ok(())
}

#[test]
fn a_hundred_thousand_terms_are_rendered_or_an_error() -> Result<()> {
    let db = samples()?;
    let nulls = (0..100_000).map(|_| Sample::maybe().is_null()).reduce(|a, b| a | b).expect("there are terms");
    assert_eq!(ids(&db, nulls)?, [2, 4]);
    let error = ids(&db, chain(100_000, |a, b| a | b)).unwrap_err();
    assert!(error.is_invalid());
    assert!(error.to_string().starts_with("the statement has 100000 parameters"), "{error}");
    assert_eq!(ids(&db, Sample::id().eq(1))?, [1], "the connection works on");
    Ok(())
}

#[test]
fn conditions_nested_deeper_than_any_database_takes_are_an_error() -> Result<()> {
    let db = samples()?;
    let mut nested = Sample::id().eq(1);
    let mut negated = Sample::id().eq(1);
    for _ in 0..100_000 {
        nested = (nested & Sample::id().gt(0)) | Sample::id().eq(2);
        negated = !negated;
    }
    assert_eq!(ids(&db, negated)?, [1], "an even number of negations is none");
    assert!(ids(&db, nested).unwrap_err().is_invalid());
    assert_eq!(ids(&db, Sample::id().eq(1))?, [1]);
    Ok(())
}

#[test]
fn an_optional_column_is_compared_with_a_required_one() -> Result<()> {
    let db = staff()?;
    let own_boss = Employee::query().filter(Employee::boss_id().eq(Employee::id()));
    assert_eq!(own_boss.one(&db)?.name, "Self");
    assert_eq!(Employee::query().filter(Employee::id().gt(Employee::boss_id())).count(&db)?, 4);
    Ok(())
}

/// A condition with the maximum depth is built, sent and dropped on the stack of a thread. A deeper condition is an
/// error.
#[test]
fn expressions_lie_within_each_other_to_a_limit() -> Result<()> {
    let db = samples()?;
    let sum = |terms: usize| (1..terms).fold(Sample::number().add(1), |sum, _| sum.add(1));
    let nested = |terms: usize| (1..terms).fold(Sample::number().add(1), |sum, _| Sample::id().sub(sum));
    assert_eq!(ids(&db, sum(200).eq(210))?, [1]);
    assert_eq!(Sample::query().select(nested(200)).all(&db)?.len(), 5);
    // A condition counts the computations within it, since these may hold conditions too.
    let deep = (0..50).fold(sum(100).eq(110), |condition, _| !(condition & Sample::flag().eq(true)));
    ids(&db, deep)?;
    for terms in [201, 50_000, 200_000] {
        let refused = |error: orm::Error| {
            assert!(error.is_invalid(), "{error}");
            assert_eq!(error.to_string(), "expressions are nested more than 200 levels deep");
        };
        refused(ids(&db, sum(terms).eq(210)).unwrap_err());
        refused(ids(&db, Sample::number().eq(sum(terms))).unwrap_err());
        refused(ids(&db, Sample::number().between(1, 2) & nested(terms).gt(Sample::number())).unwrap_err());
        refused(Sample::query().select(nested(terms)).all(&db).unwrap_err());
        refused(Sample::query().order_by(sum(terms).asc()).all(&db).unwrap_err());
        refused(Sample::all_rows().update(&db, sum(terms)).unwrap_err());
    }
    Ok(())
}

/// Terms are added at both ends of a list without copying it.
#[test]
fn lists_of_conditions_grow_at_both_ends() -> Result<()> {
    let db = samples()?;
    let is = |id: i64| Sample::id().eq(id);
    let sql = |condition: Condition<Sample>| Sample::query().filter(condition).sql(&db).to_string();
    let listed = sql(is(1) | is(2) | is(3) | is(4));
    assert_eq!(sql(is(1) | (is(2) | (is(3) | is(4)))), listed);
    assert_eq!(sql((is(1) | is(2)) | (is(3) | is(4))), listed);
    assert_eq!(sql(is(1) | (is(2) | is(3) | is(4))), listed);
    let began = std::time::Instant::now();
    let condition = (0..200_000).fold(is(0), |list, id| is(id) | list);
    assert!(began.elapsed() < std::time::Duration::from_secs(10), "{:?}", began.elapsed());
    drop(condition);
    Ok(())
}
