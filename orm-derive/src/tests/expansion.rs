//! The expansion of a model, formatted for readers. `UPDATE_EXPECT=1 cargo test -p orm-derive` writes the files again.

use expect_test::expect_file;

use super::input;

#[test]
fn plain() {
    let text = "pub struct Student { id: i64, first_name: String, last_name: Option<String> }";
    expect_file!["expansion/plain.rs"].assert_eq(&expansion(text));
}

#[test]
fn all_kinds_of_relations() {
    let text = "
        #[has_many(courses: Course)]
        #[has_one(profile: Profile, foreign_key = owner_id)]
        #[many_to_many(tags: Tag, through = Tagging)]
        #[many_to_many(friends: Self, through = \"friendships\", left = \"one_id\", right = \"other_id\")]
        struct Teacher {
            id: i64,
            #[belongs_to(school: School, on_delete = cascade)]
            school_id: Option<i64>,
        }";
    expect_file!["expansion/relations.rs"].assert_eq(&expansion(text));
}

#[test]
fn all_options() {
    let text = "
        #[model(table = \"people\", schema = \"main\", rename_all = \"camelCase\", crate = my::orm)]
        #[model(primary_key(first_name, r#type), unique(first_name, born), index(born))]
        #[belongs_to(team: Team, foreign_key = (team_a, team_b), references = (a, b), on_delete = set_null)]
        pub(crate) struct Person {
            first_name: String,
            r#type: i32,
            #[model(index, column = \"birth\")]
            born: i64,
            #[model(unique, accessor = none)]
            team_a: Option<i64>,
            #[model(accessor = b)]
            team_b: Option<i64>,
        }";
    expect_file!["expansion/options.rs"].assert_eq(&expansion(text));
}

#[test]
fn version() {
    let text = "pub struct Page { id: i64, #[model(version)] version: i64 }";
    expect_file!["expansion/version.rs"].assert_eq(&expansion(text));
}

#[test]
fn moments() {
    let text =
        "pub struct Post { id: i64, #[model(created_at)] posted: Timestamp, #[model(updated_at)] edited: Timestamp }";
    expect_file!["expansion/moments.rs"].assert_eq(&expansion(text));
}

#[test]
#[cfg_attr(not(feature = "json"), ignore = "without the feature, JSON is a mistake")]
fn codecs() {
    let text = "
        struct Item {
            id: i64,
            #[model(with = Cents)]
            price: Money,
            #[model(json, default = Tags::new())]
            tags: Option<Tags>,
            #[model(skip)]
            in_cart: u32,
        }";
    expect_file!["expansion/codecs.rs"].assert_eq(&expansion(text));
}

#[test]
fn defaults() {
    let text = "
        #[model(check = \"a < 9\")]
        struct Setting {
            id: i64,
            #[model(default = 7)]
            a: i32,
            #[model(db_default = \"it's\", check = \"b <> ''\")]
            b: String,
            #[model(db_default = sql(\"now()\"))]
            c: Option<String>,
        }";
    expect_file!["expansion/defaults.rs"].assert_eq(&expansion(text));
}

#[test]
fn fallback() {
    expect_file!["expansion/fallback.rs"].assert_eq(&expansion("struct Person { name: String }"));
}

/// People read expansions, and rustc reads every one of them.
#[test]
fn a_model_of_six_columns_and_two_relations_stays_small() {
    let text = "
        #[many_to_many(courses: Course, through = Enrollment)]
        struct Student {
            id: i64, first_name: String, last_name: String, born: i64, email: Option<String>,
            #[belongs_to(department: Department)] department_id: Option<i64>,
        }";
    let expansion = expansion(text);
    let lines = expansion.lines().count();
    assert!(lines <= 420, "{lines} lines: {expansion}");
}

fn expansion(text: &str) -> String {
    let tokens = crate::model::derive(&input(text));
    match syn::parse2(tokens) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("{error}"),
    }
}
