//! The university: departments and courses are reference tables, students and their rows are distributed.

use orm::{Condition, Cursor, Db, Insert as _, Model, Page, Result, insert_many};

use crate::cluster::{Pair, told};

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(courses: Course)]
#[has_many(students: Student)]
struct Department {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(students: Student, through = Enrollment)]
#[has_many(enrollments: Enrollment)]
struct Course {
    id: i64,
    title: String,
    #[belongs_to(department: Department)]
    department_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(courses: Course, through = Enrollment)]
#[has_many(enrollments: Enrollment)]
#[has_one(card: Card)]
#[has_many(friends: Student, foreign_key = mentor_id)]
struct Student {
    id: i64,
    name: String,
    born: Option<i32>,
    #[belongs_to(department: Department, on_delete = set_null)]
    department_id: Option<i64>,
    /// Another student, who may be on another server, so that no foreign key can be declared.
    mentor_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    #[belongs_to(student: Student, on_delete = cascade)]
    student_id: i64,
    #[belongs_to(course: Course)]
    course_id: i64,
    #[model(db_default = 0)]
    grade: i32,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
struct Card {
    #[model(primary_key)]
    #[belongs_to(student: Student, on_delete = cascade)]
    student_id: i64,
    code: String,
}

struct Number;
struct Best;
struct Total;
struct First;

fn pair() -> Result<Option<Pair>> {
    let pair = Pair::new::<(Department, Course, Student, Enrollment, Card)>(&[
        "create_reference_table('departments')",
        "create_reference_table('courses')",
        "create_distributed_table('students', 'id')",
        "create_distributed_table('enrollments', 'student_id')",
        "create_distributed_table('cards', 'student_id')",
    ])?;
    if let Some(pair) = &pair {
        pair.compare(&[("filling", fill)]);
    }
    Ok(pair)
}

fn fill(db: &Db) -> Result<String> {
    let departments =
        insert_many(db, ["Mathematics", "Physics", "Law"].map(|name| NewDepartment { name: name.into() }))?;
    let courses = (0..9).map(|n| NewCourse { title: format!("course {}", n % 7), department_id: 1 + n % 2 });
    let courses = insert_many(db, courses)?;
    let students = (0..60).map(|n: i32| NewStudent {
        name: format!("student {}", n % 13),
        born: (n % 5 > 0).then_some(1990 + n % 9),
        department_id: (n % 4 > 0).then_some(i64::from(1 + n % 2)),
        mentor_id: (n % 3 > 0).then_some(i64::from(1 + n / 3)),
    });
    let students = insert_many(db, students)?;
    let enrollments = (0..200_i32).map(|n| NewEnrollment {
        student_id: i64::from(1 + n % 50),
        course_id: i64::from(1 + n / 50 + n % 5),
        grade: Some(n % 11),
    });
    let number = orm::bulk_insert(db, enrollments)?;
    let cards = insert_many(db, (1..40).map(|n| NewCard { student_id: n, code: format!("card {}", n % 10) }))?;
    Ok(told(&(departments, courses, students, number, cards)))
}

#[test]
fn relations_are_loaded_as_from_local_tables() -> Result<()> {
    let Some(pair) = pair()? else { return Ok(()) };
    pair.compare(&[
        ("rows", |db| Ok(told(&Student::query().order_by(Student::name().desc()).all(db)?))),
        ("has many of a reference table", |db| {
            Ok(told(&Department::query().prefetch(Department::courses()).prefetch(Department::students()).all(db)?))
        }),
        ("has many by keys", |db| {
            let some = Department::query().filter(Department::id().ge(2));
            Ok(told(&some.prefetch(Department::students().order_by(Student::born().asc())).all(db)?))
        }),
        ("has many of distributed rows, nested", |db| {
            let enrollments = Student::enrollments().prefetch(Enrollment::course().prefetch(Course::department()));
            Ok(told(&Student::query().filter(Student::id().le(20)).prefetch(enrollments).all(db)?))
        }),
        ("belongs to", |db| Ok(told(&Enrollment::query().prefetch(Enrollment::student()).all(db)?))),
        ("has one", |db| Ok(told(&Student::query().prefetch(Student::card()).all(db)?))),
        ("many to many", |db| Ok(told(&Student::query().prefetch(Student::courses()).all(db)?))),
        ("many to many by keys", |db| {
            let some = Course::query().filter(Course::id().between(2, 5));
            Ok(told(&some.prefetch(Course::students().order_by(Student::name().asc())).all(db)?))
        }),
        ("by a join", |db| Ok(told(&Student::query().prefetch(Student::department().joined()).all(db)?))),
        ("by a join between distributed tables", |db| {
            Ok(told(&Enrollment::query().prefetch(Enrollment::student().joined()).all(db)?))
        }),
        ("a tree", |db| {
            let roots = Student::query().filter(Student::mentor_id().is_null());
            Ok(told(&roots.prefetch(Student::friends().to_any_depth()).all(db)?))
        }),
    ]);
    Ok(())
}

#[test]
fn limits_count_for_each_parent() -> Result<()> {
    let Some(pair) = pair()? else { return Ok(()) };
    pair.compare(&[
        ("of distributed rows", |db| {
            let first = Department::students().order_by((Student::born().desc(), Student::name().asc())).limit(3);
            Ok(told(&Department::query().prefetch(first).all(db)?))
        }),
        ("with an offset, of rows beside their parents", |db| {
            let second = Student::enrollments().order_by(Enrollment::grade().desc()).offset(1).limit(1);
            Ok(told(&Student::query().prefetch(second).all(db)?))
        }),
        ("of a reference table", |db| {
            let courses = Department::courses().order_by(Course::title().desc()).limit(2);
            Ok(told(&Department::query().prefetch(courses).all(db)?))
        }),
        ("over links", |db| {
            let courses = Student::courses().order_by(Course::title().asc()).limit(2);
            Ok(told(&Student::query().prefetch(courses).all(db)?))
        }),
        ("over links the other way", |db| {
            let students = Course::students().order_by(Student::name().asc()).limit(2);
            Ok(told(&Course::query().prefetch(students).all(db)?))
        }),
        ("below a limit", |db| {
            let friends = Student::friends().limit(1).prefetch(Student::courses().limit(1));
            Ok(told(&Student::query().prefetch(friends).all(db)?))
        }),
    ]);
    Ok(())
}

#[test]
fn values_of_each_parent_are_computed() -> Result<()> {
    let Some(pair) = pair()? else { return Ok(()) };
    pair.compare(&[
        ("counts", |db| {
            let query = Department::query().prefetch(Department::students().count().named(Number));
            let rows = query.prefetch(Department::students().min(Student::name()).named(First)).all(db)?;
            Ok(told(&rows.iter().map(|row| (*row.named(Number), row.named(First).clone())).collect::<Vec<_>>()))
        }),
        ("sums", |db| {
            let query = Student::query().prefetch(Student::enrollments().sum(Enrollment::grade()).named(Total));
            let rows = query.prefetch(Student::enrollments().max(Enrollment::grade()).named(Best)).all(db)?;
            Ok(told(&rows.iter().map(|row| (*row.named(Total), *row.named(Best))).collect::<Vec<_>>()))
        }),
        ("counts over links", |db| {
            let rows = Student::query().prefetch(Student::courses().count().named(Number)).all(db)?;
            Ok(told(&rows.iter().map(|row| *row.named(Number)).collect::<Vec<_>>()))
        }),
        ("counts over links the other way", |db| {
            let rows = Course::query().prefetch(Course::students().presence().named(Number)).all(db)?;
            Ok(told(&rows.iter().map(|row| *row.named(Number)).collect::<Vec<_>>()))
        }),
        ("totals", |db| {
            let students = Student::query().filter(Student::born().gt(1992));
            let limited = students.clone().order_by(Student::born().desc()).limit(7);
            Ok(told(&(
                students.count(db)?,
                students.sum(db, Student::born())?,
                students.avg(db, Student::born())?,
                students.max(db, Student::name())?,
                limited.count(db)?,
                limited.sum(db, Student::born())?,
                students.exists(db)?,
            )))
        }),
        ("groups", |db| {
            let groups = Student::query().group_by(Student::department_id()).having(orm::count().ge(2));
            let groups = groups.select((Student::department_id(), orm::count(), Student::born().max()));
            Ok(told(&groups.order_by(orm::count().desc()).all(db)?))
        }),
        ("distinct values", |db| {
            Ok(told(&Student::query().select((Student::born(), Student::department_id())).distinct().all(db)?))
        }),
    ]);
    Ok(())
}

fn names(db: &Db, condition: Condition<Student>) -> Result<String> {
    Ok(told(&Student::query().filter(condition).order_by(Student::id().asc()).select(Student::id()).all(db)?))
}

#[test]
fn rows_are_found_by_their_relations() -> Result<()> {
    let Some(pair) = pair()? else { return Ok(()) };
    pair.compare(&[
        ("any", |db| names(db, Student::courses().any(Course::title().eq("course 3")))),
        ("none", |db| names(db, Student::courses().none(Course::title().eq("course 3")))),
        ("all", |db| names(db, Student::courses().all(Course::title().ne("course 3")))),
        ("has", |db| names(db, Student::department().has(Department::name().starts_with("PHYS")))),
        ("exists", |db| names(db, !Student::card().exists())),
        ("count", |db| names(db, Student::courses().count().ge(4))),
        ("count of what lies beside", |db| {
            names(db, Student::enrollments().filter(Enrollment::grade().gt(4)).count().eq(2))
        }),
        ("a reference table by rows of one server", |db| {
            let of_one = Department::students().any(Student::id().eq(2));
            Ok(told(&Department::query().filter(of_one).all(db)?))
        }),
        ("over two steps", |db| {
            let physics = Department::name().eq("Physics");
            names(db, Student::courses().any(Course::department().has(physics)))
        }),
        ("values in a list", |db| names(db, Student::name().in_(["student 1", "student 12"]))),
        ("null", |db| names(db, Student::born().is_null())),
    ]);
    // Rows that are on every server are not narrowed by rows that are on one server each.
    for step in [
        |db: &Db| Ok(told(&Department::query().filter(Department::students().any(Student::born().eq(1995))).all(db)?)),
        |db: &Db| Ok(told(&Department::query().filter(Department::students().none(Student::born().eq(1995))).all(db)?)),
        |db: &Db| Ok(told(&Department::query().filter(Department::students().count().ge(16)).all(db)?)),
    ] {
        assert!(pair.refused(step).is_unsupported());
    }
    Ok(())
}

#[test]
fn a_query_is_read_in_parts() -> Result<()> {
    let Some(pair) = pair()? else { return Ok(()) };
    pair.compare(&[
        ("chunks", |db| {
            let chunks = Student::query().order_by(Student::born().asc()).prefetch(Student::courses());
            let chunks: Result<Vec<_>> = chunks.chunks(db).of_size(7).collect();
            Ok(told(&chunks?))
        }),
        ("pages", |db| {
            let query = Student::query().order_by((Student::born().desc(), Student::name().asc()));
            let (mut all, mut cursor) = (Vec::new(), None::<Cursor>);
            loop {
                let Page { rows, next } = query.clone().page(11).after(cursor).read(db)?;
                all.push(rows);
                cursor = next;
                if cursor.is_none() {
                    return Ok(told(&all));
                }
            }
        }),
        ("limits", |db| Ok(told(&Student::query().order_by(Student::name().asc()).offset(5).limit(9).all(db)?))),
    ]);
    Ok(())
}

#[test]
fn rows_are_written() -> Result<()> {
    let Some(pair) = pair()? else { return Ok(()) };
    pair.compare(&[
        ("a row with its relations", |db| {
            let new =
                |name: &str| NewStudent { name: name.into(), born: None, department_id: Some(1), mentor_id: None };
            let grace = new("Grace")
                .with(Student::enrollments(), |grace| {
                    [1, 2, 3, 4].map(|course_id| NewEnrollment { student_id: grace.id, course_id, grade: Some(1) })
                })
                .insert(db)?;
            let both = ["Alan", "Barbara"].map(|name| {
                new(name).with(Student::enrollments(), |row| {
                    let length = i32::try_from(row.name.len()).ok();
                    [NewEnrollment { student_id: row.id, course_id: 2, grade: length }]
                })
            });
            Ok(told(&(grace, insert_many(db, both)?)))
        }),
        ("links", |db| {
            let courses = Course::query().all(db)?;
            let mut ada = Student::find(db, 60)?;
            Student::courses().link(db, &ada, &courses[..4])?;
            Student::courses().unlink(db, &ada, &courses[1..2])?;
            Student::courses().set(db, &ada, &courses[2..6])?;
            ada.name = "Ada".into();
            ada.update(db)?;
            Department::students().link(db, &Department::find(db, 3)?, [&ada])?;
            let students = Student::query().filter(Student::id().eq(60)).prefetch(Student::courses());
            Ok(told(&students.prefetch(Student::department()).all(db)?))
        }),
        ("upserts", |db| {
            let card = |student_id, code: &str| NewCard { student_id, code: code.into() };
            let changed = orm::upsert(db, card(1, "new"), Card::student_id(), Card::code())?;
            let skipped = orm::insert_or_skip(db, card(2, "new"), Card::student_id())?;
            let added = orm::upsert(db, card(55, "new"), Card::student_id(), Card::code())?;
            let law = orm::upsert(db, NewDepartment { name: "Law".into() }, Department::name(), Department::name())?;
            Ok(told(&(changed, skipped, added, law)))
        }),
        ("changes of many rows", |db| {
            let changed = Student::rows_where(Student::courses().any(Course::id().eq(2)))
                .update(db, (Student::born().add(1), Student::mentor_id().set(None)))?;
            let physics = Student::department().has(Department::name().eq("Physics"));
            let moved = Student::rows_where(physics).update(db, Student::department_id().set(3))?;
            let deleted = Enrollment::rows_where(Enrollment::grade().lt(3)).delete(db)?;
            Student::find(db, 3)?.delete(db)?;
            Ok(told(&(changed, moved, deleted, Student::query().all(db)?, Enrollment::query().all(db)?)))
        }),
        ("a transaction of which a part is undone", |db| {
            let number = db.transaction_with_retries(3, |tx| {
                Student::rows_where(Student::id().eq(1)).update(tx, Student::name().set("kept"))?;
                let failed = tx.transaction(|tx| {
                    Student::all_rows().update(tx, Student::name().set("undone"))?;
                    Student::find(tx, 1000).map(|_| ())
                });
                assert!(failed.is_err_and(|error| error.is_not_found()));
                Student::query().filter(Student::name().eq("kept")).count(tx)
            })?;
            Ok(told(&(number, Student::find(db, 1)?)))
        }),
        ("violations", |db| {
            let twice = NewCard { student_id: 1, code: "twice".into() }.insert(db).unwrap_err();
            let nowhere = NewEnrollment { student_id: 1, course_id: 99, grade: None }.insert(db).unwrap_err();
            Ok(told(&(
                twice.is_unique_violation(),
                nowhere.is_foreign_key_violation(),
                twice.is_foreign_key_violation(),
            )))
        }),
        ("what the models and the tables differ in", |db| {
            let differences = db.check::<(Department, Course, Student, Enrollment, Card)>()?;
            Ok(differences.iter().map(ToString::to_string).collect())
        }),
    ]);
    let error = pair.refused(|db| {
        let busy = Department::rows_where(Department::students().any(Student::id().eq(2)));
        Ok(told(&busy.update(db, Department::name().set("busy"))?))
    });
    assert!(error.is_unsupported(), "{error}");
    Ok(())
}
