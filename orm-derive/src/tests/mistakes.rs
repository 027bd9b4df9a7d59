//! The messages about mistakes, without rustc. `tests/ui` shows their places.

use super::input;
use crate::diagnostic::Errors;
use crate::model::{parse, validate};

fn messages(text: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let model = parse::model(&input(text), &mut errors);
    validate::model(&model, &mut errors);
    errors.messages()
}

#[test]
fn a_model_without_mistakes_has_no_message() {
    assert_eq!(messages("struct Student { id: i64, name: String }"), [""; 0]);
}

#[test]
fn all_mistakes_are_found_at_once() {
    let text = "
        #[model(tabel = \"people\")]
        struct Person {
            #[model(colum = \"n\")] name: String,
            #[belongs_to(friend: Person, on_delete = vanish)] friend_id: i64,
        }";
    let found = messages(text);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].contains("did you mean `table`?"), "{found:#?}");
}

#[test]
fn a_word_that_cannot_be_read_does_not_make_its_default_a_mistake() {
    let text = "#[model(primary_key = name)] struct Person { name: String }";
    assert_eq!(messages(text).len(), 1);
}

#[test]
fn the_side_that_holds_the_key_says_that_it_has_no_index() {
    let on_field = |words| {
        format!("struct Post {{ id: i64, #[belongs_to(author: Author, {words})] author_id: i64, kind: String }}")
    };
    assert_eq!(messages(&on_field("index = false")), [""; 0]);
    let twice = "the key of a relation has an index unless the attribute says otherwise; leave out `= true`";
    assert_eq!(messages(&on_field("index = true")), [twice]);
    assert_eq!(messages(&on_field("tag = kind, index = false")), [""; 0]);

    let on_struct = |attribute| format!("#[{attribute}] struct Post {{ id: i64 }}");
    let bare = "many_to_many(tags: Tag, through = \"post_tags\", index = false)";
    assert_eq!(messages(&on_struct(bare)), [""; 0]);
    let between = "`index` belongs in the intermediate model; write `index = false` in its `#[belongs_to(..)]`";
    assert_eq!(messages(&on_struct("many_to_many(tags: Tag, through = PostTag, index = false)")), [between]);
    let other = "`index` belongs on the side that holds the key; write `index = false` in its `#[belongs_to(..)]`, or \
                 `#[model(index = false)]` on the field if it has none";
    assert_eq!(messages(&on_struct("has_many(comments: Comment, index = false)")), [other]);
}

#[test]
fn a_crate_is_no_type() {
    for path in ["Self", "Self::orm", "database::Self"] {
        let found = messages(&format!("#[model(crate = {path})] struct Person {{ id: i64 }}"));
        assert_eq!(found, ["`Self` is a type; write the path of a crate or of a module"], "{path}");
    }
    assert_eq!(messages("#[model(crate = self::database)] struct Person { id: i64 }"), [""; 0]);
}

#[test]
fn a_mistake_does_not_hide_those_after_it_in_the_list() {
    let text = "#[model(table = 5, colour, schema = people)] struct Person { id: i64 }";
    assert_eq!(messages(text).len(), 3);
}

#[test]
fn defaults_follow_the_names() {
    let mut errors = Errors::default();
    let parsed = parse::model(&input("struct HTTPServer { id: i64, r#type: String }"), &mut errors);
    let columns: Vec<String> = parsed.columns.into_iter().map(|column| column.sql).collect();
    assert_eq!((parsed.table.as_str(), columns), ("http_servers", vec!["id".to_owned(), "type".to_owned()]));
}

#[test]
fn the_database_assigns_a_single_integer_key() {
    for (text, generated) in [
        ("struct A { id: i64 }", true),
        ("struct A { #[model(primary_key)] number: u32 }", true),
        ("#[model(primary_key(number))] struct A { number: core::primitive::i32 }", true),
        ("struct A { id: String }", false),
        ("#[model(primary_key(a, b))] struct A { a: i64, b: i64 }", false),
        ("struct A { #[belongs_to(b: B)] #[model(primary_key)] b_id: i64 }", false),
    ] {
        let parsed = parse::model(&input(text), &mut Errors::default());
        assert_eq!(parsed.generated_key(), generated, "{text}");
    }
}
