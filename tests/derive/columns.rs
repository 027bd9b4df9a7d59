//! Columns: private types in public models, and key types by other names.
#![allow(unreachable_pub, reason = "the models of a library, in a test")]

use orm::{ColumnType, Db, KeyType, Mismatch, Model, Required, Result, SqlType, Value, ValueRef};

/// A public model with a private field of a private type.
#[derive(Model)]
pub struct Account {
    pub id: i64,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Kind(i64);

impl ColumnType for Kind {
    const SQL_TYPE: SqlType = SqlType::Int64;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> std::result::Result<Self, Mismatch> {
        i64::decode(value).map(Kind)
    }

    fn encode(&self) -> std::result::Result<Value<'_>, Mismatch> {
        self.0.encode()
    }
}

impl KeyType for Kind {}

#[test]
fn a_private_type_in_a_public_model() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Account>()?;
    NewAccount { kind: Kind(7) }.insert(&db)?;
    assert_eq!(Account::query().filter(Account::kind().eq(Kind(7))).one(&db)?.kind, Kind(7));
    Ok(())
}

type Code = String;
type Maybe<T> = Option<T>;

/// The types of keys under other names: only the type matters.
#[derive(Model)]
#[has_many(cities: City, foreign_key = country_code)]
struct Country {
    #[model(primary_key)]
    code: Code,
    kind: Kind,
}

#[derive(Model)]
struct City {
    id: i64,
    #[belongs_to(country: Country, on_delete = set_null)]
    country_code: Maybe<std::string::String>,
}

#[test]
fn keys_by_other_names() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(Country, City)>()?;
    let country = NewCountry { code: "de".into(), kind: Kind(1) }.insert(&db)?;
    let city = NewCity { country_code: Some(country.code.clone()) }.insert(&db)?;
    let countries = Country::query().prefetch(Country::cities()).all(&db)?;
    assert_eq!(countries[0].cities()[0].id, city.id);
    assert_eq!(countries[0].kind, Kind(1));
    let cities = City::query().prefetch(City::country()).all(&db)?;
    assert_eq!(cities[0].country().as_ref().map(|country| country.code.as_str()), Some("de"));
    Ok(())
}
