use orm::Model;

#[derive(Model)]
struct Person {
    id: i64,
    #[belongs_to(parent: Person, references = cod)]
    parent_code: String,
    code: String,
    #[belongs_to(other: Team, references = cod)]
    team_code: String,
}

#[derive(Model)]
struct Team {
    id: i64,
    code: String,
}

fn main() {}
