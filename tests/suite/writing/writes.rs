//! Inserting, updating, deleting and linking, and the errors of constraints.

use orm::{Constraint, Db, Model, Result, ResultExt, bulk_insert, insert_many};

use crate::database::{Shared, db, either, primary_key_name, unique_name};
use crate::schemas::university::{
    Course, Department, Enrollment, NewDepartment, NewEnrollment, NewStudent, Student, empty_university, titles,
    university,
};

#[test]
fn an_insert_returns_the_row_as_stored() -> Result<()> {
    let db = empty_university();
    let one = orm::assert_queries!(&db, 1, NewDepartment { name: "Law".into() }.insert(&db)?);
    let two = NewDepartment { name: "'; DROP TABLE departments; --".into() }.insert(&db)?;
    assert_eq!((one.id, one.name.as_str()), (1, "Law"));
    assert_eq!(two, Department { id: 2, name: "'; DROP TABLE departments; --".into() });
    assert_eq!(Department::find(&db, 2)?, two);
    Ok(())
}

#[test]
fn a_model_is_inserted_with_the_key_it_has() -> Result<()> {
    let db = empty_university();
    let law = Department { id: 17, name: "Law".into() };
    assert_eq!(law.insert(&db)?, law);
    let error = law.insert(&db).unwrap_err();
    assert!(error.is_unique_violation());
    let name = primary_key_name("departments", "id");
    assert_eq!(error.constraint_name(), Some(name.as_str()));
    assert_eq!(error.to_string(), format!("a row with the same `{name}` exists already"));
    Ok(())
}

#[test]
fn many_rows_come_back_in_order() -> Result<()> {
    let db = empty_university();
    let none: Vec<NewDepartment> = Vec::new();
    assert!(orm::assert_queries!(&db, 0, insert_many(&db, none)?).is_empty());
    let one = orm::assert_queries!(&db, 1, insert_many(&db, [NewDepartment { name: "0".into() }])?);
    assert_eq!(one.len(), 1);
    let many = insert_many(&db, (1..=20_000).map(|name: i32| NewDepartment { name: name.to_string() }))?;
    assert_eq!(many.len(), 20_000);
    for (row, number) in many.iter().zip(1..) {
        assert_eq!((row.id, row.name.as_str()), (number + 1, number.to_string().as_str()));
    }
    assert_eq!(Department::query().count(&db)?, 20_001);
    Ok(())
}

