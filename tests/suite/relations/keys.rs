//! Keys of every type: text, bytes, narrow and extreme integers, uuids, and several columns together.

use orm::{Db, Model, Result};

use crate::database::{db, either};
use crate::schemas::university::{Course, Department, NewDepartment};

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(members: Member)]
#[many_to_many(sponsors: Sponsor, through = "sponsorships")]
struct Club {
    #[model(primary_key)]
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Member {
    id: i64,
    #[belongs_to(club: Club)]
    club_id: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(clubs: Club, through = "sponsorships")]
struct Sponsor {
    #[model(primary_key)]
    code: Vec<u8>,
}

/// Keys that are different, and that a wrong separator, escape or hash would make equal.
const AWKWARD: [&str; 9] = ["", " ", "a", "A", "a,b", "'; DROP TABLE clubs; --", "\"", "1", "ß\u{1F600}\u{1}x"];

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(players: Player)]
struct Squad {
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Player {
    #[model(primary_key)]
    name: String,
    #[belongs_to(squad: Squad)]
    squad_id: Option<i64>,
}

#[test]
fn a_list_without_rows_has_no_type_of_key() -> Result<()> {
    let db = db();
    db.create_tables::<(Club, Sponsor, Squad, Player)>()?;
    let (club, squad) = (Club { name: "a".into() }.insert(&db)?, NewSquad {}.insert(&db)?);
    let sponsor = Sponsor { code: vec![1] }.insert(&db)?;
    let player = Player { name: "Ada".into(), squad_id: Some(squad.id) }.insert(&db)?;
    let (nobody, no_sponsor): ([Player; 0], [Sponsor; 0]) = ([], []);
    Club::sponsors().link(&db, &club, [&sponsor])?;
    Club::sponsors().unlink(&db, &club, no_sponsor.clone())?;
    Squad::players().unlink(&db, &squad, nobody.clone())?;
    assert_eq!(Club::sponsors().of(&club).all(&db)?, [sponsor]);
    assert_eq!(Squad::players().of(&squad).all(&db)?, [player]);
    Club::sponsors().set(&db, &club, no_sponsor)?;
    Squad::players().set(&db, &squad, nobody)?;
    assert_eq!((Club::sponsors().of(&club).count(&db)?, Squad::players().of(&squad).count(&db)?), (0, 0));
    Ok(())
}

#[test]
fn texts_are_keys() -> Result<()> {
    let db = db();
    db.create_tables::<(Club, Member, Sponsor)>()?;
    for name in AWKWARD {
        Club { name: name.into() }.insert(&db)?;
        for club_id in [Some(name.to_owned()), None] {
            NewMember { club_id }.insert(&db)?;
        }
    }
    for query in [Club::query(), Club::query().filter(Club::name().ne("nothing"))] {
        let clubs = orm::assert_queries!(&db, 2, query.prefetch(Club::members()).all(&db)?);
        assert_eq!(clubs.len(), AWKWARD.len());
        for club in clubs {
            assert_eq!(club.members().len(), 1, "{:?}", club.name);
            assert_eq!(club.members()[0].club_id.as_ref(), Some(&club.name));
        }
    }
    let members = orm::assert_queries!(&db, 2, Member::query().prefetch(Member::club()).all(&db)?);
    for member in members {
        assert_eq!(member.club().as_ref().map(|club| &club.name), member.club_id.as_ref());
    }
    assert_eq!(Club::find(&db, "a,b")?.name, "a,b");
    assert!(Club::find(&db, "a,").unwrap_err().is_not_found());
    Ok(())
}

#[test]
fn bytes_and_texts_are_keys_of_a_join_table() -> Result<()> {
    let db = db();
    db.create_tables::<(Club, Member, Sponsor)>()?;
    let [a, b] = ["a", "b"].map(|name| Club { name: name.into() });
    let sponsors = [vec![], vec![0], vec![0, 255], b"a".to_vec()].map(|code| Sponsor { code });
    for club in [&a, &b] {
        club.insert(&db)?;
    }
    for sponsor in &sponsors {
        sponsor.insert(&db)?;
    }
    Club::sponsors().link(&db, &a, &sponsors)?;
    Sponsor::clubs().link(&db, &sponsors[3], [&b])?;
    let clubs = orm::assert_queries!(&db, 2, Club::query().prefetch(Club::sponsors()).all(&db)?);
    assert_eq!(clubs[0].sponsors().iter().cloned().collect::<Vec<_>>().len(), 4);
    assert_eq!(clubs[1].sponsors().to_vec(), sponsors[3..]);
    assert!(std::ptr::eq(
        &raw const clubs[1].sponsors()[0],
        clubs[0].sponsors().iter().find(|s| s.code == b"a").unwrap()
    ));
    let found = Sponsor::query().prefetch(Sponsor::clubs()).all(&db)?;
    assert_eq!(found.iter().map(|sponsor| sponsor.clubs().len()).collect::<Vec<_>>(), [1, 1, 1, 2]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(readings: Reading)]
struct Sensor {
    #[model(primary_key)]
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Reading {
    #[model(primary_key)]
    id: i64,
    #[belongs_to(sensor: Sensor)]
    sensor_id: i64,
}

#[test]
fn integers_at_the_ends_of_their_range_are_keys() -> Result<()> {
    let db = db();
    db.create_tables::<(Sensor, Reading)>()?;
    let ids = [i64::MIN, i64::MIN + 1, -1, 0, 1, (1 << 53) + 1, i64::MAX - 1, i64::MAX];
    for id in ids {
        Sensor { id }.insert(&db)?;
        Reading { id, sensor_id: id }.insert(&db)?;
    }
    for query in [Sensor::query(), Sensor::query().filter(Sensor::id().ge(i64::MIN))] {
        for query in [query.clone(), query.order_by(Sensor::id().desc())] {
            let sensors = query.prefetch(Sensor::readings()).all(&db)?;
            assert_eq!(sensors.len(), ids.len());
            assert!(sensors.iter().all(|row| row.readings().iter().map(|reading| reading.id).eq([row.id])));
        }
    }
    let readings = Reading::query().prefetch(Reading::sensor()).all(&db)?;
    assert!(readings.iter().all(|row| row.sensor().id == row.id));
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(narrow: Narrow)]
struct Wide {
    #[model(primary_key)]
    id: u8,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Narrow {
    id: i32,
    #[belongs_to(wide: Wide)]
    wide_id: u8,
}

#[test]
fn narrow_integers_are_keys_too() -> Result<()> {
    let db = db();
    db.create_tables::<(Wide, Narrow)>()?;
    for id in [0_u8, 7, 255] {
        Wide { id }.insert(&db)?;
        NewNarrow { wide_id: id }.insert(&db)?;
    }
    let found = Wide::query().prefetch(Wide::narrow().prefetch(Narrow::wide())).all(&db)?;
    assert!(found.iter().all(|wide| wide.narrow().len() == 1 && wide.narrow()[0].wide().id == wide.id));
    assert_eq!(Wide::find(&db, 255)?.id, 255);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(building, number))]
#[has_many(desks: Desk, foreign_key = (building, room))]
#[many_to_many(keys: DoorKey, through = "opens", left = ("building", "room"), right = "key_id")]
struct Room {
    building: String,
    number: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(in_room: Room, foreign_key = (building, room))]
struct Desk {
    id: i64,
    building: Option<String>,
    room: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(rooms: Room, through = "opens", left = "key_id", right = ("building", "room"))]
struct DoorKey {
    id: i64,
}

fn rooms() -> Result<Db> {
    let db = db();
    db.create_tables::<(Room, Desk, DoorKey)>()?;
    for building in AWKWARD {
        for number in [1, 2, i64::MIN, i64::MAX] {
            Room { building: building.into(), number }.insert(&db)?;
            NewDesk { building: Some(building.into()), room: Some(number) }.insert(&db)?;
        }
        NewDesk { building: Some(building.into()), room: None }.insert(&db)?;
    }
    NewDesk { building: None, room: Some(1) }.insert(&db)?;
    Ok(db)
}

#[test]
fn several_columns_are_one_key() -> Result<()> {
    let db = rooms()?;
    for query in [Room::query(), Room::query().filter(Room::number().ne(0))] {
        let rooms = orm::assert_queries!(&db, 2, query.prefetch(Room::desks()).all(&db)?);
        assert_eq!(rooms.len(), 4 * AWKWARD.len());
        for room in rooms {
            let desks: Vec<_> = room.desks().iter().map(|desk| (desk.building.clone(), desk.room)).collect();
            assert_eq!(desks, [(Some(room.building.clone()), Some(room.number))]);
        }
    }
    let found = Room::find(&db, ("a,b".to_owned(), 2))?;
    assert_eq!((found.building.as_str(), found.number), ("a,b", 2));
    found.delete(&db).unwrap_err();
    Ok(())
}

#[test]
fn a_key_with_a_null_part_leads_nowhere() -> Result<()> {
    let db = rooms()?;
    let desks = orm::assert_queries!(&db, 2, Desk::query().prefetch(Desk::in_room()).all(&db)?);
    for desk in &desks {
        let expected = desk.building.clone().zip(desk.room);
        assert_eq!(desk.in_room().as_ref().map(|room| (room.building.clone(), room.number)), expected);
    }
    let partial = Desk::query().filter(Desk::room().is_null() | Desk::building().is_null());
    let desks = orm::assert_queries!(&db, 1, partial.prefetch(Desk::in_room()).all(&db)?);
    assert_eq!(desks.len(), AWKWARD.len() + 1);
    assert!(desks.iter().all(|desk| desk.in_room().is_none()));
    Ok(())
}

#[test]
fn many_to_many_leads_over_keys_of_several_columns() -> Result<()> {
    let db = rooms()?;
    let master = DoorKey { id: 1 }.insert(&db)?;
    let spare = DoorKey { id: 2 }.insert(&db)?;
    let rooms = Room::query().filter(Room::building().in_(["a", "A"])).all(&db)?;
    DoorKey::rooms().link(&db, &master, &rooms)?;
    Room::keys().link(&db, &rooms[0], [&spare, &master])?;

    let keys = orm::assert_queries!(&db, 2, DoorKey::query().prefetch(DoorKey::rooms()).all(&db)?);
    assert_eq!(keys[0].rooms().to_vec(), rooms);
    assert_eq!(keys[1].rooms().to_vec(), rooms[..1]);
    let opened = orm::assert_queries!(&db, 2, Room::query().prefetch(Room::keys()).all(&db)?);
    let counts: usize = opened.iter().map(|room| room.keys().len()).sum();
    assert_eq!(counts, rooms.len() + 1);
    let alone = Room::keys().of(&rooms[0]).all(&db)?;
    assert_eq!(alone, [master, spare]);
    Ok(())
}

#[test]
fn a_limit_counts_for_each_key_of_several_columns() -> Result<()> {
    let db = rooms()?;
    for _ in 0..3 {
        NewDesk { building: Some("a".into()), room: Some(1) }.insert(&db)?;
    }
    let rooms = Room::query().prefetch(Room::desks().order_by(Desk::id().desc()).limit(2)).all(&db)?;
    for room in rooms {
        let many = room.building == "a" && room.number == 1;
        assert_eq!(room.desks().len(), if many { 2 } else { 1 });
        assert!(room.desks().iter().map(|desk| desk.id).is_sorted_by(|a, b| a > b));
    }
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(notices: Notice, foreign_key = floor, references = floor)]
struct Tenant {
    id: i64,
    floor: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Notice {
    id: i64,
    floor: i64,
}

#[test]
fn parents_that_share_a_key_share_its_rows() -> Result<()> {
    let db = db();
    // The referenced column is not unique, and the database has no foreign key for it.
    db.create_tables::<(Tenant, Notice)>()?;
    for floor in [2, 1, 2, 9] {
        NewTenant { floor }.insert(&db)?;
    }
    for floor in [2, 1, 2] {
        NewNotice { floor }.insert(&db)?;
    }
    for query in [Tenant::query(), Tenant::query().filter(Tenant::id().gt(0))] {
        let tenants = orm::assert_queries!(&db, 2, query.prefetch(Tenant::notices()).all(&db)?);
        let ids: Vec<Vec<i64>> =
            tenants.iter().map(|tenant| tenant.notices().iter().map(|notice| notice.id).collect()).collect();
        assert_eq!(ids, [vec![1, 3], vec![2], vec![1, 3], vec![]]);
        assert!(std::ptr::eq(&raw const tenants[0].notices()[1], &raw const tenants[2].notices()[1]));
        for tenant in &tenants {
            assert_eq!(tenant.notices().to_vec(), Tenant::notices().of(tenant).all(&db)?, "{tenant:?}");
        }
    }
    Ok(())
}

#[test]
fn a_foreign_key_of_another_kind_is_an_error() -> Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "departments")]
    #[has_many(courses: Course, foreign_key = department_id)]
    struct Named {
        id: i64,
        name: String,
    }
    #[derive(Model)]
    #[model(table = "courses")]
    struct TextCourse {
        id: i64,
        title: String,
        department_id: String,
    }
    let db = db();
    db.create_tables::<(Department, TextCourse)>()?;
    NewDepartment { name: "Law".into() }.insert(&db)?;
    NewTextCourse { title: "T".into(), department_id: "1".into() }.insert(&db)?;
    for query in [Named::query(), Named::query().filter(Named::id().gt(0))] {
        let error = query.prefetch(Named::courses()).all(&db).unwrap_err();
        // SQLite compares the two values, and PostgreSQL does not.
        let (column, state) = either((Some("department_id"), None), (None, Some("42883")));
        assert_eq!((error.column(), error.sqlstate()), (column, state), "{error}");
        assert_eq!(error.is_decode(), either(true, false));
    }
    let differences = db.check::<Course>()?;
    let said = either(
        "`courses.department_id` is `TEXT`, where `INTEGER` is expected",
        "`courses.department_id` is `text`, where `bigint` is expected",
    );
    assert!(differences[0].to_string().contains(said), "{}", differences[0]);
    Ok(())
}

#[cfg(feature = "uuid-1")]
mod uuids {
    use orm::{Model, Result};
    use uuid::Uuid;

