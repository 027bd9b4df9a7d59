//! Intervals: months, days and microseconds are returned unchanged, and PostgreSQL compares them by their length.

use std::time::Duration;

use orm::value::Interval;
use orm::{Cursor, Db, Model, Result, bulk_insert, insert_many, sql};

use crate::database::db;
use crate::support::random::Random;

use super::run;

#[derive(Model, Clone, Debug, PartialEq)]
struct Job {
    id: i64,
    lasted: Interval,
    paused: Option<Interval>,
    steps: Vec<Interval>,
}

/// The same rows, with the text of each interval.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "jobs")]
struct TextJob {
    id: i64,
    lasted: String,
    paused: Option<String>,
    steps: Vec<String>,
}

fn samples() -> Vec<Interval> {
    let mut random = Random::new(7);
    let mut samples = vec![
        Interval::default(),
        Interval::new(1, 0, 0),
        Interval::new(0, 30, 0),
        Interval::new(0, 0, 30 * 86_400_000_000),
        Interval::new(-14, 3, -1),
        Interval::new(14, -3, 3_723_000_001),
        Interval::new(0, i32::MAX, 0),
        Interval::new(i32::MIN + 1, 0, 0),
        Interval::new(0, 0, i64::MIN + 1),
    ];
    samples.extend((0..40).map(|_| {
        let number = |random: &mut Random, most: i64| i32::try_from(random.below(most) - most / 2).unwrap_or(0);
        let (months, days) = (number(&mut random, 50), number(&mut random, 50));
        Interval::new(
            months,
            days,
            (random.below(1_000_000_000_000) - 500_000_000_000)
                / [1, 1_000, 1_000_000][usize::try_from(random.below(3)).unwrap_or(0)],
        )
    }));
    samples
}

fn jobs() -> Result<Db> {
    let db = db();
    db.create_tables::<Job>()?;
    let samples = samples();
    let new = |lasted| NewJob { lasted, paused: None, steps: vec![] };
    insert_many(&db, samples.iter().copied().map(new))?;
    Ok(db)
}

#[test]
fn intervals_come_back_as_they_were() -> Result<()> {
    let db = db();
    db.create_tables::<Job>()?;
    assert_eq!(db.check::<(Job, TextJob)>()?, []);
    let samples = samples();
    let new = |at: usize| NewJob {
        lasted: samples[at],
        paused: (!at.is_multiple_of(3)).then_some(samples[at]),
        steps: samples[at..samples.len().min(at + at % 4)].to_vec(),
    };
    let one = new(3).insert(&db)?;
    assert_eq!((one.lasted, one.steps.len()), (samples[3], 3));
    let many = insert_many(&db, (0..samples.len()).map(new))?;
    bulk_insert(&db, (0..samples.len()).map(new))?;
    let rows = Job::query().all(&db)?;
    assert_eq!(rows[1..=samples.len()], many);
    for (row, at) in rows[1..].iter().zip((0..samples.len()).chain(0..samples.len())) {
        let expected = new(at);
        assert_eq!((row.lasted, row.paused), (expected.lasted, expected.paused));
        assert_eq!(row.steps, expected.steps);
    }
    let edited = one.edit(&db, |job| job.lasted = Interval::new(0, 0, 1))?;
    assert_eq!(Job::find(&db, 1)?, edited);
    Job::all_rows().update(&db, Job::paused().set(Interval::new(-1, 0, 0)))?;
    assert_eq!(Job::query().filter(Job::paused().eq(Interval::new(-1, 0, 0))).count(&db)?, rows.len() as u64);
    assert_eq!(Job::query().filter(Job::steps().has(samples[3])).count(&db)?, {
        rows.iter().filter(|row| row.steps.iter().any(|step| length(*step) == length(samples[3]))).count() as u64
    });
    Ok(())
}

/// The lengths that PostgreSQL compares: a month has 30 days, and a day 24 hours.
fn length(interval: Interval) -> i128 {
    let days = i128::from(interval.months()) * 30 + i128::from(interval.days());
    days * 86_400_000_000 + i128::from(interval.microseconds())
}

