//! Every kind of relation, in both directions, with default names and with others.

use orm::{Model, Result};

use crate::database::db;
use crate::schemas::university::{
    Course, Department, Enrollment, NewDepartment, NewStudent, Student, empty_university, titles, university,
};

#[test]
fn many_to_many_leads_through_a_model_both_ways() -> Result<()> {
    let db = university();

    let students = orm::assert_queries!(&db, 2, Student::query().prefetch(Student::courses()).all(&db)?);
    let courses: Vec<_> = students.iter().map(|student| titles(student.courses())).collect();
    assert_eq!(courses, [vec!["Geometry", "Algebra"], vec!["Geometry", "Algebra", "Optics"], vec![]]);

    let courses = orm::assert_queries!(&db, 2, Course::query().prefetch(Course::students()).all(&db)?);
    let names: Vec<Vec<_>> = courses
        .iter()
        .map(|course| course.students().iter().map(|student| student.first_name.as_str()).collect())
        .collect();
    assert_eq!(names, [vec!["Ada", "Isaac"], vec!["Ada", "Isaac"], vec!["Isaac"]]);
    Ok(())
}

#[test]
fn has_many_and_belongs_to_are_each_others_inverse() -> Result<()> {
    let db = university();

    let departments = orm::assert_queries!(&db, 2, Department::query().prefetch(Department::courses()).all(&db)?);
    let courses: Vec<_> = departments.iter().map(|department| titles(department.courses())).collect();
    assert_eq!(courses, [vec!["Geometry", "Algebra"], vec!["Optics"], vec![]]);

    let courses = orm::assert_queries!(&db, 2, Course::query().prefetch(Course::department()).all(&db)?);
    let names: Vec<_> = courses.iter().map(|course| course.department().name.as_str()).collect();
    assert_eq!(names, ["Mathematics", "Mathematics", "Physics"]);
    Ok(())
}

#[test]
fn an_optional_belongs_to_is_none_for_a_null_key() -> Result<()> {
    let db = university();
    let students = orm::assert_queries!(&db, 2, Student::query().prefetch(Student::department()).all(&db)?);
    let names: Vec<_> =
        students.iter().map(|student| student.department().as_ref().map(|found| found.name.as_str())).collect();
    assert_eq!(names, [Some("Mathematics"), Some("Physics"), None]);
    Ok(())
}

#[test]
fn the_join_model_has_relations_of_its_own() -> Result<()> {
    let db = university();
    let links = orm::assert_queries!(
        &db,
        3,
        Enrollment::query().prefetch(Enrollment::student()).prefetch(Enrollment::course()).all(&db)?
    );
    let pairs: Vec<_> =
        links.iter().map(|link| (link.student().first_name.as_str(), link.course().title.as_str())).collect();
    assert_eq!(
        pairs,
        [("Ada", "Geometry"), ("Ada", "Algebra"), ("Isaac", "Geometry"), ("Isaac", "Algebra"), ("Isaac", "Optics")]
    );
    Ok(())
}

#[test]
fn the_relation_of_one_parent_is_what_prefetching_gives() -> Result<()> {
    let db = university();
    for student in Student::query().prefetch(Student::courses()).all(&db)? {
        let alone = orm::assert_queries!(&db, 1, Student::courses().of(&student).all(&db)?);
        assert_eq!(student.courses().to_vec(), alone);
    }
    for department in Department::query().prefetch(Department::courses()).all(&db)? {
        assert_eq!(department.courses().to_vec(), Department::courses().of(&department).all(&db)?);
    }
    for student in Student::query().prefetch(Student::department()).all(&db)? {
        let alone = Student::department().of(&student).first(&db)?;
        assert_eq!(student.department().as_deref(), alone.as_ref());
    }
    Ok(())
}

#[test]
fn the_query_for_one_parent_is_a_query() -> Result<()> {
    let db = university();
    let isaac = Student::find(&db, 2)?;
    let of_isaac = || Student::courses().of(&isaac);

    assert_eq!(of_isaac().count(&db)?, 3);
    assert!(of_isaac().filter(Course::title().eq("Optics")).exists(&db)?);
    let last = of_isaac().order_by(Course::title().desc()).limit(1).one(&db)?;
    assert_eq!(last.title, "Optics");
    let cut = Student::courses().order_by(Course::title().asc()).limit(2).of(&isaac).all(&db)?;
    assert_eq!(titles(&cut), ["Algebra", "Geometry"]);
    let nested = Student::courses().prefetch(Course::department()).of(&isaac);
    let courses = orm::assert_queries!(&db, 2, nested.all(&db)?);
    assert_eq!(courses[2].department().name, "Physics");
    assert!(of_isaac().filter(Course::id().eq(99)).first(&db)?.is_none());
    Ok(())
}