#[test]
fn rows_that_do_not_come_back_are_counted() -> Result<()> {
    let db = empty_university();
    let none: Vec<NewDepartment> = Vec::new();
    assert_eq!(orm::assert_queries!(&db, 0, bulk_insert(&db, none)?), 0);

    let new = |name: i32| NewDepartment { name: name.to_string() };
    let recording = db.record();
    assert_eq!(bulk_insert(&db, (0..1_200).map(new))?, 1_200);
    let statements = recording.statements();
    assert_eq!(statements.len(), either(3, 1));
    let rows = either("VALUES (", "SELECT unnest(");
    let begins = format!(r#"INSERT INTO "departments" ("name") {rows}"#);
    assert!(statements[0].starts_with(&begins), "{}", statements[0]);
    assert!(!statements[0].contains("RETURNING"), "{}", statements[0]);
    drop(recording);

    // The same rows as those that come back, with the text of either kept apart.
    let returned = insert_many(&db, (1_200..1_700).map(new))?;
    let stored = Department::query().all(&db)?;
    assert_eq!(stored[1_200..], returned);
    for (row, number) in stored.iter().zip(0..) {
        assert_eq!(row.name, number.to_string());
    }

    // The last row of a later statement exists already, so nothing of the first statement stays.
    db.create_tables::<Unique>()?;
    let new = |id: i64| NewUnique { code: if id == 9_999 { 0 } else { id } };
    assert!(bulk_insert(&db, (0..10_000).map(new)).unwrap_err().is_unique_violation());
    assert_eq!(Unique::query().count(&db)?, 0);

    // In a transaction that goes on, as a savepoint.
    let transaction = db.begin()?;
    assert!(bulk_insert(&transaction, (0..10_000).map(new)).unwrap_err().is_unique_violation());
    assert_eq!(bulk_insert(&transaction, (0..10).map(new))?, 10);
    transaction.commit()?;
    assert_eq!(Unique::query().count(&db)?, 10);
    Ok(())
}

#[test]
fn many_rows_are_inserted_all_or_none() -> Result<()> {
    let db = university();
    // Only three courses exist, so the first statement fails; then one that fails late.
    let links = (1..=2_000).map(|course_id| NewEnrollment { student_id: 3, course_id });
    assert!(insert_many(&db, links).unwrap_err().is_foreign_key_violation());
    let new = |id: i64| NewUnique { code: if id == 9_999 { 0 } else { id } };
    db.create_tables::<Unique>()?;
    let error = insert_many(&db, (0..10_000).map(new)).unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(Unique::query().count(&db)?, 0);
    Ok(())
}

#[derive(Model, Debug)]
#[model(unique(code, part))]
struct Pair {
    id: i64,
    code: i64,
    part: Option<i64>,
}

#[derive(Model, Debug)]
struct Unique {
    id: i64,
    #[model(unique)]
    code: i64,
}

#[test]
fn many_rows_in_an_open_transaction_are_inserted_all_or_none() -> Result<()> {
    let db = db();
    db.create_tables::<Unique>()?;
    let transaction = db.begin()?;
    NewUnique { code: -1 }.insert(&transaction)?;
    let new = |id: i64| NewUnique { code: if id == 1_999 { 0 } else { id } };
    assert!(insert_many(&transaction, (0..2_000).map(new)).unwrap_err().is_unique_violation());
    NewUnique { code: -2 }.insert(&transaction)?;
    transaction.commit()?;
    let codes: Vec<_> = Unique::query().all(&db)?.into_iter().map(|row| row.code).collect();
    assert_eq!(codes, [-1, -2]);
    Ok(())
}

#[test]
fn update_writes_the_row_with_the_models_key() -> Result<()> {
    let db = university();
    let mut ada = Student::find(&db, 1)?;
    ada.last_name = "King'; --".into();
    ada.department_id = None;
    orm::assert_queries!(&db, 1, ada.update(&db)?);
    assert_eq!(Student::find(&db, 1)?, ada);
    assert_eq!(Student::find(&db, 2)?.last_name, "Newton", "no other row changes");
    ada.update(&db)?;

    let ghost = Student { id: 99, ..ada };
    let error = ghost.update(&db).unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "no `Student` was found");
    Ok(())
}

#[test]
fn a_row_that_is_all_key_is_found_or_not_by_update() -> Result<()> {
    let db = university();
    Enrollment { student_id: 1, course_id: 1 }.update(&db)?;
    assert!(Enrollment { student_id: 3, course_id: 1 }.update(&db).unwrap_err().is_not_found());
    Ok(())
}

#[test]
fn delete_removes_the_row_with_the_models_key() -> Result<()> {
    let db = university();
    let link = Enrollment::find(&db, (2, 3))?;
    orm::assert_queries!(&db, 1, link.delete(&db)?);
    assert_eq!(Enrollment::query().count(&db)?, 4);
    assert!(link.delete(&db).unwrap_err().is_not_found());
    assert!(Enrollment::find(&db, (2, 3)).optional()?.is_none());
    assert!(Enrollment::find(&db, (2, 2)).optional()?.is_some());
    Ok(())
}

#[test]
fn links_are_idempotent_and_keep_the_others() -> Result<()> {
    let db = university();
    let emil = Student::find(&db, 3)?;
    let courses = Course::query().all(&db)?;
    orm::assert_queries!(&db, 1, Student::courses().link(&db, &emil, &courses[..2])?);
    Student::courses().link(&db, &emil, &courses[1..])?;
    Student::courses().link(&db, &emil, courses.clone())?;
    let none: [&Course; 0] = [];
    orm::assert_queries!(&db, 0, Student::courses().link(&db, &emil, none)?);
    assert_eq!(titles(&Student::courses().of(&emil).all(&db)?), ["Geometry", "Algebra", "Optics"]);
    Course::students().link(&db, &courses[2], [Student::find(&db, 1)?])?;
    assert_eq!(Enrollment::query().count(&db)?, 9);
    Ok(())
}