#[test]
fn intervals_are_compared_by_their_length() -> Result<()> {
    let db = jobs()?;
    let count = |condition| Job::query().filter(condition).count(&db);
    for sample in samples() {
        let of = |wanted: fn(&i128, &i128) -> bool| {
            samples().into_iter().filter(|other| wanted(&length(*other), &length(sample))).count() as u64
        };
        assert_eq!(count(Job::lasted().eq(sample))?, of(|one, other| one == other), "{sample}");
        assert_eq!(count(Job::lasted().in_([sample]))?, of(|one, other| one == other), "{sample}");
        assert_eq!(count(Job::lasted().lt(sample))?, of(|one, other| one < other), "{sample}");
        assert_eq!(count(Job::lasted().ge(sample))?, of(|one, other| one >= other), "{sample}");
    }
    assert_eq!(count(Job::lasted().eq(Interval::new(1, 0, 0)))?, 3, "a month, 30 days and their hours");
    let lengths = |rows: &[Job]| rows.iter().map(|row| length(row.lasted)).collect::<Vec<_>>();
    let query = Job::query().order_by(Job::lasted().asc());
    let sorted = lengths(&query.all(&db)?);
    assert!(sorted.is_sorted());
    assert_eq!(query.min(&db, Job::lasted())?.map(length), sorted.first().copied());
    assert_eq!(query.max(&db, Job::lasted())?.map(length), sorted.last().copied());
    let (mut read, mut cursor) = (Vec::new(), None::<Cursor>);
    loop {
        let page = query.clone().page(5).after(cursor).read(&db)?;
        read.extend(lengths(&page.rows));
        let Some(next) = page.next else { break };
        cursor = Some(next.to_string().parse()?);
    }
    assert_eq!(read, sorted);
    Ok(())
}

/// Whatever the session's style for intervals, a `String` has PostgreSQL's default style.
#[test]
fn an_interval_in_a_string_is_the_text_that_postgresql_has_for_it() -> Result<()> {
    let db = jobs()?;
    let texts: Vec<(String, String)> = sql("SELECT lasted, lasted::text FROM jobs").tuples(&db)?;
    for (text, expected) in &texts {
        assert_eq!(text, expected);
    }
    let new = NewTextJob {
        lasted: "P1Y2M".into(),
        paused: Some("1 week".into()),
        steps: vec!["1 day".into(), "2:00".into()],
    };
    let row = new.insert(&db)?;
    assert_eq!((row.lasted.as_str(), row.paused.as_deref()), ("1 year 2 mons", Some("7 days")));
    assert_eq!(row.steps, ["1 day", "02:00:00"]);
    assert_eq!(TextJob::query().filter(TextJob::steps().has("24:00")).count(&db)?, 1);
    assert_eq!(TextJob::query().filter(TextJob::lasted().in_(["14 months", "1 second"])).count(&db)?, 1);
    db.transaction(|transaction| {
        sql("SET LOCAL intervalstyle = 'sql_standard'").execute(transaction)?;
        let again = TextJob::find(transaction, row.id)?;
        assert_eq!(again, row);
        assert_eq!(Job::find(transaction, row.id)?.lasted, Interval::new(14, 0, 0));
        Ok(())
    })
}

