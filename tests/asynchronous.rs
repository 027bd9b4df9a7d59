//! Scratch.
use orm::*;

#[derive(Model, Clone, Debug)]
#[has_many(courses: Course)]
#[many_to_many(students: Student, through = "enrollments")]
pub struct Department {
    id: i64,
    name: String,
}
#[derive(Model, Clone, Debug)]
pub struct Course {
    id: i64,
    title: String,
    #[belongs_to(department: Department)]
    department_id: i64,
}
#[derive(Model, Clone, Debug)]
pub struct Student {
    id: i64,
    name: String,
    #[model(version)]
    version: i64,
}

async fn number(db: &impl AsyncExecutor) -> Result<usize> {
    Ok(Department::query().all(db).await?.len())
}

fn is_send<T: Send>(t: T) -> T {
    t
}

#[tokio::test(flavor = "multi_thread")]
async fn smoke() -> Result<()> {
    let db = is_send(AsyncDb::memory()).await?;
    db.create_tables::<(Department, Course, Student)>().await?;
    let local = String::from("Maths");
    let d = is_send(db.transaction(async |tx| {
        let d = NewDepartment { name: local.clone() }.insert(tx).await?;
        tx.transaction(async |tx| {
            NewCourse { title: "Algebra".into(), department_id: d.id }.insert(tx).await?;
            Ok(())
        })
        .await?;
        assert_eq!(number(tx).await?, 1);
        Ok(d)
    }))
    .await?;
    let handle = tokio::spawn({
        let db = db.clone();
        async move {
            let s = NewStudent { name: "Ada".into() }.insert(&db).await?;
            let s = s.update(&db).await?;
            let s = s.edit(&db, |s| s.name = "B".into()).await?;
            Department::students().link(&db, &d, [&s]).await?;
            let rows =
                Department::query().prefetch(Department::courses()).prefetch(Department::students()).all(&db).await?;
            assert_eq!((rows[0].courses().len(), rows[0].students().len()), (1, 1));
            let n = orm::sql("SELECT count(*) FROM courses").tuples::<(i64,)>(&db).await?;
            assert_eq!(n, [(1,)]);
            let p = orm::prefetch(&db, vec![d.clone()], Department::courses()).await?;
            assert_eq!(p[0].courses().len(), 1);
            let mut chunks = Course::query().chunks(&db).of_size(1);
            while let Some(c) = chunks.next().await {
                assert_eq!(c?.len(), 1);
            }
            let x = db.run(|tx| NewCourse { title: "G".into(), department_id: 1 }.insert(tx)).await?;
            assert_eq!(Course::find(&db, x.id).await?.title, "G");
            assert_queries!(&db, 1, Course::query().count(&db).await?);
            s.delete(&db).await
        }
    });
    handle.await.unwrap()?;
    db.close().await;
    assert!(number(&db).await.unwrap_err().is_invalid());
    Ok(())
}
