//! New rows of which most fields are left out.

use orm::{Model, Result, assert_queries, insert_many};

use crate::database::db;

/// Every field of a new row can be left out.
#[derive(Model, Clone, Debug, PartialEq)]
struct Profile {
    id: i64,
    nickname: Option<String>,
    #[model(default = 18)]
    age: i32,
    #[model(db_default = "en")]
    language: String,
    #[model(default = Some("none".to_owned()))]
    motto: Option<String>,
    #[model(version)]
    version: i64,
}

#[test]
fn a_new_row_of_which_every_field_can_be_left_out_has_a_default() -> Result<()> {
    let db = db();
    db.create_tables::<Profile>()?;
    let ada = NewProfile { nickname: Some("ada".into()), ..Default::default() }.insert(&db)?;
    let expected = Profile {
        id: ada.id,
        nickname: Some("ada".into()),
        age: 18,
        language: "en".into(),
        motto: Some("none".into()),
        version: 1,
    };
    assert_eq!(ada, expected);
    assert_eq!(Profile::find(&db, ada.id)?, expected);
    Ok(())
}

#[test]
fn a_new_row_may_leave_out_all_of_its_fields() -> Result<()> {
    let db = db();
    db.create_tables::<Profile>()?;
    let rows = assert_queries!(&db, 1, insert_many(&db, [NewProfile::default(), NewProfile::default()])?);
    assert_eq!(rows[0], Profile { id: rows[0].id, ..rows[1].clone() });
    assert_eq!((rows[0].nickname.as_deref(), rows[0].age, rows[0].language.as_str()), (None, 18, "en"));
    Ok(())
}

/// Two fields of a new row are required.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(constructor = new, table = "people")]
struct Person {
    id: i64,
    name: String,
    nickname: Option<String>,
    #[model(db_default = 0)]
    points: i64,
    r#type: i32,
    born: Option<i64>,
}

#[test]
fn a_constructor_takes_the_required_fields_and_leaves_out_the_others() -> Result<()> {
    let db = db();
    db.create_tables::<Person>()?;
    let ada = NewPerson { born: Some(1815), ..NewPerson::new("Ada".into(), 7) }.insert(&db)?;
    let expected = Person { id: ada.id, name: "Ada".into(), nickname: None, points: 0, r#type: 7, born: Some(1815) };
    assert_eq!(ada, expected);
    assert_eq!(Person::find(&db, ada.id)?, expected);
    Ok(())
}