#[test]
fn a_link_to_a_row_that_does_not_exist_is_refused() -> Result<()> {
    let db = university();
    let emil = Student::find(&db, 3)?;
    let real = Course::find(&db, 1)?;
    let ghost = Course { id: 99, ..real.clone() };
    let error = Student::courses().link(&db, &emil, [&real, &ghost]).unwrap_err();
    assert!(error.is_foreign_key_violation());
    assert!(Student::courses().of(&emil).all(&db)?.is_empty(), "nor is the row beside it linked");
    Ok(())
}

#[test]
fn a_link_of_a_has_many_gives_the_row_another_parent() -> Result<()> {
    let db = university();
    let mathematics = Department::find(&db, 1)?;
    let optics = Course::find(&db, 3)?;
    for _ in 0..2 {
        Department::courses().link(&db, &mathematics, [&optics])?;
        assert_eq!(titles(&Department::courses().of(&mathematics).all(&db)?), ["Geometry", "Algebra", "Optics"]);
    }
    assert_eq!(Department::courses().of(&Department::find(&db, 2)?).count(&db)?, 0);
    Ok(())
}

#[test]
fn constraints_have_kinds_and_names() -> Result<()> {
    let db = university();
    db.create_tables::<(Unique, Pair)>()?;
    NewUnique { code: 7 }.insert(&db)?;
    let error = NewUnique { code: 7 }.insert(&db).unwrap_err();
    assert_eq!(error.constraint(), Some(Constraint::Unique));
    assert_eq!(error.constraint_name(), Some(unique_name("uniques", &["code"]).as_str()));
    assert!(error.statement().is_some_and(|sql| sql.starts_with("INSERT INTO \"uniques\"")));

    NewPair { code: 1, part: Some(1) }.insert(&db)?;
    let error = NewPair { code: 1, part: Some(1) }.insert(&db).unwrap_err();
    assert_eq!(error.constraint_name(), Some(unique_name("pairs", &["code", "part"]).as_str()));
    NewPair { code: 1, part: None }.insert(&db)?;
    NewPair { code: 1, part: None }.insert(&db)?;

    let student = NewStudent { first_name: "A".into(), last_name: "B".into(), department_id: Some(99) };
    let error = student.insert(&db).unwrap_err();
    assert_eq!(error.constraint(), Some(Constraint::ForeignKey));
    assert!(!error.is_unique_violation() && !error.is_retryable());
    assert_eq!(
        error.to_string(),
        "a foreign key would refer to a row that does not exist; \
         insert the row referred to first, or delete the rows that refer to it first"
    );
    assert!(Course { department_id: 99, ..Course::find(&db, 1)? }.update(&db).unwrap_err().is_foreign_key_violation());
    Ok(())
}

#[test]
fn a_row_that_others_refer_to_is_not_deleted() -> Result<()> {
    macro_rules! shelf {
        ($($action:tt)*) => {{
            #[derive(Model, Debug)]
            struct Shelf {
                id: i64,
            }
            #[derive(Model, Debug)]
            struct Book {
                id: i64,
                #[belongs_to(shelf: Shelf $($action)*)]
                shelf_id: i64,
            }
            let db = db();
            db.create_tables::<(Shelf, Book)>()?;
            let shelf = NewShelf {}.insert(&db)?;
            NewBook { shelf_id: shelf.id }.insert(&db)?;
            for error in [shelf.delete(&db).unwrap_err(), Shelf::all_rows().delete(&db).unwrap_err()] {
                assert!(error.is_foreign_key_violation(), "{error}");
                assert_eq!(
                    error.to_string(),
                    "a row cannot be deleted, since others refer to it by a foreign key; \
                     delete those first, or declare an `on_delete` action"
                );
            }
            assert_eq!(Shelf::query().count(&db)?, 1);
        }};
    }
    shelf!(, on_delete = restrict);
    shelf!();
    Ok(())
}

