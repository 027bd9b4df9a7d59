//! Relations whose keys are several columns.

use orm::{Db, Model, Result};

use crate::database::{Shared, db, either};
use crate::support::compare::{assert_as_lazy, roots};

/// The key of a person is a country's code and a number in the country.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(country, number))]
#[has_many(memberships: Membership, foreign_key = (person_country, person_number))]
#[many_to_many(
    groups: Group,
    through = Membership,
    left = (person_country, person_number),
    right = (group_country, group_number)
)]
struct Person {
    country: String,
    number: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(country, number))]
#[many_to_many(
    people: Person,
    through = Membership,
    left = (group_country, group_number),
    right = (person_country, person_number)
)]
struct Group {
    country: String,
    number: i64,
    title: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(person: Person, foreign_key = (person_country, person_number))]
#[belongs_to(group: Group, foreign_key = (group_country, group_number))]
struct Membership {
    id: i64,
    person_country: String,
    person_number: i64,
    group_country: String,
    group_number: i64,
}

/// An invitation may have no guest yet.
#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(person: Person, foreign_key = (person_country, person_number))]
struct Invitation {
    id: i64,
    person_country: Option<String>,
    person_number: Option<i64>,
}

/// Keys whose concatenated parts would be equal, and texts that need quoting.
const PEOPLE: [(&str, i64, &str); 8] = [
    ("1", 12, "a"),
    ("11", 2, "b"),
    ("A", 1, "c"),
    ("A", 2, "d"),
    ("B", 1, "e"),
    ("\"\\", i64::MIN, "f"),
    ("é\u{1F600}\n\u{7f}", i64::MAX, "g"),
    ("[1,2]", (1 << 53) + 1, "h"),
];

const GROUPS: [(&str, i64); 3] = [("A", 2), ("A", 1), ("'", 0)];

/// Each person is in one group by its position. The first ones are in the last group as well.
fn clubs() -> Result<Db> {
    let db = db();
    db.create_tables::<(Person, Group, Membership, Invitation)>()?;
    for (country, number, name) in PEOPLE {
        Person { country: country.into(), number, name: name.into() }.insert(&db)?;
    }
    for (country, number) in GROUPS {
        Group { country: country.into(), number, title: format!("{country}/{number}") }.insert(&db)?;
    }
    let by_position = (0..PEOPLE.len() - 1).map(|person| (person, person % 2));
    for (person, group) in by_position.chain((0..3).map(|person| (person, 2))) {
        membership(&db, person, group)?;
    }
    Ok(db)
}

fn membership(db: &Db, person: usize, group: usize) -> Result<Membership> {
    let new = NewMembership {
        person_country: PEOPLE[person].0.into(),
        person_number: PEOPLE[person].1,
        group_country: GROUPS[group].0.into(),
        group_number: GROUPS[group].1,
    };
    new.insert(db)
}

#[test]
fn a_composite_foreign_key_leads_to_its_row() -> Result<()> {
    let db = &clubs()?;
    for root in roots(Membership::id()) {
        let query = root.prefetch(Membership::person()).prefetch(Membership::group());
        let memberships = orm::assert_queries!(db, 3, query.all(db)?);
        assert_as_lazy(
            &memberships,
            |membership| (**membership.person()).clone(),
            |membership| Membership::person().of(membership).one(db),
        );
        for membership in &memberships {
            let (person, group) = (membership.person(), membership.group());
            assert_eq!((&person.country, person.number), (&membership.person_country, membership.person_number));
            assert_eq!((&group.country, group.number), (&membership.group_country, membership.group_number));
        }
    }
    Ok(())
}