/// A model whose intervals are of another type.
macro_rules! lengths {
    ($($(#[$when:meta])? fn $name:ident() -> $type:ty { $values:expr, $fine:expr })*) => {$(
        $(#[$when])?
        #[test]
        fn $name() -> Result<()> {
            #[derive(Model, Debug)]
            #[model(table = "jobs")]
            struct Row {
                id: i64,
                lasted: $type,
                steps: Vec<Option<$type>>,
            }
            let db = db();
            db.create_tables::<Row>()?;
            assert_eq!(db.check::<Row>()?, []);
            for (value, expected) in $values {
                let value: $type = value;
                let row = NewRow { lasted: value, steps: vec![Some(value), None] }.insert(&db)?;
                let stored: Vec<(String,)> = sql("SELECT lasted::text FROM jobs WHERE id = $1").bind(row.id).tuples(&db)?;
                assert_eq!(stored, [(expected.to_owned(),)]);
                let again = Row::find(&db, row.id)?;
                assert_eq!(format!("{:?} {:?}", row.lasted, row.steps), format!("{:?} {:?}", again.lasted, again.steps));
                assert_eq!(Row::query().filter(Row::lasted().eq(value)).count(&db)?, 1);
            }
            for refused in $fine {
                let error = NewRow { lasted: refused, steps: vec![] }.insert(&db).unwrap_err();
                assert_eq!((error.is_encode(), error.table(), error.column()), (true, Some("jobs"), Some("lasted")), "{error}");
            }
            run(&db, ["DELETE FROM jobs", "INSERT INTO jobs (lasted, steps) VALUES ('1 mon -1 day', '{}')"])?;
            let error = Row::query().all(&db).unwrap_err();
            assert_eq!((error.is_decode(), error.table(), error.column()), (true, Some("jobs"), Some("lasted")));
            assert!(error.to_string().contains("read it as `orm::value::Interval`"), "{error}");
            Ok(())
        }
    )*};
}

lengths! {
    fn durations_of_the_standard_library() -> Duration {
        [(Duration::from_millis(1_500), "00:00:01.5"), (Duration::from_secs(90_000), "25:00:00")],
        [Duration::from_nanos(1), Duration::MAX]
    }

    #[cfg(feature = "chrono-04")]
    fn durations_of_chrono() -> chrono::TimeDelta {
        [(chrono::TimeDelta::milliseconds(-1_500), "-00:00:01.5"), (chrono::TimeDelta::days(1), "24:00:00")],
        [chrono::TimeDelta::nanoseconds(-1), chrono::TimeDelta::MAX]
    }

    #[cfg(feature = "time-03")]
    fn durations_of_time() -> time::Duration {
        [(time::Duration::milliseconds(-1_500), "-00:00:01.5"), (time::Duration::days(1), "24:00:00")],
        [time::Duration::nanoseconds(1_001), time::Duration::MAX]
    }

    #[cfg(feature = "jiff-02")]
    fn durations_of_jiff() -> jiff::SignedDuration {
        [(jiff::SignedDuration::from_millis(-1_500), "-00:00:01.5"), (jiff::SignedDuration::from_hours(24), "24:00:00")],
        [jiff::SignedDuration::from_nanos(1_001), jiff::SignedDuration::MAX]
    }

    #[cfg(feature = "jiff-02")]
    fn spans_of_jiff() -> jiff::Span {
        [
            (jiff::Span::new().months(14).days(10).microseconds(90_000_500), "1 year 2 mons 10 days 00:01:30.0005"),
            (jiff::Span::new().months(1).days(2).negate(), "-1 mons -2 days"),
        ],
        [jiff::Span::new().nanoseconds(1)]
    }
}

/// Units without a number in an interval are converted to units with one.
#[cfg(feature = "jiff-02")]
#[test]
fn a_span_comes_back_in_months_days_and_microseconds() -> Result<()> {
    #[derive(Model, Debug)]
    struct Plan {
        id: i64,
        every: jiff::Span,
    }
    let db = db();
    db.create_tables::<Plan>()?;
    let every = jiff::Span::new().years(1).months(2).weeks(1).days(3).hours(4).minutes(5).seconds(6).milliseconds(7);
    let every = every.microseconds(8).nanoseconds(9_000);
    let plan = NewPlan { every }.insert(&db)?;
    assert_eq!(
        plan.every.fieldwise(),
        jiff::Span::new().months(14).days(10).microseconds(14_706_007_017_i64).fieldwise()
    );
    assert_eq!(sql("SELECT every FROM plans").tuples::<(Interval,)>(&db)?, [(Interval::new(14, 10, 14_706_007_017),)]);
    Ok(())
}