#[test]
fn a_null_where_the_table_has_none_is_refused() -> Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "uniques")]
    struct Loose {
        id: i64,
        code: Option<i64>,
    }
    let db = db();
    db.create_tables::<Unique>()?;
    let error = NewLoose { code: None }.insert(&db).unwrap_err();
    assert_eq!(error.constraint(), Some(Constraint::NotNull));
    assert_eq!(error.constraint_name(), Some("uniques.code"));
    assert_eq!(error.to_string(), "`uniques.code` must not be NULL");
    let row = NewUnique { code: 1 }.insert(&db)?;
    assert_eq!(Loose { id: row.id, code: None }.update(&db).unwrap_err().constraint(), Some(Constraint::NotNull));
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Everything {
    id: i64,
    flag: bool,
    small: i8,
    unsigned: u32,
    wide: i64,
    single: f32,
    double: f64,
    text: String,
    bytes: Vec<u8>,
    maybe: Option<String>,
    maybe_bytes: Option<Vec<u8>>,
    maybe_double: Option<f64>,
}

#[test]
fn values_come_back_exactly() -> Result<()> {
    let db = db();
    db.create_tables::<Everything>()?;
    let plain = Everything {
        id: 1,
        flag: false,
        small: i8::MIN,
        unsigned: u32::MAX,
        wide: i64::MIN,
        single: f32::MIN_POSITIVE,
        double: f64::MAX,
        text: String::new(),
        bytes: Vec::new(),
        maybe: None,
        maybe_bytes: None,
        maybe_double: None,
    };
    let full = Everything {
        id: 2,
        flag: true,
        single: 0.1,
        double: f64::INFINITY,
        text: "e\u{301} \u{e9} \u{202e}\u{1}\n\u{1F469}\u{200D}\u{1F680}".into(),
        bytes: vec![0, 255, 0],
        maybe: Some(String::new()),
        maybe_bytes: Some(Vec::new()),
        maybe_double: Some(-0.5),
        ..plain.clone()
    };
    for row in [plain, full] {
        assert_eq!(row.insert(&db)?, row);
        assert_eq!(Everything::find(&db, row.id)?, row);
        row.update(&db)?;
        assert_eq!(Everything::find(&db, row.id)?, row);
    }
    Ok(())
}

#[test]
fn a_value_that_cannot_be_stored_is_an_error_that_names_its_column() -> Result<()> {
    #[derive(Model, Debug)]
    struct Big {
        id: i64,
        size: u64,
    }
    let db = db();
    db.create_tables::<Big>()?;
    for error in [
        NewBig { size: u64::MAX }.insert(&db).unwrap_err(),
        Big { id: 1, size: 1 << 63 }.insert(&db).unwrap_err(),
        Big { id: 1, size: u64::MAX }.update(&db).unwrap_err(),
        insert_many(&db, [NewBig { size: 1 }, NewBig { size: u64::MAX }]).unwrap_err(),
    ] {
        assert!(error.is_encode());
        assert_eq!((error.table(), error.column()), (Some("bigs"), Some("size")));
        assert_eq!(error.to_string(), "a value for `bigs.size` cannot be stored: the number is out of range");
    }
    assert_eq!(Big::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn foreign_keys_are_enforced() {
    let course = |db: &Db| Course { id: 9, title: String::new(), department_id: 99 }.insert(db).unwrap_err();
    assert!(course(&university()).is_foreign_key_violation());
    // On every connection, where others share the database.
    let shared = Shared::new();
    let db = shared.open();
    db.create_tables::<(Department, Course)>().expect("the tables are created");
    assert!(course(&db).is_foreign_key_violation());
    assert!(course(&shared.open()).is_foreign_key_violation());
}
