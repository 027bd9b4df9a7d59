//! The program text of the chapter on models.

use crate::chapter::Chapter;

#[test]
fn chapter() -> Result<(), Box<dyn std::error::Error>> {
    let mut chapter = Chapter::open("01-models");
    program::run()?;
    let db = crate::school()?;
    chapter.shows("sql", schema(&db));
    differences(&mut chapter)?;
    chapter.shows("mermaid", diagram());
    chapter.shows("sql", defaults::are_taken()?);
    constructor::leaves_out()?;
    chapter.shows("sql", generated::columns()?);
    keys::text()?;
    keys::newtype()?;
    keys::several(&db)?;
    names::two_relations()?;
    taken::names_are_left_alone()?;
    existing::is_read()?;
    derived::are_stored()?;
    values::are_checked()?;
    chapter.close();
    Ok(())
}

mod program {
    pub(super) fn run() -> orm::Result<()> {
        main()
    }

    use orm::{Db, Model};

    #[derive(Model)]
    #[has_many(students: Student)]
    struct Department {
        id: i64,
        name: String,
    }

    #[derive(Model)]
    struct Student {
        id: i64,
        name: String,
        #[belongs_to(department: Department)]
        department_id: Option<i64>,
    }

    fn main() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<(Department, Student)>()?;
        let maths = NewDepartment { name: "Mathematics".into() }.insert(&db)?;
        NewStudent { name: "Ada".into(), department_id: Some(maths.id) }.insert(&db)?;

        for department in Department::query().prefetch(Department::students()).all(&db)? {
            println!("{}: {} student(s)", department.name, department.students().len());
        }
        Ok(())
    }
}

fn schema(db: &orm::Db) -> String {
    use crate::{Enrollment, Student};
    let statements = db.create_sql::<(Student, Enrollment)>();
    statements.join(";\n") + ";"
}

fn differences(chapter: &mut Chapter) -> orm::Result<()> {
    use crate::{Department, Syllabus};

    let db = &orm::Db::memory()?;
    orm::sql("CREATE TABLE departments (id INTEGER PRIMARY KEY, name TEXT)").execute(db)?;
    db.create_tables::<crate::Course>()?;
    orm::sql("CREATE TABLE syllabuses (id INTEGER PRIMARY KEY, course_id INTEGER NOT NULL UNIQUE)").execute(db)?;
    for difference in db.check::<(Department, Syllabus)>()? {
        println!("{difference}");
    }
    let lines: Vec<String> = db.check::<(Department, Syllabus)>()?.iter().map(ToString::to_string).collect();
    chapter.shows("text", lines.join("\n"));
    Ok(())
}

fn diagram() -> String {
    use crate::{Course, Department, Enrollment, Student, Syllabus};
    let text = orm::diagram::<(Department, Course, Student, Enrollment, Syllabus)>().mermaid();
    text.trim_end().to_owned()
}

mod defaults {
    use orm::{Db, Model};

    #[derive(Model)]
    #[model(check = "words >= 0")]
    struct Article {
        id: i64,
        title: String,
        #[model(default = "draft".to_owned())]
        state: String,
        #[model(db_default = 100)]
        words: i32,
        #[model(db_default = sql("CURRENT_TIMESTAMP"))]
        created: String,
    }

    pub(super) fn are_taken() -> orm::Result<String> {
        let db = Db::memory()?;
        db.create_tables::<Article>()?;
        let draft = NewArticle { title: "New".into(), state: None, words: None, created: None }.insert(&db)?;
        let notes = NewArticle { title: "Notes".into(), state: None, words: Some(7), created: Some("1843".into()) }
            .insert(&db)?;
        assert_eq!((draft.words, draft.state.as_str(), notes.created.as_str()), (100, "draft", "1843"));
        assert_eq!((draft.id, draft.title.as_str(), draft.created.len()), (1, "New", 19));
        Ok(db.create_sql::<Article>().join(";\n") + ";")
    }
}

mod generated {
    use orm::{Db, Model};

    #[derive(Model)]
    struct Parcel {
        id: i64,
        width: i64,
        height: i64,
        #[model(generated = "width * height")]
        area: i64,
    }

    pub(super) fn columns() -> orm::Result<String> {
        let db = Db::memory()?;
        db.create_tables::<Parcel>()?;
        let parcel = NewParcel { width: 3, height: 4 }.insert(&db)?;
        let wider = parcel.edit(&db, |parcel| parcel.width = 5)?;
        assert_eq!((parcel.area, wider.area), (12, 20));
        assert_eq!((wider.id, wider.width, wider.height), (parcel.id, 5, 4));
        Ok(db.create_sql::<Parcel>().join(";\n") + ";")
    }
}

