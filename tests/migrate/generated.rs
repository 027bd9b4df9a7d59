//! Files that are written from models: their effect, and the reasons for which none is written.

use std::fs;
use std::path::{Path, PathBuf};

use orm::migrate::{Generator, Migrations};
use orm::{Db, Engine, Error, Model, Models, Result, sql};

use crate::database::{Fresh, applied, engine, exists, on_each_database};

on_each_database!(
    files_lead_from_one_version_of_the_models_to_the_next,
    nothing_is_written_when_nothing_changed,
    partial_indexes_are_created_changed_and_dropped,
    a_loss_is_allowed_by_name,
    what_may_be_a_rename_stops,
    what_rows_cannot_have_stops,
    a_column_that_becomes_required_names_the_rows_without_a_value,
    a_kind_of_values_that_the_database_stores_alike_stops,
    a_missing_migration_is_told,
    files_that_do_not_lead_to_the_models_are_told,
    files_of_others_are_adopted,
    a_database_that_has_all_is_marked,
);

mod first {
    use orm::Model;

    #[derive(Model)]
    pub(super) struct Department {
        id: i64,
        name: String,
    }

    #[derive(Model)]
    #[many_to_many(courses: Course, through = "enrollments")]
    pub(super) struct Student {
        id: i64,
        name: String,
        nickname: Option<String>,
        age: i64,
        #[belongs_to(department: Department)]
        department_id: Option<i64>,
    }

    #[derive(Model)]
    pub(super) struct Course {
        id: i64,
        title: String,
    }

    pub(super) type Models = (Department, Student, Course);
}

mod second {
    use orm::Model;

    #[derive(Model)]
    #[model(unique(name))]
    pub(super) struct Department {
        id: i64,
        name: String,
    }

    #[derive(Model)]
    #[model(check = "credits >= 0")]
    #[many_to_many(courses: Lecture, through = "enrollments", right = "course_id")]
    pub(super) struct Student {
        id: i64,
        #[model(renamed_from = "name", index)]
        full_name: String,
        nickname: Option<String>,
        age: i64,
        #[model(db_default = 0)]
        credits: i64,
        #[belongs_to(department: Department, on_delete = set_null)]
        department_id: Option<i64>,
    }

    #[derive(Model)]
    #[model(renamed_from = "courses")]
    pub(super) struct Lecture {
        id: i64,
        title: String,
    }

    pub(super) type Models = (Department, Student, Lecture);
}

fn generator<M: Models>(folder: &Path, fresh: &Fresh) -> Generator<M> {
    Generator::new(folder, engine(fresh)).try_at(fresh.address.clone())
}

fn names(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.file_name().expect("a file").to_string_lossy().into_owned()).collect()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder is created")
}

/// The reason why a migration is not written. Nothing may be written in this case.
fn stopped<M: Models>(generator: &Generator<M>, folder: &Path) -> String {
    let files = || fs::read_dir(folder).expect("it is read").count();
    let before = files();
    let error = generator.write("next").expect_err("it stops");
    assert!(error.is_migration_failure(), "{error}");
    assert_eq!(files(), before);
    error.to_string()
}

