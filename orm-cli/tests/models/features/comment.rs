use orm::Model;

/// A row of `comments`.
// `subject_type` and `subject_id` look like a polymorphic relation: `#[derive(Polymorphic)]` makes
// an enum of the models that it leads to, and `#[belongs_to(subject: .., tag = .., index = false)]`
// the relation.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "comments")]
#[model(index(subject_type, subject_id))]
#[has_many(children: Comment, foreign_key = parent_id)]
pub struct Comment {
    pub id: i64,
    pub subject_type: String,
    pub subject_id: i64,
    #[belongs_to(parent: Comment, on_delete = cascade)]
    pub parent_id: Option<i64>,
    pub body: String,
}
