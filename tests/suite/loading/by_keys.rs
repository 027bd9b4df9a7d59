//! Rows, and the rows of relations, by primary keys of the program.

use std::collections::HashMap;
use std::hash::Hash;

use orm::{Db, Many, Model, Result, assert_queries};

use crate::database::{Shared, db, either};
use crate::schemas::library::{Address, Author, Bio, Book, Review, library};
use crate::schemas::university::{Course, Department, Enrollment, Student, titles, university, university_in};

#[derive(Model, Clone, Debug, PartialEq)]
struct Word {
    #[model(primary_key)]
    text: String,
    meaning: Option<i64>,
}

fn words() -> Result<Db> {
    let db = db();
    db.create_tables::<Word>()?;
    for text in ["it's", "", "é\"\\", "[1]"] {
        Word { text: text.into(), meaning: Some(1) }.insert(&db)?;
    }
    Ok(db)
}

#[test]
fn rows_come_in_the_order_of_their_keys() -> Result<()> {
    let shared = Shared::new();
    let db = university_in(&shared);
    let titles_of = |ids: &[i64]| -> Result<Vec<String>> {
        let courses = assert_queries!(&db, 1, Course::find_many(&db, ids)?);
        Ok(courses.into_iter().map(|course| course.title).collect())
    };
    assert_eq!(titles_of(&[1, 2, 3])?, ["Geometry", "Algebra", "Optics"]);
    assert_eq!(titles_of(&[3, 1])?, ["Optics", "Geometry"]);
    assert_eq!(titles_of(&[2, 3, 2, 2, 1])?, ["Algebra", "Optics", "Geometry"], "each row once");
    let recording = db.record();
    Course::find_many(&db, [3, 1])?;
    let expected = either(
        r#"SELECT k.rowid, t0."id", t0."title", t0."department_id" FROM rarray(?1) AS k CROSS JOIN "courses" AS t0 ON t0."id" = +k."value""#,
        r#"SELECT t0."id", t0."title", t0."department_id" FROM "courses" AS t0 WHERE t0."id" = ANY($1::bigint[])"#,
    );
    assert_eq!(recording.statements(), [expected]);
    let plan = shared.query_plan(expected).join("\n");
    let by_index =
        either("SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)", "Index Scan using courses_pkey on courses t0");
    assert!(plan.contains(by_index), "{plan}");
    Ok(())
}

#[test]
fn a_key_without_a_row_is_an_error_or_has_no_entry() -> Result<()> {
    let db = university();
    assert!(Course::find_many(&db, [1, 99]).unwrap_err().is_not_found());
    let courses = assert_queries!(&db, 1, Course::by_keys(&db, [99, 3, 1, 3])?);
    let mut found: Vec<(i64, &str)> = courses.iter().map(|(&id, course)| (id, course.title.as_str())).collect();
    found.sort_unstable();
    assert_eq!(found, [(1, "Geometry"), (3, "Optics")]);
    assert!(assert_queries!(&db, 0, Course::find_many(&db, [0_i64; 0])?).is_empty());
    assert!(assert_queries!(&db, 0, Course::by_keys(&db, [0_i64; 0])?).is_empty());
    Ok(())
}

#[test]
fn rows_by_keys_hold_what_is_prefetched_and_are_narrowed() -> Result<()> {
    let db = university();
    let query = Student::query().filter(Student::department_id().is_not_null()).prefetch(Student::courses());
    let students = assert_queries!(&db, 2, query.find_many(&db, [2, 1])?);
    let found: Vec<_> = students.iter().map(|student| (student.id, titles(student.courses()))).collect();
    assert_eq!(found, [(2, vec!["Geometry", "Algebra", "Optics"]), (1, vec!["Geometry", "Algebra"])]);
    assert!(query.find_many(&db, [1, 3]).unwrap_err().is_not_found(), "3 is not among the rows");
    let by_key = assert_queries!(&db, 2, query.by_keys(&db, [3, 1])?);
    assert_eq!(by_key.keys().collect::<Vec<_>>(), [&1]);
    // With a joined relation, and with an order that has no effect.
    let query = Student::query().order_by(Student::last_name().asc()).prefetch(Student::department().joined());
    let students = assert_queries!(&db, 1, query.find_many(&db, [3, 2, 1])?);
    let departments: Vec<_> = students.iter().map(|student| student.department().as_ref().map(|of| of.id)).collect();
    assert_eq!(departments, [None, Some(2), Some(1)]);
    Ok(())
}

