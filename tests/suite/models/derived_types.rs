//! Newtypes and enums as columns and keys.

use orm::{ColumnType, Db, Mismatch, Model, Result};

use crate::database::db;

#[derive(ColumnType, Clone, Debug, PartialEq)]
struct CountryCode(String);

#[derive(ColumnType, Clone, Copy, Debug, PartialEq)]
struct CityId(i64);

#[derive(ColumnType, Clone, Copy, Debug, PartialEq)]
#[column(text)]
enum Status {
    Active,
    OnLeave,
    #[column(rename = "gone away")]
    Gone,
}

#[derive(ColumnType, Clone, Copy, Debug, PartialEq)]
#[column(integer)]
enum Rank {
    Low = -10,
    High = 20,
}

#[derive(Model, Debug)]
#[has_many(cities: City)]
struct Country {
    #[model(primary_key)]
    code: CountryCode,
}

#[derive(Model, Debug)]
struct City {
    id: CityId,
    #[belongs_to(country: Country, references = code)]
    country_id: Option<CountryCode>,
    status: Status,
    rank: Option<Rank>,
}

fn world() -> Result<Db> {
    let db = db();
    db.create_tables::<(Country, City)>()?;
    let (code, id) = (CountryCode("de".into()), CityId(7));
    NewCountry { code: code.clone() }.insert(&db)?;
    NewCity { id, country_id: Some(code), status: Status::OnLeave, rank: Some(Rank::Low) }.insert(&db)?;
    NewCity { id: CityId(8), country_id: None, status: Status::Gone, rank: None }.insert(&db)?;
    Ok(db)
}

#[test]
fn newtypes_are_keys_when_what_they_hold_is() -> Result<()> {
    let db = world()?;
    let countries = Country::query().prefetch(Country::cities()).all(&db)?;
    assert_eq!(countries[0].cities()[0].id, CityId(7));
    let cities = City::query().prefetch(City::country()).order_by(City::id().asc()).all(&db)?;
    assert_eq!(cities[0].country().as_ref().map(|country| country.code.0.as_str()), Some("de"));
    assert!(cities[1].country().is_none());
    assert_eq!(City::find(&db, CityId(8))?.id, CityId(8));
    assert_eq!(Country::query().filter(Country::code().starts_with("d")).count(&db)?, 1);
    Ok(())
}

#[test]
fn enums_are_stored_as_they_say() -> Result<()> {
    let db = world()?;
    let leave = City::query().filter(City::status().eq(Status::OnLeave) & City::rank().lt(Rank::High)).one(&db)?;
    assert_eq!((leave.status, leave.rank), (Status::OnLeave, Some(Rank::Low)));
    assert_eq!(Status::Gone.encode(), Ok(orm::Value::Text("gone away".into())));
    assert_eq!(Status::OnLeave.encode(), Ok(orm::Value::Text("on_leave".into())));
    assert_eq!(Rank::Low.encode(), Ok(orm::Value::Int(-10)));
    Ok(())
}

#[test]
fn a_stored_value_of_no_variant_is_an_error_that_keeps_it_secret() -> Result<()> {
    let db = world()?;
    orm::sql("UPDATE cities SET status = 'secret' WHERE id = 7").execute(&db)?;
    let error = City::query().all(&db).unwrap_err();
    assert_eq!((error.table(), error.column()), (Some("cities"), Some("status")));
    assert!(error.to_string().ends_with("no variant of `Status` is stored as this"), "{error}");
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert_eq!(City::query().filter(City::status().eq(Status::Gone)).count(&db)?, 1, "the connection works on");
    let refused = Status::decode(orm::ValueRef::Text("secret"));
    assert_eq!(refused, Err(Mismatch::Refused("no variant of `Status` is stored as this".into())));
    assert_eq!(
        Rank::decode(orm::ValueRef::Int(15)),
        Err(Mismatch::Refused("no variant of `Rank` is stored as this".into()))
    );
    assert_eq!(Rank::decode(orm::ValueRef::Text("10")), Err(Mismatch::Kind { found: "text" }));
    assert_eq!(Status::decode(orm::ValueRef::Null), Err(Mismatch::UnexpectedNull));
    Ok(())
}
