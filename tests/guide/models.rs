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
    chapter.shows("sql", indexes::are_created()?);
    names::two_relations()?;
    taken::names_are_left_alone()?;
    chapter.shows("mermaid", existing::is_read()?);
    derived::are_stored()?;
    values::are_checked()?;
    chapter.close();
    Ok(())
}

mod program {
    pub(super) fn run() -> orm::Result<()> {
        main()
    }

    // ANCHOR: department
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
    // ANCHOR_END: department
}

fn schema(db: &orm::Db) -> String {
    use crate::{Enrollment, Student};
    // ANCHOR: schema
    let statements = db.create_sql::<(Student, Enrollment)>();
    // ANCHOR_END: schema
    statements.join(";\n") + ";"
}

fn differences(chapter: &mut Chapter) -> orm::Result<()> {
    use crate::{Department, Syllabus};

    let db = &orm::Db::memory()?;
    orm::sql("CREATE TABLE departments (id INTEGER PRIMARY KEY, name TEXT)").execute(db)?;
    db.create_tables::<crate::Course>()?;
    orm::sql("CREATE TABLE syllabuses (id INTEGER PRIMARY KEY, course_id INTEGER NOT NULL UNIQUE)").execute(db)?;
    // ANCHOR: differences
    for difference in db.check::<(Department, Syllabus)>()? {
        println!("{difference}");
    }
    // ANCHOR_END: differences
    let lines: Vec<String> = db.check::<(Department, Syllabus)>()?.iter().map(ToString::to_string).collect();
    chapter.shows("text", lines.join("\n"));
    Ok(())
}

fn diagram() -> String {
    use crate::{Course, Department, Enrollment, Student, Syllabus};
    // ANCHOR: diagram
    let text = orm::diagram::<(Department, Course, Student, Enrollment, Syllabus)>().mermaid();
    // ANCHOR_END: diagram
    text.trim_end().to_owned()
}

mod defaults {
    use orm::{Db, Model};

    // ANCHOR: article
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
    // ANCHOR_END: article

    pub(super) fn are_taken() -> orm::Result<String> {
        let db = Db::memory()?;
        db.create_tables::<Article>()?;
        // ANCHOR: new_articles
        let draft = NewArticle { title: "New".into(), state: None, words: None, created: None }.insert(&db)?;
        let notes = NewArticle { title: "Notes".into(), state: None, words: Some(7), created: Some("1843".into()) }
            .insert(&db)?;
        assert_eq!((draft.words, draft.state.as_str(), notes.created.as_str()), (100, "draft", "1843"));
        // ANCHOR_END: new_articles
        assert_eq!((draft.id, draft.title.as_str(), draft.created.len()), (1, "New", 19));
        Ok(db.create_sql::<Article>().join(";\n") + ";")
    }
}

mod generated {
    use orm::{Db, Model};

    // ANCHOR: parcel
    #[derive(Model)]
    struct Parcel {
        id: i64,
        width: i64,
        height: i64,
        #[model(generated = "width * height")]
        area: i64,
    }
    // ANCHOR_END: parcel

    pub(super) fn columns() -> orm::Result<String> {
        let db = Db::memory()?;
        db.create_tables::<Parcel>()?;
        // ANCHOR: parcel_area
        let parcel = NewParcel { width: 3, height: 4 }.insert(&db)?;
        let wider = parcel.edit(&db, |parcel| parcel.width = 5)?;
        assert_eq!((parcel.area, wider.area), (12, 20));
        // ANCHOR_END: parcel_area
        assert_eq!((wider.id, wider.width, wider.height), (parcel.id, 5, 4));
        Ok(db.create_sql::<Parcel>().join(";\n") + ";")
    }
}

mod constructor {
    use orm::{Db, Model};

    // ANCHOR: person
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
    // ANCHOR_END: person

    pub(super) fn leaves_out() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<Person>()?;
        // ANCHOR: new_person
        let ada = NewPerson { email: Some("ada@example.org".into()), ..NewPerson::new("Ada".into()) }.insert(&db)?;
        assert_eq!((ada.phone, ada.level), (None, 1));
        // ANCHOR_END: new_person
        Ok(())
    }
}

mod keys {
    use orm::{ColumnType, Db, Model};

    use crate::Enrollment;

    // ANCHOR: country
    #[derive(Model)]
    struct Country {
        #[model(primary_key)]
        code: String,
        name: String,
    }
    // ANCHOR_END: country

    // ANCHOR: warehouse
    #[derive(Model)]
    struct Warehouse {
        #[model(primary_key, generated = false)]
        number: i32,
        town: String,
    }
    // ANCHOR_END: warehouse

    pub(super) fn text() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<(Country, Warehouse)>()?;
        assert_eq!(NewWarehouse { number: 7, town: "Kano".into() }.insert(&db)?.number, 7);
        // ANCHOR: find_country
        NewCountry { code: "fr".into(), name: "France".into() }.insert(&db)?;
        let france = Country::find(&db, "fr")?;
        // ANCHOR_END: find_country
        assert_eq!(france.name, "France");
        Ok(())
    }

    // ANCHOR: user_id
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
    // ANCHOR_END: user_id

    pub(super) fn newtype() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<(User, Post)>()?;
        // ANCHOR: new_user
        let ada: User = NewUser { name: "Ada".into() }.insert(&db)?;
        NewPost { author_id: ada.id }.insert(&db)?;
        assert_eq!(User::find(&db, UserId(1))?.name, "Ada");
        // ANCHOR_END: new_user
        Ok(())
    }

    pub(super) fn several(db: &Db) -> orm::Result<()> {
        // ANCHOR: find_enrollment
        let enrollment = Enrollment::find(db, (1, 2))?;
        assert_eq!(enrollment.grade, Some(95));
        // ANCHOR_END: find_enrollment
        Ok(())
    }
}