#[derive(Model, Debug)]
#[has_one(passport: Passport)]
struct Person {
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
#[belongs_to(person: Person)]
struct Passport {
    id: i64,
    number: String,
    person_id: i64,
}

#[test]
fn has_one_and_belongs_to_may_stand_on_the_struct() -> Result<()> {
    let db = db();
    db.create_tables::<(Passport, Person)>()?;
    let [ada, bob] = ["Ada", "Bob"].map(|name| NewPerson { name: name.into() }.insert(&db));
    let (ada, bob) = (ada?, bob?);
    NewPassport { number: "P1".into(), person_id: bob.id }.insert(&db)?;

    let people = orm::assert_queries!(&db, 2, Person::query().prefetch(Person::passport()).all(&db)?);
    assert!(people[0].passport().is_none(), "{} has no passport", ada.name);
    assert_eq!(people[1].passport().as_ref().map(|passport| passport.number.as_str()), Some("P1"));

    let passports = Passport::query().prefetch(Passport::person()).all(&db)?;
    assert_eq!(passports[0].person().name, "Bob");
    Ok(())
}

#[test]
fn has_one_with_two_rows_is_an_error_that_names_the_parent() -> Result<()> {
    let db = db();
    db.create_tables::<(Person, Passport)>()?;
    let ada = NewPerson { name: "Ada".into() }.insert(&db)?;
    for number in ["P1", "P2"] {
        NewPassport { number: number.into(), person_id: ada.id }.insert(&db)?;
    }
    for query in [Person::query(), Person::query().filter(Person::id().eq(ada.id))] {
        let error = query.prefetch(Person::passport()).all(&db).unwrap_err();
        assert!(error.is_more_than_one());
        assert_eq!(
            error.to_string(),
            "`Person.passport`: `Person` 1 has more than one `Passport`; \
             make the relation a `has_many`, or its foreign key unique"
        );
    }
    Ok(())
}

#[derive(Model, Debug, PartialEq, Clone)]
#[many_to_many(labels: Label, through = "labelled", left = "article", right = "label")]
struct Article {
    id: i64,
    title: String,
}

#[derive(Model, Debug, PartialEq, Clone)]
#[many_to_many(articles: Article, through = "labelled", left = "label", right = "article")]
struct Label {
    id: i64,
    word: String,
}

#[test]
fn many_to_many_leads_through_a_bare_table_both_ways() -> Result<()> {
    let db = db();
    db.create_tables::<(Article, Label)>()?;
    let one = NewArticle { title: "One".into() }.insert(&db)?;
    let two = NewArticle { title: "Two".into() }.insert(&db)?;
    let red = NewLabel { word: "red".into() }.insert(&db)?;
    let hot = NewLabel { word: "hot".into() }.insert(&db)?;
    Article::labels().link(&db, &one, [&red, &hot])?;
    Label::articles().link(&db, &hot, [&two])?;

    let articles = orm::assert_queries!(&db, 2, Article::query().prefetch(Article::labels()).all(&db)?);
    assert_eq!(articles[0].labels().to_vec(), [red.clone(), hot.clone()]);
    assert_eq!(articles[1].labels().to_vec(), std::slice::from_ref(&hot));
    let labels = orm::assert_queries!(&db, 2, Label::query().prefetch(Label::articles()).all(&db)?);
    assert_eq!(labels[0].articles().to_vec(), std::slice::from_ref(&one));
    assert_eq!(labels[1].articles().to_vec(), [one, two]);
    Ok(())
}

#[derive(Model, Debug)]
#[has_many(reports: Employee, foreign_key = boss_id)]
#[many_to_many(mentors: Employee, through = "mentoring", left = "pupil_id", right = "mentor_id")]
#[many_to_many(pupils: Employee, through = "mentoring", left = "mentor_id", right = "pupil_id")]
struct Employee {
    id: i64,
    name: String,
    #[belongs_to(boss: Employee)]
    boss_id: Option<i64>,
}

#[test]
fn a_model_may_be_related_to_itself() -> Result<()> {
    let db = db();
    db.create_tables::<Employee>()?;
    for (name, boss_id) in [("Root", None), ("Left", Some(1)), ("Right", Some(1)), ("Leaf", Some(2))] {
        NewEmployee { name: name.into(), boss_id }.insert(&db)?;
    }
    let [root, leaf] = [Employee::find(&db, 1)?, Employee::find(&db, 4)?];
    Employee::mentors().link(&db, &leaf, [&root])?;

    let query = Employee::query()
        .prefetch(Employee::boss().prefetch(Employee::boss()))
        .prefetch(Employee::reports().prefetch(Employee::reports()))
        .prefetch(Employee::mentors())
        .prefetch(Employee::pupils());
    let all = orm::assert_queries!(&db, 7, query.all(&db)?);
    assert!(all[0].boss().is_none());
    let boss = all[3].boss().as_ref().expect("the leaf has a boss");
    assert_eq!(boss.name, "Left");
    assert_eq!(boss.boss().as_ref().map(|boss| boss.name.as_str()), Some("Root"));
    let reports: Vec<_> = all[0].reports().iter().map(|report| report.name.as_str()).collect();
    assert_eq!(reports, ["Left", "Right"]);
    assert_eq!(all[0].reports()[0].reports()[0].name, "Leaf");
    assert_eq!(all[3].mentors().first().map(|mentor| mentor.name.as_str()), Some("Root"));
    assert_eq!(all[0].pupils().first().map(|pupil| pupil.name.as_str()), Some("Leaf"));
    assert!(all[1].pupils().is_empty() && all[1].mentors().is_empty());
    Ok(())
}

#[test]
fn a_cycle_of_rows_ends_where_the_query_ends() -> Result<()> {
    let db = db();
    db.create_tables::<Employee>()?;
    NewEmployee { name: "A".into(), boss_id: None }.insert(&db)?;
    NewEmployee { name: "B".into(), boss_id: Some(1) }.insert(&db)?;
    Employee { id: 1, name: "A".into(), boss_id: Some(2) }.update(&db)?;
    let query = Employee::query().prefetch(Employee::boss().prefetch(Employee::boss().prefetch(Employee::boss())));
    let all = orm::assert_queries!(&db, 4, query.all(&db)?);
    let third = all[0].boss().as_ref().and_then(|b| b.boss().as_ref()).and_then(|a| a.boss().as_ref());
    assert_eq!(third.map(|boss| boss.name.as_str()), Some("B"));
    Ok(())
}

#[derive(Model, Debug)]
#[has_many(written: Book, foreign_key = author_id)]
#[has_many(edited: Book, foreign_key = editor_id)]
struct Writer {
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
struct Book {
    id: i64,
    title: String,
    #[belongs_to(author: Writer)]
    author_id: i64,
    #[belongs_to(editor: Writer)]
    editor_id: Option<i64>,
}

#[test]
fn two_relations_to_one_model_stay_apart() -> Result<()> {
    let db = db();
    db.create_tables::<(Book, Writer)>()?;
    for name in ["Author", "Editor"] {
        NewWriter { name: name.into() }.insert(&db)?;
    }
    NewBook { title: "Both".into(), author_id: 1, editor_id: Some(2) }.insert(&db)?;
    NewBook { title: "Alone".into(), author_id: 1, editor_id: None }.insert(&db)?;

    let books = orm::assert_queries!(&db, 3, Book::query().prefetch(Book::author()).prefetch(Book::editor()).all(&db)?);
    assert_eq!(books[0].author().name, "Author");
    assert_eq!(books[0].editor().as_ref().map(|editor| editor.name.as_str()), Some("Editor"));
    assert!(books[1].editor().is_none());

    let writers = Writer::query().prefetch(Writer::edited()).prefetch(Writer::written()).all(&db)?;
    let count = |position: usize| (writers[position].written().len(), writers[position].edited().len());
    assert_eq!((count(0), count(1)), ((2, 0), (0, 1)));
    assert_eq!(writers[1].edited()[0].title, "Both");
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "Künstler", rename_all = "PascalCase")]
#[has_many(albums: Album, foreign_key = artist)]
struct Artist {
    #[model(primary_key)]
    artist_id: i64,
    stage_name: String,
}

#[derive(Model, Debug)]
#[model(table = "Album List", rename_all = "PascalCase")]
struct Album {
    #[model(primary_key)]
    number: i64,
    #[model(column = "The Title")]
    title: String,
    #[model(column = "ArtistRef")]
    #[belongs_to(maker: Artist)]
    artist: i64,
}

#[test]
fn tables_and_columns_may_be_renamed() -> Result<()> {
    let db = db();
    db.create_tables::<(Artist, Album)>()?;
    let artist = NewArtist { stage_name: "Nico".into() }.insert(&db)?;
    let album = NewAlbum { title: "Chelsea Girl".into(), artist: artist.artist_id }.insert(&db)?;
    Album { title: "Desertshore".into(), ..Album::find(&db, album.number)? }.update(&db)?;

    let artists = orm::assert_queries!(&db, 2, Artist::query().prefetch(Artist::albums()).all(&db)?);
    assert_eq!((artists[0].stage_name.as_str(), artists[0].albums()[0].title.as_str()), ("Nico", "Desertshore"));
    let albums = Album::query().filter(Album::title().starts_with("Des")).prefetch(Album::maker()).all(&db)?;
    assert_eq!(albums[0].maker().stage_name, "Nico");
    let sql = Album::query().filter(Album::artist().eq(1)).sql(&db).to_string();
    assert!(sql.contains("\"Album List\"") && sql.contains("\"ArtistRef\" = "), "{sql}");
    Ok(())
}

#[derive(Model, Debug)]
#[has_many(offices: Office, foreign_key = phone, references = phone)]
struct Desk {
    id: i64,
    #[model(unique)]
    phone: Option<i64>,
}

#[derive(Model, Debug)]
struct Office {
    id: i64,
    #[belongs_to(desk: Desk, references = phone)]
    phone: Option<i64>,
}

#[test]
fn a_foreign_key_to_a_column_that_may_be_null_leads_to_no_null() -> Result<()> {
    let db = db();
    db.create_tables::<(Desk, Office)>()?;
    for phone in [Some(11), None, Some(22), None] {
        NewDesk { phone }.insert(&db)?;
    }
    for phone in [None, Some(22), Some(11), Some(22)] {
        NewOffice { phone }.insert(&db)?;
    }
    for query in [Desk::query(), Desk::query().filter(Desk::id().gt(0))] {
        let desks = query.prefetch(Desk::offices()).all(&db)?;
        let offices = desks.iter().map(|desk| desk.offices().iter().map(|office| office.id).collect::<Vec<_>>());
        assert_eq!(offices.collect::<Vec<_>>(), [vec![3], vec![], vec![2, 4], vec![]]);
    }
    let offices = Office::query().prefetch(Office::desk()).all(&db)?;
    let desks = offices.iter().map(|office| office.desk().as_ref().map(|desk| desk.id));
    assert_eq!(desks.collect::<Vec<_>>(), [None, Some(3), Some(1), Some(3)]);
    assert_eq!(Desk::query().filter(Desk::offices().exists()).count(&db)?, 2);
    assert_eq!(Office::query().filter(!Office::desk().exists()).count(&db)?, 1);
    Ok(())
}

#[derive(Model, Debug)]
#[has_many(cities: City, foreign_key = country_code, references = code)]
struct Country {
    id: i64,
    #[model(unique)]
    code: String,
}

#[derive(Model, Debug)]
struct City {
    id: i64,
    name: String,
    #[belongs_to(country: Country, references = code)]
    country_code: Option<String>,
}

#[test]
fn a_foreign_key_to_a_unique_column_that_is_no_primary_key() -> Result<()> {
    let db = db();
    db.create_tables::<(City, Country)>()?;
    for code in ["DE", "FR"] {
        NewCountry { code: code.into() }.insert(&db)?;
    }
    for (name, code) in [("Lyon", Some("FR")), ("Bonn", Some("DE")), ("Ulm", Some("DE")), ("Atlantis", None)] {
        NewCity { name: name.into(), country_code: code.map(Into::into) }.insert(&db)?;
    }
    let cities = orm::assert_queries!(&db, 2, City::query().prefetch(City::country()).all(&db)?);
    let codes: Vec<_> = cities.iter().map(|city| city.country().as_ref().map(|found| found.id)).collect();
    assert_eq!(codes, [Some(2), Some(1), Some(1), None]);
    let countries = orm::assert_queries!(&db, 2, Country::query().prefetch(Country::cities()).all(&db)?);
    let names: Vec<Vec<_>> =
        countries.iter().map(|country| country.cities().iter().map(|city| city.name.as_str()).collect()).collect();
    assert_eq!(names, [vec!["Bonn", "Ulm"], vec!["Lyon"]]);
    Ok(())
}

#[test]
fn deleting_a_parent_does_what_its_relations_say() -> Result<()> {
    let db = university();
    Department::find(&db, 1)?.delete(&db)?;
    assert_eq!(Course::query().count(&db)?, 1, "courses cascade");
    assert_eq!(Student::find(&db, 1)?.department_id, None, "students are set null");
    assert_eq!(Enrollment::query().count(&db)?, 1, "links cascade with the courses");
    Ok(())
}

#[test]
fn a_relation_descriptor_can_be_used_again() -> Result<()> {
    let db = empty_university();
    let law = NewDepartment { name: "Law".into() }.insert(&db)?;
    NewStudent { first_name: "A".into(), last_name: "B".into(), department_id: Some(law.id) }.insert(&db)?;
    let relation = Department::students().order_by(Student::last_name().desc());
    for _ in 0..2 {
        let departments = Department::query().prefetch(relation.clone()).all(&db)?;
        assert_eq!(departments[0].students().len(), 1);
    }
    assert_eq!(relation.of(&law).count(&db)?, 1);
    Ok(())
}
