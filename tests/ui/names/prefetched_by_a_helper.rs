//! A helper that prefetches a relation again, and one that loads a value without a name.

#[path = "../school.rs"]
mod school;

use orm::{Db, Model, Prefetchable, Query, Result, Takes, relation};
use school::*;

fn with_courses<R>(query: Query<Student, R>) -> Query<Student, R::Out>
where
    R: Takes<Student, relation!(Student.courses: Course)>,
{
    query.prefetch(Student::courses())
}

fn with<M: Model, T: Prefetchable<M>, R: Takes<M, T>>(query: Query<M, R>, relation: T) -> Query<M, R::Out> {
    query.prefetch(relation)
}

fn main() -> Result<()> {
    let db = Db::memory()?;
    with_courses(Student::query().prefetch(Student::courses())).all(&db)?;
    with(Student::query(), Student::courses().count()).all(&db)?;
    with(Student::query(), Department::courses()).all(&db)?;
    Ok(())
}