mod indexes {
    use orm::{Db, Model, sql};

    // ANCHOR: loan
    #[derive(Model)]
    #[model(unique(copy_id, where = "returned_on IS NULL"), index(reader, lent_on))]
    struct Loan {
        id: i64,
        copy_id: i64,
        reader: String,
        #[model(index)]
        lent_on: String,
        #[model(unique)]
        receipt: Option<String>,
        returned_on: Option<String>,
    }
    // ANCHOR_END: loan

    pub(super) fn are_created() -> orm::Result<String> {
        let db = Db::memory()?;
        db.create_tables::<Loan>()?;
        // ANCHOR: latest_loans
        sql("CREATE INDEX latest_loans ON loans (lower(reader), lent_on DESC)").execute(&db)?;
        // ANCHOR_END: latest_loans
        let loan = |lent_on: &str, returned_on: Option<&str>| NewLoan {
            copy_id: 1,
            reader: "Ada".into(),
            lent_on: lent_on.into(),
            receipt: None,
            returned_on: returned_on.map(Into::into),
        };
        let [returned, open, second] =
            [loan("2024-03-01", Some("2024-03-09")), loan("2024-03-10", None), loan("2024-03-11", None)];
        assert_eq!([returned.insert(&db)?.id, open.insert(&db)?.id], [1, 2]);
        assert!(second.insert(&db).is_err_and(|error| error.is_unique_violation()));
        assert!(db.check::<Loan>()?.is_empty());
        Ok(db.create_sql::<Loan>().join(";\n") + ";")
    }
}

mod names {
    use orm::{Db, Model};

    // ANCHOR: team
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
    // ANCHOR_END: team

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

    // ANCHOR: new_member
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
    // ANCHOR_END: new_member

    pub(super) fn names_are_left_alone() -> orm::Result<()> {
        let db = Db::memory()?;
        db.create_tables::<Member>()?;
        // ANCHOR: member_draft
        let form = NewMember { nickname: "Ada".into() };
        let ada = MemberDraft { nickname: form.nickname }.insert(&db)?;
        let found = Member::query().filter(Member::nickname_column().eq(ada.nickname())).one(&db)?;
        // ANCHOR_END: member_draft
        assert_eq!((found.id, found.nickname()), (ada.id, "Ada"));
        Ok(())
    }
}

mod existing {
    use orm::{Db, Model};

    // ANCHOR: playlist
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
    // ANCHOR_END: playlist

    // ANCHOR: draw
    fn draw(path: &str) -> orm::Result<String> {
        let db = Db::sqlite().read_only().open(path)?;
        Ok(db.schema()?.mermaid())
    }
    // ANCHOR_END: draw

    pub(super) fn is_read() -> Result<String, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("music.sqlite");
        rusqlite::Connection::open(&path)?.execute_batch(
            "CREATE TABLE Playlist (PlaylistId INTEGER PRIMARY KEY, Name NVARCHAR(120));
             CREATE TABLE Track (TrackId INTEGER PRIMARY KEY, Name NVARCHAR(200) NOT NULL);
             CREATE TABLE PlaylistTrack (PlaylistId INTEGER NOT NULL REFERENCES Playlist, TrackId INTEGER NOT NULL
                 REFERENCES Track, PRIMARY KEY (PlaylistId, TrackId));
             INSERT INTO Playlist VALUES (1, 'Evening');
             INSERT INTO Track VALUES (7, 'Sinnerman');
             INSERT INTO PlaylistTrack VALUES (1, 7);",
        )?;
        let path = path.to_str().ok_or("a path that is text")?;
        playlists(path)?;
        Ok(draw(path)?)
    }
}

mod derived {
    use orm::{ColumnType, Db, Model};

    // ANCHOR: room_code
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
    // ANCHOR_END: room_code

    pub(super) fn are_stored() -> orm::Result<()> {
        let db = &Db::memory()?;
        db.create_tables::<(Room,)>()?;
        // ANCHOR: free_rooms
        NewRoom { code: RoomCode("A1".into()), state: State::Free, size: Some(Size::Large) }.insert(db)?;
        let free = Room::query().filter(Room::state().eq(State::Free) & Room::code().starts_with("A")).all(db)?;
        assert_eq!(free[0].size, Some(Size::Large));
        // ANCHOR_END: free_rooms
        NewRoom { code: RoomCode("B2".into()), state: State::Closed, size: Some(Size::Small) }.insert(db)?;
        let stored: Vec<(String, i64)> = orm::sql("SELECT state, size FROM rooms ORDER BY code").tuples(db)?;
        assert_eq!(stored, [("free".to_owned(), 20), ("shut".to_owned(), 10)]);
        Ok(())
    }
}

mod values {
    use orm::{ColumnType, Db, Mismatch, Model, Required, SqlType, Value, ValueRef};

    // ANCHOR: semester
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
    // ANCHOR_END: semester

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