#[test]
fn a_composite_foreign_key_is_matched_in_all_its_columns_by_the_index() -> Result<()> {
    let file = Shared::new();
    let db = &file.open();
    db.create_tables::<(Person, Group, Membership, Invitation)>()?;
    for (country, number) in [("A", 1), ("A", 2), ("B", 1), ("B", 2)] {
        Person { country: country.into(), number, name: format!("{country}{number}") }.insert(db)?;
    }
    for (country, number) in [("A", 1), ("B", 2)] {
        NewInvitation { person_country: Some(country.into()), person_number: Some(number) }.insert(db)?;
    }
    // Rows that share one column with the wanted rows, and cannot be read: reading one would be an error.
    let spoil = either(
        r#"UPDATE "persons" SET "name" = x'00' WHERE ("country", "number") IN (('A', 2), ('B', 1))"#,
        r#"ALTER TABLE "persons" ALTER COLUMN "name" DROP NOT NULL;
        UPDATE "persons" SET "name" = NULL WHERE ("country", "number") IN (('A', 2), ('B', 1))"#,
    );
    file.run(spoil);
    assert!(Person::query().all(db).unwrap_err().is_decode());

    let recording = db.record();
    let invitations = Invitation::query().prefetch(Invitation::person()).all(db)?;
    let names: Vec<_> =
        invitations.iter().map(|row| row.person().as_ref().map(|person| person.name.as_str())).collect();
    assert_eq!(names, [Some("A1"), Some("B2")]);

    let statement = &recording.statements()[1];
    for part in [r#"t0."country" = "#, r#"t0."number" = "#] {
        assert_eq!(statement.matches(part).count(), 1, "{statement}");
    }
    let plan = file.query_plan(statement);
    let search = either("country=? AND number=?", "Index Cond: ((country = ");
    assert!(plan.iter().any(|step| step.contains(search)), "{plan:#?}");
    Ok(())
}

#[test]
fn a_composite_foreign_key_with_a_null_part_leads_nowhere() -> Result<()> {
    let db = &clubs()?;
    for (country, number) in [(Some("A"), None), (None, Some(1)), (None, None)] {
        NewInvitation { person_country: country.map(str::to_owned), person_number: number }.insert(db)?;
    }
    let query = Invitation::query().prefetch(Invitation::person().prefetch(Person::memberships()));
    let invitations = orm::assert_queries!(db, 1, query.all(db)?);
    assert!(invitations.iter().all(|invitation| invitation.person().is_none()));
    assert_as_lazy(
        &invitations,
        |invitation| invitation.person().as_deref().map(|person| Person::clone(person)),
        |invitation| Invitation::person().of(invitation).first(db),
    );

    NewInvitation { person_country: Some("A".into()), person_number: Some(1) }.insert(db)?;
    let invitations = orm::assert_queries!(db, 3, query.all(db)?);
    let found: Vec<bool> = invitations.iter().map(|invitation| invitation.person().is_some()).collect();
    assert_eq!(found, [false, false, false, true]);
    Ok(())
}

#[test]
fn a_has_many_over_a_composite_key_holds_its_own_rows() -> Result<()> {
    let db = &clubs()?;
    for root in roots(Person::country()) {
        let people = orm::assert_queries!(db, 2, root.prefetch(Person::memberships()).all(db)?);
        assert_as_lazy(
            &people,
            |person| person.memberships().to_vec(),
            |person| Person::memberships().of(person).all(db),
        );
        for person in &people {
            let own = |membership: &Membership| {
                (&membership.person_country, membership.person_number) == (&person.country, person.number)
            };
            assert!(person.memberships().iter().all(own));
        }
    }
    let people = Person::query().order_by(Person::name().asc()).prefetch(Person::memberships()).all(db)?;
    let numbers: Vec<usize> = people.iter().map(|person| person.memberships().len()).collect();
    assert_eq!(numbers, [2, 2, 2, 1, 1, 1, 1, 0]);
    Ok(())
}

#[test]
fn many_to_many_over_composite_keys_leads_both_ways() -> Result<()> {
    let db = &clubs()?;
    for root in roots(Person::country()) {
        let people = orm::assert_queries!(db, 2, root.prefetch(Person::groups()).all(db)?);
        assert_as_lazy(&people, |person| person.groups().to_vec(), |person| Person::groups().of(person).all(db));
    }
    for root in roots(Group::country()) {
        let groups = orm::assert_queries!(db, 2, root.prefetch(Group::people()).all(db)?);
        assert_as_lazy(&groups, |group| group.people().to_vec(), |group| Group::people().of(group).all(db));
    }
    let last = Group::query().filter(Group::country().eq("'")).prefetch(Group::people()).one(db)?;
    let names: Vec<&str> = last.people().iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    Ok(())
}