fn files_lead_from_one_version_of_the_models_to_the_next(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    let path = folder.path();
    assert_eq!(names(&generator::<first::Models>(path, fresh).write("initial")?), ["V1__initial.sql"]);
    generator::<first::Models>(path, fresh).check()?;
    Migrations::read(path)?.run(&db)?;
    fill(&db)?;

    let written = names(&generator::<second::Models>(path, fresh).write("second")?);
    let expected: &[&str] = match engine(fresh) {
        #[cfg(feature = "postgres")]
        Engine::Postgres => &["V2__second.sql", "V3__second_indexes.sql", "V4__second_validate.sql"],
        _ => &["V2__second.sql"],
    };
    assert_eq!(written, expected);
    generator::<second::Models>(path, fresh).check()?;
    assert_eq!(applied(&Migrations::read(path)?, &db)?.len(), expected.len());
    let differences = db.check::<second::Models>()?;
    assert!(differences.is_empty(), "{differences:#?}");

    let students = sql("SELECT full_name, nickname, credits, department_id FROM students ORDER BY id");
    let students = students.tuples::<(String, Option<String>, i64, Option<i64>)>(&db)?;
    let expected = [("Ada".to_owned(), None, 0, Some(1)), ("Emmy".to_owned(), Some("E".to_owned()), 0, Some(1))];
    assert_eq!(students, expected);
    // Links to rows of a copied or renamed table still exist.
    assert_eq!(
        sql("SELECT student_id, course_id FROM enrollments ORDER BY 1").tuples::<(i64, i64)>(&db)?,
        [(1, 1), (2, 1)]
    );
    assert!(exists(&db, "lectures") && !exists(&db, "courses"));
    sql("DELETE FROM departments").execute(&db)?;
    assert_eq!(sql("SELECT count(*) FROM students WHERE department_id IS NULL").tuples::<(i64,)>(&db)?, [(2,)]);
    Ok(())
}

fn fill(db: &Db) -> Result<()> {
    sql("INSERT INTO departments (id, name) VALUES (1, 'Mathematics')").execute(db)?;
    sql("INSERT INTO students (id, name, nickname, age, department_id) VALUES (1, 'Ada', NULL, 36, 1), (2, 'Emmy', 'E', 53, 1)")
        .execute(db)?;
    sql("INSERT INTO courses (id, title) VALUES (1, 'Algebra')").execute(db)?;
    sql("INSERT INTO enrollments (student_id, course_id) VALUES (1, 1), (2, 1)").execute(db)?;
    Ok(())
}

fn nothing_is_written_when_nothing_changed(fresh: &Fresh) -> Result<()> {
    let folder = folder();
    let generator = generator::<first::Models>(folder.path(), fresh);
    generator.write("initial")?;
    assert!(generator.write("again")?.is_empty());
    assert!(generator.missing()?.is_empty());
    let error = generator.write("no name").expect_err("a name has no space");
    assert!(error.to_string().contains("such as `add_email`"), "{error}");
    Ok(())
}

mod partial {
    use orm::Model;

    #[derive(Model)]
    #[model(table = "members")]
    pub(super) struct Before {
        id: i64,
        email: String,
        left: Option<i64>,
    }

    #[derive(Model)]
    #[model(table = "members", unique(email, where = "\"left\" IS NULL"))]
    pub(super) struct With {
        id: i64,
        email: String,
        left: Option<i64>,
    }

    /// SQLite copies the table for the unique card.
    #[derive(Model)]
    #[model(table = "members", unique(email, where = "\"left\" IS NULL"))]
    pub(super) struct Copied {
        id: i64,
        email: String,
        left: Option<i64>,
        #[model(unique)]
        card: Option<String>,
    }

    #[derive(Model)]
    #[model(table = "members", unique(email, where = "\"left\" > 7"))]
    pub(super) struct Changed {
        id: i64,
        email: String,
        left: Option<i64>,
        #[model(unique)]
        card: Option<String>,
    }

    #[derive(Model)]
    #[model(table = "members")]
    pub(super) struct Without {
        id: i64,
        email: String,
        left: Option<i64>,
        #[model(unique)]
        card: Option<String>,
    }
}

/// Writes the next migration, applies it, and returns whether two rows with this `left` can have one email.
fn accepts_two<M: Models>(path: &Path, fresh: &Fresh, db: &Db, left: Option<i64>) -> Result<bool> {
    assert!(!generator::<M>(path, fresh).write("next")?.is_empty());
    generator::<M>(path, fresh).check()?;
    Migrations::read(path)?.run(db)?;
    assert_eq!(db.check::<M>()?, []);
    let add = |id: i64| {
        sql("INSERT INTO members (id, email, \"left\") VALUES ($1, 'a@b.c', $2)").bind(id).bind(left).execute(db)
    };
    let (first, second) = (add(1), add(2));
    sql("DELETE FROM members").execute(db)?;
    first?;
    match second {
        Ok(_) => Ok(true),
        Err(error) if error.is_unique_violation() => Ok(false),
        Err(error) => Err(error),
    }
}