#[test]
fn rows_of_one_parent_are_found_by_their_keys() -> Result<()> {
    let db = university();
    let ada = Student::find(&db, 1)?;
    // Through a join table, and by a foreign key: Optics is not one of her courses, and not one of the first
    // department.
    let courses = Student::courses().of(&ada).by_keys(&db, [1, 3])?;
    assert_eq!(courses.keys().collect::<Vec<_>>(), [&1]);
    assert!(Student::courses().of(&ada).find_many(&db, [3]).unwrap_err().is_not_found());
    let maths = Department::find(&db, 1)?;
    let courses = Department::courses().of(&maths).find_many(&db, [2, 1])?;
    assert_eq!(titles(&courses), ["Algebra", "Geometry"]);
    assert!(Department::courses().of(&maths).find_many(&db, [3]).unwrap_err().is_not_found());
    Ok(())
}

#[test]
fn a_limit_does_not_narrow_keys() {
    let db = university();
    for query in [Course::query().limit(1), Course::query().offset(1)] {
        let error = query.find_many(&db, [1, 2]).unwrap_err();
        assert!(error.is_invalid(), "{error}");
        assert_eq!(error.to_string(), "`find_many` returns the rows of all keys; leave out `limit` and `offset`");
        assert!(query.by_keys(&db, [1, 2]).unwrap_err().is_invalid());
    }
}

#[test]
fn keys_of_text_and_of_several_columns_find_their_rows() -> Result<()> {
    let db = words()?;
    let texts = ["[1]", "", "it's"].map(String::from);
    let found = assert_queries!(&db, 1, Word::find_many(&db, &texts)?);
    assert_eq!(found.iter().map(|word| &word.text).collect::<Vec<_>>(), texts.iter().collect::<Vec<_>>());
    let found = Word::by_keys(&db, ["é\"\\".to_owned(), "none".to_owned()])?;
    assert_eq!(found.keys().collect::<Vec<_>>(), ["é\"\\"]);

    let db = university();
    let keys = [(2, 3), (1, 2), (2, 1)];
    let found = assert_queries!(&db, 1, Enrollment::find_many(&db, keys)?);
    assert_eq!(found.iter().map(|row| (row.student_id, row.course_id)).collect::<Vec<_>>(), keys);
    // Parts of existing keys are not a key.
    assert!(Enrollment::find_many(&db, [(1, 3)]).unwrap_err().is_not_found());
    assert_eq!(Enrollment::by_keys(&db, [(1, 3), (1, 1)])?.len(), 1);
    Ok(())
}

#[test]
fn a_relation_is_loaded_for_keys_alone() -> Result<()> {
    let db = university();
    let ids = [2, 3, 77, 2];
    let courses: HashMap<i64, Many<Course>> = assert_queries!(&db, 1, Student::courses().by_keys(&db, ids.iter())?);
    assert_eq!(titles(&courses[&2]), ["Geometry", "Algebra", "Optics"]);
    assert!(courses[&3].is_empty());
    assert!(courses[&77].is_empty(), "the students are not read");
    assert_eq!(courses.len(), 3);
    // The same as a prefetch, with all options of the relation.
    let first = Student::courses().order_by(Course::title().asc()).limit(1).prefetch(Course::department());
    let loaded = assert_queries!(&db, 2, first.by_keys(&db, [1, 2])?);
    let students = Student::query().prefetch(first).all(&db)?;
    for student in students.iter().filter(|student| student.id < 3) {
        assert_eq!(&loaded[&student.id], student.courses());
    }
    assert!(assert_queries!(&db, 0, Student::courses().by_keys(&db, [0_i64; 0])?).is_empty());
    let counts = assert_queries!(&db, 1, Student::courses().count().by_keys(&db, ids)?);
    assert_eq!(counts, HashMap::from([(2, 3), (3, 0), (77, 0)]));
    Ok(())
}