    use super::db;

    #[derive(Model, Clone, Debug, PartialEq)]
    #[has_many(children: UuidChild, foreign_key = parent_id)]
    #[many_to_many(friends: UuidParent, through = "uuid_friends", left = "one", right = "other")]
    struct UuidParent {
        id: Uuid,
    }

    #[derive(Model, Clone, Debug, PartialEq)]
    struct UuidChild {
        id: i64,
        #[belongs_to(parent: UuidParent)]
        parent_id: Option<Uuid>,
    }

    #[test]
    fn uuids_are_keys() -> Result<()> {
        let db = db();
        db.create_tables::<(UuidParent, UuidChild)>()?;
        let ids = [Uuid::nil(), Uuid::from_u128(1), Uuid::from_u128(u128::MAX)];
        for id in ids {
            NewUuidParent { id }.insert(&db)?;
            NewUuidChild { parent_id: Some(id) }.insert(&db)?;
        }
        NewUuidChild { parent_id: None }.insert(&db)?;
        let [one, two, three] = ids.map(|id| UuidParent { id });
        UuidParent::friends().link(&db, &one, [&two, &three])?;

        let query = UuidParent::query().prefetch(UuidParent::children()).prefetch(UuidParent::friends());
        let parents = orm::assert_queries!(&db, 3, query.all(&db)?);
        assert!(parents.iter().all(|parent| parent.children()[0].parent_id == Some(parent.id)));
        assert_eq!(parents[0].friends().to_vec(), [two, three]);
        let children = UuidChild::query().prefetch(UuidChild::parent()).all(&db)?;
        assert!(children.iter().all(|child| child.parent().as_ref().map(|parent| parent.id) == child.parent_id));
        assert_eq!(UuidParent::find(&db, ids[1])?.id, ids[1]);
        Ok(())
    }
}

/// Both keys contain the tenant, which is one column of the join table.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(tenant, number))]
#[many_to_many(labels: Label, through = "task_labels", left = ("tenant", "task"), right = ("tenant", "label"))]
struct Task {
    tenant: i64,
    number: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(tenant, name))]
