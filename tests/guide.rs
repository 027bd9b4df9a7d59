//! The guide: every block of program text in it is compiled and run, and every output it shows is the one that came.
//!
//! A chapter `docs/guide/02-queries.md` shows listings from `tests/guide/queries.rs`, from the folder with that name, and from here. What
//! speaks of web servers, of projects with migrations and of existing databases is in `examples/web`, `examples/migrations` and
//! `orm-cli/tests/guide`.

#[cfg(feature = "async")]
#[path = "guide/asynchronous.rs"]
mod asynchronous;
#[path = "guide/chapter.rs"]
mod chapter;
#[path = "guide/coming_from.rs"]
mod coming_from;
#[path = "guide/connecting.rs"]
mod connecting;
#[path = "guide/cookbook.rs"]
mod cookbook;
#[path = "guide/deployment.rs"]
mod deployment;
#[path = "guide/dynamic_queries.rs"]
mod dynamic_queries;
#[path = "guide/errors.rs"]
mod errors;
#[path = "guide/faq.rs"]
mod faq;
#[path = "guide/getting_started.rs"]
mod getting_started;
#[path = "guide/json.rs"]
mod json;
#[path = "guide/listing.rs"]
mod listing;
#[path = "guide/loading.rs"]
mod loading;
#[cfg(feature = "migrate")]
#[path = "guide/migrations.rs"]
mod migrations;
#[path = "guide/models.rs"]
mod models;
#[cfg(feature = "postgres")]
#[path = "support/owned.rs"]
mod owned;
#[path = "guide/parts.rs"]
mod parts;
#[cfg(feature = "postgres")]
#[path = "guide/postgresql.rs"]
mod postgresql;
#[path = "guide/queries.rs"]
mod queries;
#[path = "guide/query_strategies.rs"]
mod query_strategies;
#[path = "guide/raw_sql.rs"]
mod raw_sql;
#[path = "guide/relation_filters.rs"]
mod relation_filters;
#[path = "guide/relations.rs"]
mod relations;
#[path = "guide/security.rs"]
mod security;
#[path = "guide/sqlite.rs"]
mod sqlite;
#[path = "guide/statements.rs"]
mod statements;
#[path = "guide/testing.rs"]
mod testing;
#[path = "docs/text.rs"]
mod text;
#[path = "guide/types.rs"]
mod types;
#[path = "guide/values.rs"]
mod values;
#[path = "guide/writing.rs"]
mod writing;

use std::collections::BTreeMap;
use std::fs;

use orm::{Db, Model};
use serde::Serialize;

use chapter::{overwrites, rewrite};
use listing::{listings, name_of, with_listings};
use text::{Block, blocks, holds_message, read, root, squeezed};

// ANCHOR: school
#[derive(Model, Clone, Debug, PartialEq, Serialize)]
#[has_many(courses: Course)]
#[has_many(students: Student)]
#[has_many(enrollments: Enrollment, through = Student)]
struct Department {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq, Serialize)]
#[many_to_many(students: Student, through = Enrollment)]
#[has_one(syllabus: Syllabus)]
#[has_many(follow_ups: Course, foreign_key = prerequisite_id)]
struct Course {
    id: i64,
    title: String,
    credits: i32,
    #[belongs_to(department: Department, on_delete = cascade)]
    department_id: i64,
    #[belongs_to(prerequisite: Course, on_delete = set_null)]
    prerequisite_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq, Serialize)]
#[many_to_many(courses: Course, through = Enrollment)]
#[has_many(enrollments: Enrollment)]
struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    #[belongs_to(department: Department, on_delete = set_null)]
    department_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq, Serialize)]
struct Syllabus {
    id: i64,
    text: String,
    #[model(unique)]
    #[belongs_to(course: Course, on_delete = cascade)]
    course_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq, Serialize)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    #[belongs_to(student: Student, on_delete = cascade)]
    student_id: i64,
    #[belongs_to(course: Course, on_delete = cascade)]
    course_id: i64,
    grade: Option<i32>,
}
// ANCHOR_END: school

/// The rows that the chapters speak of.
fn school() -> orm::Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Department, Course, Student, Syllabus, Enrollment)>()?;
    orm::insert_many(&db, ["Mathematics", "Computing"].map(|name| NewDepartment { name: name.into() }))?;
    let courses = [
        ("Arithmetic", 5, 1, None),
        ("Algebra", 6, 1, Some(1)),
        ("Logic", 4, 1, None),
        ("Programming", 6, 2, Some(3)),
        ("Compilers", 8, 2, Some(4)),
    ];
    orm::insert_many(
        &db,
        courses.map(|(title, credits, department_id, prerequisite_id)| NewCourse {
            title: title.into(),
            credits,
            department_id,
            prerequisite_id,
        }),
    )?;
    let students = [("Ada", "Lovelace", Some(1)), ("Grace", "Hopper", Some(2)), ("Alan", "Turing", None)];
    orm::insert_many(
        &db,
        students.map(|(first_name, last_name, department_id)| NewStudent {
            first_name: first_name.into(),
            last_name: last_name.into(),
            department_id,
        }),
    )?;
    let enrollments = [(1, 2, Some(95)), (1, 3, None), (2, 3, Some(80)), (2, 5, Some(99))];
    orm::insert_many(
        &db,
        enrollments.map(|(student_id, course_id, grade)| NewEnrollment { student_id, course_id, grade }),
    )?;
    NewSyllabus { text: "Groups, rings and fields".into(), course_id: 2 }.insert(&db)?;
    Ok(db)
}

