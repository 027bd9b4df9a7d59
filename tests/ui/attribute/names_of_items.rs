//! Names of generated items that are invalid or taken; each mistake causes one message.

use orm::{Db, Model};

#[derive(Model)]
#[model(new = "Draft", relations)]
struct Quoted {
    id: i64,
}

#[derive(Model)]
#[model(new = type, loaded = Self)]
struct Keywords {
    id: i64,
    #[model(accessor = struct)]
    name: String,
}

#[derive(Model)]
#[model(loaded = none)]
struct WithoutLoaded {
    id: i64,
}

#[derive(Model)]
#[model(new = Draft, new = none)]
struct Twice {
    id: i64,
}

#[derive(Model)]
#[model(relations = Links)]
struct WithoutRelations {
    id: i64,
}

#[derive(Model)]
#[model(update = save)]
struct WithoutVersion {
    id: i64,
}

#[derive(Model)]
#[model(new = none, constructor = new)]
struct WithoutNew {
    id: i64,
}

#[derive(Model)]
#[model(new = NamedAsAnotherLoaded)]
struct NamedAsAnother {
    id: i64,
}

#[derive(Model)]
#[model(loaded = NamedAsItself)]
struct NamedAsItself {
    id: i64,
}

#[derive(Model)]
#[model(loaded = Both, relations = Both)]
#[has_many(children: NamedAsEachOther, foreign_key = parent_id)]
struct NamedAsEachOther {
    id: i64,
    parent_id: i64,
}

#[derive(Model)]
#[model(update = save)]
struct NamedAsColumn {
    id: i64,
    save: bool,
    #[model(version)]
    version: i64,
}

#[derive(Model)]
struct OnField {
    #[model(new = Draft)]
    id: i64,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    NamedAsAnother::query().all(&db)?;
    NamedAsEachOther::query().prefetch(NamedAsEachOther::children()).all(&db)?;
    NamedAsItself::query().all(&db)?;
    Ok(())
}