fn partial_indexes_are_created_changed_and_dropped(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    let path = folder.path();
    assert!(accepts_two::<(partial::Before,)>(path, fresh, &db, None)?);
    assert!(!accepts_two::<(partial::With,)>(path, fresh, &db, None)?);
    assert!(!accepts_two::<(partial::Copied,)>(path, fresh, &db, None)?);
    assert!(accepts_two::<(partial::Changed,)>(path, fresh, &db, None)?);
    assert!(accepts_two::<(partial::Without,)>(path, fresh, &db, Some(8))?);
    Ok(())
}

mod smaller {
    use orm::Model;

    #[derive(Model)]
    pub(super) struct Department {
        id: i64,
        name: String,
    }

    #[derive(Model)]
    pub(super) struct Student {
        id: i64,
        name: String,
        age: i64,
        #[belongs_to(department: Department)]
        department_id: Option<i64>,
    }

    pub(super) type Models = (Department, Student);
}

fn a_loss_is_allowed_by_name(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    let path = folder.path();
    generator::<first::Models>(path, fresh).write("initial")?;
    Migrations::read(path)?.run(&db)?;
    fill(&db)?;

    let smaller = generator::<smaller::Models>(path, fresh);
    let message = stopped(&smaller, path);
    for line in [
        "- the values of column `students.nickname` would be lost. If you accept that, pass `--allow students.nickname`",
        "- the rows of table `courses` would be lost. If you accept that, pass `--allow courses`",
        "- the rows of table `enrollments` would be lost. If you accept that, pass `--allow enrollments`",
    ] {
        assert!(message.contains(line), "{message}");
    }
    let smaller = smaller.allow("students.nickname").allow("courses");
    let message = stopped(&smaller, path);
    assert!(message.contains("`--allow enrollments`") && !message.contains("nickname"), "{message}");
    let message = stopped(&smaller.clone().allow("enrollments").allow("studens"), path);
    assert!(message.contains("`--allow studens` was given, and nothing of `studens` would be lost"), "{message}");

    smaller.allow("enrollments").write("smaller")?;
    Migrations::read(path)?.run(&db)?;
    assert!(!exists(&db, "courses") && !exists(&db, "enrollments"));
    assert_eq!(sql("SELECT name, age FROM students ORDER BY id").tuples::<(String, i64)>(&db)?.len(), 2);
    Ok(())
}

fn what_may_be_a_rename_stops(fresh: &Fresh) -> Result<()> {
    #[derive(Model)]
    struct Department {
        id: i64,
        title: String,
    }

    #[derive(Model)]
    #[model(table = "people")]
    struct Student {
        id: i64,
        name: String,
        nickname: Option<String>,
        age: i64,
        #[belongs_to(department: Department)]
        department_id: Option<i64>,
    }

    let folder = folder();
    let path = folder.path();
    generator::<first::Models>(path, fresh).write("initial")?;
    let message = stopped(&generator::<(Department, Student)>(path, fresh), path);
    for text in [
        "column `departments.name` is dropped and `title` is added, with the same type. If the column was \
         renamed, write `#[model(renamed_from = \"name\")]` on the field; if you accept the loss of its values, pass `--allow \
         departments.name`",
        "table `students` is dropped and `people` is created, with mostly the same columns. If the table was \
         renamed, write `#[model(renamed_from = \"students\")]` on the struct; if you accept the loss of its rows, pass `--allow \
         students`",
    ] {
        assert!(message.contains(text), "{message}");
    }
    Ok(())
}