#[many_to_many(tasks: Task, through = "task_labels", left = ("tenant", "label"), right = ("tenant", "task"))]
struct Label {
    tenant: i64,
    name: String,
}

#[test]
fn keys_on_both_sides_of_a_link_share_a_column() -> Result<()> {
    let db = db();
    db.create_tables::<(Task, Label)>()?;
    assert_eq!(db.check::<(Task, Label)>()?, []);
    let task = |tenant, number| Task { tenant, number }.insert(&db);
    let label = |tenant, name: &str| Label { tenant, name: name.into() }.insert(&db);
    let [one, two, other] = [task(1, 1)?, task(1, 2)?, task(2, 1)?];
    let [red, blue, red_of_other] = [label(1, "red")?, label(1, "blue")?, label(2, "red")?];
    Task::labels().link(&db, &one, [&red, &blue])?;
    Label::tasks().link(&db, &blue, [&two])?;
    Task::labels().set(&db, &other, [&red_of_other])?;
    Task::labels().unlink(&db, &one, [&blue])?;
    let error = Task::labels().link(&db, &one, [&red_of_other]).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("differ in `task_labels.tenant`"), "{error}");
    let tasks = orm::assert_queries!(&db, 2, Task::query().prefetch(Task::labels()).all(&db)?);
    let held: Vec<Vec<Label>> = tasks.iter().map(|task| task.labels().to_vec()).collect();
    assert_eq!(held, [[red], [blue], [red_of_other]]);
    Ok(())
}