mod constructor {
    use orm::{Db, Model};

    #[derive(Model)]
    #[model(constructor = new, table = "people")]
    struct Person {
        id: i64,
        name: String,
        email: Option<String>,
        phone: Option<String>,
        #[model(default = 1)]
        level: i32,
    }

    pub(super) fn leaves_out() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<Person>()?;
        let ada = NewPerson { email: Some("ada@example.org".into()), ..NewPerson::new("Ada".into()) }.insert(&db)?;
        assert_eq!((ada.phone, ada.level), (None, 1));
        Ok(())
    }
}

mod keys {
    use orm::{ColumnType, Db, Model};

    use crate::Enrollment;

    #[derive(Model)]
    struct Country {
        #[model(primary_key)]
        code: String,
        name: String,
    }

    pub(super) fn text() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<(Country,)>()?;
        NewCountry { code: "fr".into(), name: "France".into() }.insert(&db)?;
        let france = Country::find(&db, "fr")?;
        assert_eq!(france.name, "France");
        Ok(())
    }

    #[derive(ColumnType, Clone, Copy, Debug, PartialEq)]
    struct UserId(i64);

    #[derive(Model)]
    #[has_many(posts: Post, foreign_key = author_id)]
    struct User {
        #[model(generated)]
        id: UserId,
        name: String,
    }

    #[derive(Model)]
    struct Post {
        id: i64,
        #[belongs_to(author: User)]
        author_id: UserId,
    }

    pub(super) fn newtype() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<(User, Post)>()?;
        let ada: User = NewUser { name: "Ada".into() }.insert(&db)?;
        NewPost { author_id: ada.id }.insert(&db)?;
        assert_eq!(User::find(&db, UserId(1))?.name, "Ada");
        Ok(())
    }

    pub(super) fn several(db: &Db) -> orm::Result<()> {
        let enrollment = Enrollment::find(db, (1, 2))?;
        assert_eq!(enrollment.grade, Some(95));
        Ok(())
    }
}

mod names {
    use orm::{Db, Model};

    #[derive(Model)]
    #[model(table = "clubs")]
    #[has_many(home_games: Game, foreign_key = home_id)]
    #[has_many(away_games: Game, foreign_key = guest_id)]
    struct Team {
        id: i64,
        #[model(column = "full_name")]
        name: String,
    }

    #[derive(Model)]
    struct Game {
        id: i64,
        #[belongs_to(home: Team)]
        home_id: i64,
        #[belongs_to(guest: Team)]
        guest_id: i64,
    }

    pub(super) fn two_relations() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<(Team, Game)>()?;
        let [reds, blues] =
            [NewTeam { name: "Reds".into() }.insert(&db)?, NewTeam { name: "Blues".into() }.insert(&db)?];
        NewGame { home_id: reds.id, guest_id: blues.id }.insert(&db)?;
        let teams = Team::query().prefetch(Team::home_games()).prefetch(Team::away_games()).all(&db)?;
        assert_eq!(
            teams.iter().map(|team| (team.home_games().len(), team.away_games().len())).collect::<Vec<_>>(),
            [(1, 0), (0, 1)]
        );
        let games = Game::query().prefetch(Game::home()).prefetch(Game::guest()).all(&db)?;
        assert_eq!((&*games[0].home().name, &*games[0].guest().name), ("Reds", "Blues"));
        Ok(())
    }
}

mod taken {
    use orm::{Db, Model};

    /// A form that people fill in.
    struct NewMember {
        nickname: String,
    }

    #[derive(Model)]
    #[model(new = MemberDraft)]
    struct Member {
        id: i64,
        #[model(accessor = nickname_column)]
        nickname: String,
    }

    impl Member {
        fn nickname(&self) -> &str {
            &self.nickname
        }
    }

    pub(super) fn names_are_left_alone() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<Member>()?;
        let form = NewMember { nickname: "Ada".into() };
        let ada = MemberDraft { nickname: form.nickname }.insert(&db)?;
        let found = Member::query().filter(Member::nickname_column().eq(ada.nickname())).one(&db)?;
        assert_eq!((found.id, found.nickname()), (ada.id, "Ada"));
        Ok(())
    }
}

mod existing {
    use orm::{Db, Model};