fn what_rows_cannot_have_stops(fresh: &Fresh) -> Result<()> {
    #[derive(Model)]
    struct Department {
        id: i64,
        name: String,
        city: String,
    }

    #[derive(Model)]
    struct Student {
        id: i64,
        #[model(renamed_from = "nickname")]
        name: Option<String>,
        #[model(renamed_from = "name")]
        nickname: String,
        age: i32,
        #[belongs_to(department: Department)]
        department_id: Option<i64>,
    }

    let folder = folder();
    let path = folder.path();
    generator::<first::Models>(path, fresh).write("initial")?;
    let generator = generator::<(Department, Student)>(path, fresh).allow("courses").allow("enrollments");
    let message = stopped(&generator, path);
    assert!(message.contains("column `departments.city` must not be NULL and has no default"), "{message}");
    assert!(
        message.contains("columns `name` and `nickname` of table `students` were each renamed from the other"),
        "{message}"
    );
    // SQLite has integers of one size.
    let narrows = message.contains("column `students.age` becomes `integer` from `bigint`, which may lose values");
    assert_eq!(narrows, format!("{:?}", engine(fresh)) == "Postgres", "{message}");
    Ok(())
}

/// The column has the same type in the database, and existing values are of another kind.
fn a_kind_of_values_that_the_database_stores_alike_stops(fresh: &Fresh) -> Result<()> {
    #[derive(Model)]
    #[model(table = "loans")]
    struct Before {
        id: i64,
        due: String,
    }

    #[derive(Model)]
    #[model(table = "loans")]
    struct After {
        id: i64,
        due: orm::value::Date,
    }

    let folder = folder();
    let path = folder.path();
    let before = generator::<(Before,)>(path, fresh);
    before.write("initial")?;
    let after = generator::<(After,)>(path, fresh);
    let message = stopped(&after, path);
    let is_sqlite = format!("{:?}", engine(fresh)) == "Sqlite";
    let wanted = "the values of column `loans.due` were written as `Text`, and the field is now `Date`; the database stores both as \
                  `TEXT`, and does not convert them. Convert existing values in a migration that you write by hand: `UPDATE \
                  \"loans\" SET \"due\" = ..;`. If you have done so, or if they fit, pass `--allow loans.due`";
    assert_eq!(message.contains(wanted), is_sqlite, "{message}");
    assert!(message.contains("`--allow loans.due`"), "{message}");
    if is_sqlite {
        assert_eq!(after.missing()?, ["loans: the values of column due become `Date` from `Text`"]);
        assert!(after.clone().allow("loans.due").write("due")?.is_empty());
        after.check()?;
        assert!(after.write("again")?.is_empty());
        let state = fs::read_to_string(path.join("schema.json")).expect("it is read");
        assert!(state.contains("\"migration\": \"V1__initial.sql\""), "{state}");
        // A file of an older version has no kinds: nothing is known of existing values.
        let old = state.split(",\n  \"kinds\"").next().expect("a beginning").to_owned() + "\n}\n";
        fs::write(path.join("schema.json"), old).expect("it is written");
        before.check()?;
        assert!(before.write("again")?.is_empty());
        assert!(!after.missing()?.is_empty());
    }
    Ok(())
}

/// The column becomes required in place, and by a copy of the table on SQLite.
fn a_column_that_becomes_required_names_the_rows_without_a_value(fresh: &Fresh) -> Result<()> {
    #[derive(Model)]
    #[model(table = "members")]
    struct Before {
        id: i64,
        phone: Option<String>,
    }

    #[derive(Model)]
    #[model(table = "members")]
    struct InPlace {
        id: i64,
        phone: String,
    }

    #[derive(Model)]
    #[model(table = "members")]
    struct Copied {
        id: i64,
        #[model(unique)]
        phone: String,
    }

    fn required<M: Models>(fresh: &Fresh, db: &Db) -> Result<()> {
        let folder = folder();
        let path = folder.path();
        generator::<(Before,)>(path, fresh).write("initial")?;
        Migrations::read(path)?.run(db)?;
        sql("INSERT INTO members (id, phone) VALUES (1, NULL)").execute(db)?;
        let written = generator::<M>(path, fresh).write("required")?;
        let texts: Vec<String> = written.iter().map(|file| fs::read_to_string(file).expect("it is read")).collect();
        let comment = "-- Fails while a row has NULL: UPDATE \"members\" SET \"phone\" = .. WHERE \"phone\" IS NULL;\n";
        let warned = texts.concat().matches(comment).count();
        assert_eq!(warned, 1, "{texts:?}");
        let error = Migrations::read(path)?.run(db).expect_err("a row has no phone");
        assert!(error.is_migration_failure() && error.constraint().is_some(), "{error}");
        let message = error.to_string();
        assert!(
            message.contains(": `members.phone` is NULL in some rows; give them a value first; the statement"),
            "{message}"
        );
        sql("UPDATE members SET phone = '' WHERE phone IS NULL").execute(db)?;
        Migrations::read(path)?.run(db).map(drop)
    }

    required::<(InPlace,)>(fresh, &fresh.open())?;
    let other = fresh.open();
    sql("DROP TABLE members").execute(&other)?;
    sql("DROP TABLE refinery_schema_history").execute(&other)?;
    required::<(Copied,)>(fresh, &other)
}