/// A folder of a volume, whose key is bytes.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(volume, number))]
#[has_many(files: File, foreign_key = (volume, folder))]
#[many_to_many(
    shared: Folder,
    through = Share,
    left = (owner_volume, owner_number),
    right = (folder_volume, folder_number)
)]
struct Folder {
    volume: Vec<u8>,
    number: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(parent: Folder, foreign_key = (volume, folder))]
struct File {
    id: i64,
    volume: Vec<u8>,
    folder: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(owner_volume, owner_number, folder_volume, folder_number))]
#[belongs_to(owner: Folder, foreign_key = (owner_volume, owner_number))]
#[belongs_to(folder: Folder, foreign_key = (folder_volume, folder_number))]
struct Share {
    owner_volume: Vec<u8>,
    owner_number: i64,
    folder_volume: Vec<u8>,
    folder_number: i64,
}

struct Files;

/// Bytes that are not text, are empty, or look like the digits of each other.
#[test]
fn composite_keys_may_hold_bytes() -> Result<()> {
    let file = Shared::new();
    let db = &file.open();
    db.create_tables::<(Folder, File, Share)>()?;
    let volumes: [&[u8]; 5] = [b"", b"\0", b"00", b"\xff\xfe", b"\"],[\""];
    let mut folders = Vec::new();
    for volume in volumes {
        for number in [0, 1] {
            folders.push(Folder { volume: volume.to_vec(), number }.insert(db)?);
        }
        NewFile { volume: volume.to_vec(), folder: Some(1) }.insert(db)?;
        NewFile { volume: volume.to_vec(), folder: None }.insert(db)?;
    }
    Folder::shared().link(db, &folders[0], &folders[2..])?;
    Folder::shared().unlink(db, &folders[0], [&folders[4], &folders[1], &folders[9]])?;
    Folder::shared().set(db, &folders[3], &folders[3..5])?;

    for root in roots(Folder::number()) {
        let query =
            root.prefetch(Folder::files()).prefetch(Folder::shared()).prefetch(Folder::files().count().named(Files));
        let folders = orm::assert_queries!(db, 4, query.all(db)?);
        assert_as_lazy(&folders, |folder| folder.files().to_vec(), |folder| Folder::files().of(folder).all(db));
        assert_as_lazy(&folders, |folder| folder.shared().to_vec(), |folder| Folder::shared().of(folder).all(db));
        assert!(folders.iter().all(|folder| *folder.named(Files) == folder.files().len() as u64));
    }
    // The forms of a limit for each parent use the same keys.
    for number in 0..3 {
        let query = Folder::query()
            .prefetch(Folder::files().order_by(File::id().desc()).limit(number))
            .prefetch(Folder::shared().order_by(Folder::volume().desc()).limit(number).offset(1));
        let folders = orm::assert_queries!(db, 3, query.all(db)?);
        assert_as_lazy(
            &folders,
            |folder| folder.files().to_vec(),
            |folder| Folder::files().order_by(File::id().desc()).limit(number).of(folder).all(db),
        );
        assert_as_lazy(
            &folders,
            |folder| folder.shared().to_vec(),
            |folder| {
                let shared = Folder::shared().order_by(Folder::volume().desc()).limit(number).offset(1);
                shared.of(folder).all(db)
            },
        );
    }
    let shared = Folder::query().prefetch(Folder::shared()).all(db)?;
    assert_eq!(shared.iter().map(|folder| folder.shared().len()).sum::<usize>(), 6 + 2);

    let recording = db.record();
    let files = File::query().prefetch(File::parent()).all(db)?;
    for file in &files {
        let found = file.parent().as_ref().map(|folder| (&folder.volume, folder.number));
        assert_eq!(found, file.folder.map(|number| (&file.volume, number)));
    }
    let statement = &recording.statements()[1];
    assert_eq!(
        File::query().prefetch(File::parent()).plan(db)?.root.steps[0].sql.as_ref().map(|sql| &sql.text),
        Some(statement)
    );
    let plan = file.query_plan(statement);
    let search = either("volume=? AND number=?", "Index Cond: ((volume = ");
    assert!(plan.iter().any(|step| step.contains(search)), "{plan:#?}");
    Ok(())
}