#[test]
fn every_listing_is_program_text_of_the_tests() {
    let shared = read("tests/guide.rs");
    let shared = listings(&shared);
    for path in chapters() {
        let own = own_sources(&path);
        let own = listings(&own);
        let all: BTreeMap<&str, String> = shared.clone().into_iter().chain(own.clone()).collect();
        if overwrites() {
            rewrite(&path, |text| with_listings(text, &all));
        }
        let blocks = blocks(&read(&path));
        let mut unseen = own;
        for (name, block) in blocks.iter().filter_map(|block| Some((name_of(block)?, block))) {
            assert!(
                all.get(name) == Some(&block.text),
                "{path} does not show the listing `{name}` of the tests; run `GUIDE=overwrite cargo test --test guide`"
            );
            unseen.remove(name);
        }
        assert!(unseen.is_empty(), "{path} does not show these listings: {:?}", unseen.keys());
    }
}

/// The program text of a chapter: a file, and the files of the folder with its name.
fn own_sources(chapter: &str) -> String {
    let subject = chapter.split_once('-').map_or("", |(_, subject)| subject.trim_end_matches(".md"));
    let folder = format!("tests/guide/{}", subject.replace('-', "_"));
    let parts = if root().join(&folder).is_dir() { files(&folder, ".rs") } else { Vec::new() };
    let file = fs::read_to_string(root().join(format!("{folder}.rs"))).unwrap_or_default();
    file + &parts.iter().map(|path| read(path)).collect::<String>()
}

#[test]
fn every_other_block_is_program_text_of_the_examples() {
    let folders = [
        "examples/web/src",
        "examples/migrations/src",
        "examples/migrations/src/bin",
        "examples/migrations/tests",
        "orm-cli/tests/guide",
        "orm-cli/tests/guide/models",
    ];
    let squeezed_files =
        |folder: &str| files(folder, ".rs").iter().map(|path| squeezed(&read(path))).collect::<String>();
    let examples: String = folders.into_iter().map(squeezed_files).collect();
    let mistakes = squeezed_files("tests/guide/mistakes");
    for path in chapters() {
        let blocks = blocks(&read(&path));
        let is_other = |block: &&Block| block.language.starts_with("rust") && name_of(block).is_none();
        for block in blocks.iter().filter(is_other) {
            let source = if block.language == "rust" { &examples } else { &mistakes };
            assert!(
                block.parts().all(|part| source.contains(&part)),
                "{path} has program text that no example has; make it a listing of the tests:\n\n{}",
                block.text
            );
        }
    }
}

#[test]
fn every_compile_error_is_the_compilers() {
    // The cases run when this is dropped, and write the messages again with `TRYBUILD=overwrite`.
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/guide/mistakes/*.rs");
    drop(cases);
    let messages: Vec<String> = files("tests/guide/mistakes", ".stderr").iter().map(|path| read(path)).collect();
    for path in chapters() {
        for Block { text, .. } in blocks(&read(&path)).iter().filter(|block| block.text.starts_with("error")) {
            let known = messages.iter().any(|stderr| holds_message(stderr, text));
            assert!(known, "{path} shows an error that the compiler does not print:\n\n{text}");
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    for path in files("docs/guide", ".md") {
        let text = read(&path);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        for target in targets.filter(|target| !target.starts_with("http")) {
            let file = target.split('#').next().unwrap_or_default();
            assert!(root().join("docs/guide").join(file).exists(), "{path} links to `{target}`, which does not exist");
        }
    }
}

fn chapters() -> Vec<String> {
    let chapters = files("docs/guide", ".md").into_iter().filter(|path| !path.ends_with("README.md"));
    let chapters: Vec<String> = chapters.collect();
    assert!(chapters.len() >= 10, "found only {chapters:?}");
    chapters
}

/// The files of a folder whose names end so, from the root of the project, sorted.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let names = entries.filter_map(|entry| entry.expect("an entry of the folder").file_name().into_string().ok());
    let mut paths: Vec<String> =
        names.filter(|name| name.ends_with(ending)).map(|name| format!("{folder}/{name}")).collect();
    paths.sort();
    paths
}