fn a_missing_migration_is_told(fresh: &Fresh) -> Result<()> {
    let folder = folder();
    let path = folder.path();
    let message = |error: Error| error.to_string();
    let error = message(generator::<first::Models>(path, fresh).check().expect_err("there are no files"));
    assert!(error.contains("a migration is missing") && error.contains("- create table students"), "{error}");
    generator::<first::Models>(path, fresh).write("initial")?;
    let error = message(generator::<second::Models>(path, fresh).check().expect_err("one is missing"));
    for line in [
        "- rename table courses to lectures",
        "- students: rename column name to full_name",
        "- students: add column credits",
    ] {
        assert!(error.contains(line), "{error}");
    }
    Ok(())
}

/// A trial run finds a file that was edited so that it does less.
fn files_that_do_not_lead_to_the_models_are_told(fresh: &Fresh) -> Result<()> {
    let folder = folder();
    let path = folder.path();
    let generator = generator::<first::Models>(path, fresh);
    let written = generator.write("initial")?;
    let text = fs::read_to_string(&written[0]).expect("it is read");
    fs::write(&written[0], text.replace("\"nickname\"", "\"nick\"")).expect("it is written");
    let error = generator.check().expect_err("a column is missing").to_string();
    assert!(error.contains("do not create what the models need"), "{error}");
    assert!(error.contains("table `students` has no column `nickname`"), "{error}");
    Ok(())
}

fn files_of_others_are_adopted(fresh: &Fresh) -> Result<()> {
    let folder = folder();
    let path = folder.path();
    let of_first = generator::<first::Models>(path, fresh);
    of_first.write("initial")?;
    fs::remove_file(path.join("schema.json")).expect("it was there");
    let error = of_first.write("next").expect_err("what the files lead to is not known").to_string();
    assert!(error.contains("has migrations and no `schema.json`") && error.contains("`migrate adopt`"), "{error}");
    of_first.adopt()?;
    assert!(of_first.write("next")?.is_empty());
    // Files with another result are refused.
    fs::remove_file(path.join("schema.json")).expect("it was there");
    let error = generator::<second::Models>(path, fresh).adopt().expect_err("they lead elsewhere");
    assert!(error.to_string().contains("do not create"), "{error}");
    Ok(())
}

fn a_database_that_has_all_is_marked(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    let path = folder.path();
    db.create_tables::<first::Models>()?;
    fill(&db)?;
    generator::<first::Models>(path, fresh).write("initial")?;
    // The tables exist already.
    assert!(Migrations::read(path)?.run(&db).is_err());
    let marked = Migrations::read(path)?.mark(&db)?;
    assert_eq!(marked.iter().map(ToString::to_string).collect::<Vec<_>>(), ["V1__initial"]);
    assert!(Migrations::read(path)?.mark(&db)?.is_empty());
    assert!(applied(&Migrations::read(path)?, &db)?.is_empty());
    assert_eq!(sql("SELECT count(*) FROM students").tuples::<(i64,)>(&db)?, [(2,)]);
    Ok(())
}
