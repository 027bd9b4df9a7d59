use orm::Model;

#[derive(Model)]
struct Person {
    name: String,
}

// The model is used elsewhere; one mistake is still one message.
#[derive(Model)]
struct Team {
    id: i64,
    #[belongs_to(captain: Person)]
    captain_id: i64,
}

fn use_it(db: &orm::Db) -> orm::Result<()> {
    NewPerson { name: "Ada".into() }.insert(db)?;
    Person::query().filter(Person::name().eq("Ada")).all(db)?;
    Ok(())
}

fn main() {}
