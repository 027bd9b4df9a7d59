//! The program text of the page that puts ten tasks side by side with other libraries.

use orm::{Db, Insert, Model};

#[test]
fn chapter() -> orm::Result<()> {
    let db = &Db::memory()?;
    db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    let (algebra, logic, ada) = inserting(db)?;
    linking(db, &ada, &algebra, &logic)?;
    filtering(db)?;
    orm::assert_queries!(db, 2, loading(db)?);
    orm::assert_queries!(db, 4, nested(db)?);
    updating(db)?;
    grouping(db)?;
    in_a_transaction(db, &ada)?;
    with_sql(db)
}

// ANCHOR: department
#[derive(Model)]
#[has_many(courses: Course)]
#[has_many(students: Student)]
struct Department {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model)]
#[many_to_many(students: Student, through = Enrollment)]
struct Course {
    id: i64,
    title: String,
    credits: i32,
    #[belongs_to(department: Department, on_delete = cascade)]
    department_id: i64,
}

#[derive(Model)]
#[many_to_many(courses: Course, through = Enrollment)]
struct Student {
    id: i64,
    name: String,
    #[belongs_to(department: Department, on_delete = set_null)]
    department_id: Option<i64>,
}

#[derive(Model)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    #[belongs_to(student: Student, on_delete = cascade)]
    student_id: i64,
    #[belongs_to(course: Course, on_delete = cascade)]
    course_id: i64,
}
// ANCHOR_END: department

fn inserting(db: &Db) -> orm::Result<(Course, Course, Student)> {
    // ANCHOR: inserting
    let maths = NewDepartment { name: "Mathematics".into() }
        .with(Department::courses(), |maths| {
            [("Algebra", 6), ("Logic", 4)].map(|(title, credits)| NewCourse {
                title: title.into(),
                credits,
                department_id: maths.id,
            })
        })
        .insert(db)?;
    let ada = NewStudent { name: "Ada".into(), department_id: Some(maths.id) }.insert(db)?;
    // ANCHOR_END: inserting

    Ok((Course::find(db, 1)?, Course::find(db, 2)?, ada))
}

fn filtering(db: &Db) -> orm::Result<()> {
    // ANCHOR: filtering
    let students = Student::query()
        .filter(Student::name().starts_with("A") | Student::department_id().is_null())
        .filter(Student::courses().any(Course::title().eq("Algebra")))
        .order_by(Student::name().asc())
        .limit(20)
        .all(db)?;
    // ANCHOR_END: filtering

    assert_eq!(students.len(), 1);
    Ok(())
}

fn loading(db: &Db) -> orm::Result<()> {
    // ANCHOR: loading
    for student in Student::query().prefetch(Student::courses()).all(db)? {
        for course in student.courses() {
            println!("{} takes {}", student.name, course.title);
        }
    }
    // ANCHOR_END: loading
    Ok(())
}

fn nested(db: &Db) -> orm::Result<()> {
    // ANCHOR: nested
    let best = Department::courses().filter(Course::credits().ge(5)).order_by(Course::title().asc()).limit(3);
    let departments =
        Department::query().prefetch(best).prefetch(Department::students().prefetch(Student::courses())).all(db)?;
    // ANCHOR_END: nested

    assert_eq!(departments[0].courses().len(), 1);
    assert_eq!(departments[0].students()[0].courses().len(), 1);
    Ok(())
}

fn linking(db: &Db, ada: &Student, algebra: &Course, logic: &Course) -> orm::Result<()> {
    // ANCHOR: linking
    Student::courses().link(db, ada, [algebra, logic])?;
    Student::courses().unlink(db, ada, [logic])?;
    Student::courses().set(db, ada, [algebra])?;
    // ANCHOR_END: linking
    Ok(())
}

fn updating(db: &Db) -> orm::Result<()> {
    // ANCHOR: updating
    let of_maths = Course::department().has(Department::name().eq("Mathematics"));
    let raised = Course::rows_where(of_maths).update(db, Course::credits().add(1))?;
    // ANCHOR_END: updating

    assert_eq!(raised, 2);
    Ok(())
}

fn grouping(db: &Db) -> orm::Result<()> {
    // ANCHOR: grouping
    let totals: Vec<(i64, u64, Option<i64>)> = Course::query()
        .group_by(Course::department_id())
        .having(orm::count().gt(1))
        .select((Course::department_id(), orm::count(), Course::credits().sum()))
        .all(db)?;
    // ANCHOR_END: grouping

    assert_eq!(totals, [(1, 2, Some(12))]);
    Ok(())
}

fn in_a_transaction(db: &Db, ada: &Student) -> orm::Result<()> {
    // ANCHOR: in_a_transaction
    db.transaction(|tx| {
        let physics = NewDepartment { name: "Physics".into() }.insert(tx)?;
        let optics = NewCourse { title: "Optics".into(), credits: 5, department_id: physics.id }.insert(tx)?;
        Student::courses().link(tx, ada, [&optics])
    })?;
    // ANCHOR_END: in_a_transaction
    assert_eq!(Student::courses().of(ada).count(db)?, 2);
    Ok(())
}

fn with_sql(db: &Db) -> orm::Result<()> {
    // ANCHOR: with_sql
    let students: Vec<Student> = orm::sql("SELECT * FROM students WHERE name >= $1").bind("A").rows(db)?;
    // ANCHOR_END: with_sql

    assert_eq!(students.len(), 1);
    Ok(())
}