#[test]
fn a_relation_to_one_is_loaded_for_keys_alone() -> Result<()> {
    let db = library();
    let bios = assert_queries!(&db, 1, Author::bio().by_keys(&db, [1, 2, 3])?);
    let found = |id: i64| bios[&id].as_ref().map(|bio| bio.author_id);
    assert_eq!([found(1), found(2), found(3)], [Some(1), None, Some(3)]);
    // A key that is a foreign key, too.
    let authors = Bio::author().by_keys(&db, [1, 3])?;
    assert_eq!(authors[&3].name, "Emily");
    let addresses: HashMap<i64, Many<Address>> = Author::addresses().by_keys(&db, [1])?;
    assert_eq!(addresses[&1].len(), 2);
    let stars = Book::reviews().max(Review::stars()).by_keys(&db, [2, 1])?;
    assert_eq!((stars[&2].is_some(), stars[&1]), (true, None));
    Ok(())
}

#[test]
fn a_relation_by_a_foreign_key_is_loaded_for_keys_of_its_rows() -> Result<()> {
    let db = university();
    let departments = assert_queries!(&db, 2, Student::department().by_keys(&db, [2, 3, 77, 2])?);
    let mut found: Vec<_> = departments.iter().map(|(&id, of)| (id, of.as_ref().map(|of| of.id))).collect();
    found.sort_unstable();
    assert_eq!(found, [(2, Some(2)), (3, None)], "there is no student 77");
    let departments = assert_queries!(&db, 2, Course::department().by_keys(&db, [3])?);
    assert_eq!(departments[&3].name, "Physics");
    assert!(assert_queries!(&db, 1, Course::department().by_keys(&db, [99])?).is_empty());
    Ok(())
}

/// Returns the rows with some keys, and the other rows, for any model.
fn apart<M: Model<Key: Clone + Eq + Hash>>(db: &Db, keys: &[M::Key]) -> Result<(Vec<M>, Vec<M>)> {
    let key = M::primary_key();
    let among = M::query().filter(key.in_(keys.iter().cloned())).order_by(key.desc()).all(db)?;
    let rest = M::query().filter(!key.in_(keys.iter().cloned())).order_by(key.asc()).all(db)?;
    assert_eq!(M::by_keys(db, keys)?.len(), among.len());
    if let [first, ..] = keys {
        assert_eq!(M::query().filter(key.eq(first.clone())).count(db)?, 1);
        assert_eq!(M::query().filter(key.ne(first.clone())).count(db)?, M::query().count(db)? - 1);
    }
    Ok((among, rest))
}

#[test]
fn generic_code_names_the_primary_key() -> Result<()> {
    let db = university();
    let (among, rest) = apart::<Course>(&db, &[1, 3])?;
    assert_eq!((titles(&among), titles(&rest)), (vec!["Optics", "Geometry"], vec!["Algebra"]));
    let pairs = |rows: &[Enrollment]| rows.iter().map(|row| (row.student_id, row.course_id)).collect::<Vec<_>>();
    let (among, rest) = apart::<Enrollment>(&db, &[(2, 1), (1, 2)])?;
    assert_eq!((pairs(&among), pairs(&rest)), (vec![(2, 1), (1, 2)], vec![(1, 1), (2, 2), (2, 3)]));
    let (among, rest) = apart::<Enrollment>(&db, &[])?;
    assert_eq!((among.len(), rest.len()), (0, 5));
    let none: [i64; 0] = [];
    let recording = db.record();
    Course::query().filter(Course::primary_key().in_(none)).all(&db)?;
    Enrollment::query().filter(Enrollment::primary_key().in_([(1, 2), (2, 3)])).count(&db)?;
    Course::rows_where(Course::primary_key().in_([98, 99])).delete(&db)?;
    assert_eq!(
        recording.statements()[1],
        either(
            r#"SELECT count(*) FROM "enrollments" AS t0 WHERE ((t0."student_id" = ?1 AND t0."course_id" = ?2) OR (t0."student_id" = ?3 AND t0."course_id" = ?4))"#,
            r#"SELECT count(*) FROM "enrollments" AS t0 WHERE ((t0."student_id" = $1 AND t0."course_id" = $2) OR (t0."student_id" = $3 AND t0."course_id" = $4))"#,
        )
    );
    Ok(())
}