    #[derive(Model)]
    #[model(table = "Playlist", rename_all = "PascalCase")]
    #[many_to_many(tracks: Track, through = "PlaylistTrack", left = "PlaylistId", right = "TrackId")]
    struct Playlist {
        #[model(primary_key)]
        playlist_id: i64,
        name: Option<String>,
    }

    #[derive(Model)]
    #[model(table = "Track", rename_all = "PascalCase")]
    struct Track {
        #[model(primary_key)]
        track_id: i64,
        name: String,
    }

    fn playlists(path: &str) -> orm::Result<()> {
        let db = Db::sqlite().read_only().open(path)?;
        for playlist in Playlist::query().prefetch(Playlist::tracks()).all(&db)? {
            println!("{:?}: {} tracks", playlist.name, playlist.tracks().len());
        }
        Ok(())
    }

    pub(super) fn is_read() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("music.sqlite");
        rusqlite::Connection::open(&path)?.execute_batch(
            "CREATE TABLE Playlist (PlaylistId INTEGER PRIMARY KEY, Name NVARCHAR(120));
             CREATE TABLE Track (TrackId INTEGER PRIMARY KEY, Name NVARCHAR(200) NOT NULL);
             CREATE TABLE PlaylistTrack (PlaylistId INTEGER, TrackId INTEGER, PRIMARY KEY (PlaylistId, TrackId));
             INSERT INTO Playlist VALUES (1, 'Evening');
             INSERT INTO Track VALUES (7, 'Sinnerman');
             INSERT INTO PlaylistTrack VALUES (1, 7);",
        )?;
        playlists(path.to_str().ok_or("a path that is text")?)?;
        Ok(())
    }
}

mod derived {
    use orm::{ColumnType, Db, Model};

    #[derive(ColumnType, Clone, Debug, PartialEq)]
    struct RoomCode(String);

    #[derive(ColumnType, Clone, Debug, PartialEq)]
    #[column(text)]
    enum State {
        Free,
        #[column(rename = "shut")]
        Closed,
    }

    #[derive(ColumnType, Clone, Debug, PartialEq)]
    #[column(integer)]
    enum Size {
        Small = 10,
        Large = 20,
    }

    #[derive(Model)]
    struct Room {
        #[model(primary_key)]
        code: RoomCode,
        state: State,
        size: Option<Size>,
    }

    pub(super) fn are_stored() -> orm::Result<()> {
        let db = &Db::memory()?;
        db.create_tables::<(Room,)>()?;
        NewRoom { code: RoomCode("A1".into()), state: State::Free, size: Some(Size::Large) }.insert(db)?;
        let free = Room::query().filter(Room::state().eq(State::Free) & Room::code().starts_with("A")).all(db)?;
        assert_eq!(free[0].size, Some(Size::Large));
        NewRoom { code: RoomCode("B2".into()), state: State::Closed, size: Some(Size::Small) }.insert(db)?;
        let stored: Vec<(String, i64)> = orm::sql("SELECT state, size FROM rooms ORDER BY code").tuples(db)?;
        assert_eq!(stored, [("free".to_owned(), 20), ("shut".to_owned(), 10)]);
        Ok(())
    }
}

mod values {
    use orm::{ColumnType, Db, Mismatch, Model, Required, SqlType, Value, ValueRef};

    #[derive(Clone, Debug, PartialEq)]
    struct Semester(u8);

    impl ColumnType for Semester {
        const SQL_TYPE: SqlType = u8::SQL_TYPE;
        type Presence = Required;

        fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
            match u8::decode(value)? {
                number @ 1..=12 => Ok(Semester(number)),
                _ => Err(Mismatch::Refused("a semester is a number from 1 to 12".into())),
            }
        }

        fn encode(&self) -> Result<Value<'_>, Mismatch> {
            self.0.encode()
        }
    }

    #[derive(Model)]
    struct Plan {
        id: i64,
        semester: Semester,
        repeated: Option<Semester>,
    }

    pub(super) fn are_checked() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<(Plan,)>()?;
        let plan = NewPlan { semester: Semester(3), repeated: None }.insert(&db)?;
        assert_eq!((plan.id, &plan.semester, &plan.repeated), (1, &Semester(3), &None));
        assert_eq!(Plan::query().filter(Plan::semester().eq(Semester(3))).count(&db)?, 1);
        NewPlan { semester: Semester(13), repeated: None }.insert(&db).map(|_| ()).expect_err("13 is refused");
        Ok(())
    }
}
