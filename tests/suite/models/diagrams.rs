//! Diagrams of databases without models.

use expect_test::expect;
use orm::{Db, Result};

use crate::database::db;

/// A school whose tables no model created.
fn school() -> Result<Db> {
    let db = db();
    orm::sql("CREATE TABLE departments (id bigint NOT NULL PRIMARY KEY, name character varying NOT NULL UNIQUE)")
        .execute(&db)?;
    orm::sql(
        "CREATE TABLE courses (id bigint NOT NULL PRIMARY KEY, title character varying(20) NOT NULL, fee numeric(8,2),
             department_id bigint NOT NULL REFERENCES departments (id), begins timestamp with time zone,
             after_id bigint REFERENCES courses (id))",
    )
    .execute(&db)?;
    orm::sql(
        "CREATE TABLE syllabuses (course_id bigint NOT NULL PRIMARY KEY REFERENCES courses (id), text character varying NOT NULL)",
    )
    .execute(&db)?;
    orm::sql("CREATE TABLE rooms (id bigint NOT NULL PRIMARY KEY, course_id bigint REFERENCES courses (id))")
        .execute(&db)?;
    orm::sql("CREATE UNIQUE INDEX one_room ON rooms (course_id)").execute(&db)?;
    orm::sql(
        "CREATE TABLE \"taught with\" (course_id bigint NOT NULL, department_id bigint NOT NULL,
             PRIMARY KEY (course_id, department_id), FOREIGN KEY (course_id) REFERENCES courses (id),
             FOREIGN KEY (department_id) REFERENCES departments (id))",
    )
    .execute(&db)?;
    orm::sql("CREATE VIEW free_courses AS SELECT * FROM courses WHERE fee IS NULL").execute(&db)?;
    Ok(db)
}

#[test]
fn a_database_is_drawn_without_models() -> Result<()> {
    expect![[r#"
        erDiagram
            "courses" {
                bigint id PK
                character_varying(20) title
                numeric(8_2) fee "may be NULL"
                bigint department_id FK
                timestamp_with_time_zone begins "may be NULL"
                bigint after_id FK "may be NULL"
            }
            "departments" {
                bigint id PK
                character_varying name UK
            }
            "rooms" {
                bigint id PK
                bigint course_id FK, UK "may be NULL"
            }
            "syllabuses" {
                bigint course_id PK, FK
                character_varying text
            }
            "free_courses (view)" {
            }
            "departments" ||--o{ "courses" : "department_id"
            "courses" |o--o{ "courses" : "after_id"
            "courses" |o--o| "rooms" : "course_id"
            "courses" ||--o| "syllabuses" : "course_id"
            "courses" }o--o{ "departments" : "taught with"
    "#]]
    .assert_eq(&school()?.schema()?.mermaid());
    Ok(())
}

#[test]
fn graphviz_draws_a_database() -> Result<()> {
    let text = school()?.schema()?.dot();
    let has = |line: &str| assert!(text.lines().any(|other| other.trim() == line), "{text}");
    has(r#"<tr><td align="left">begins: timestamp with time zone?</td></tr>"#);
    has("<tr><td><b>free_courses</b> (view)</td></tr>");
    has("t0 -> t1 [label=<department_id>, arrowhead=teetee, arrowtail=crowodot, style=solid]");
    has("t2 -> t0 [label=<course_id>, arrowhead=teeodot, arrowtail=teeodot, style=solid]");
    has("t1 -> t0 [label=<taught with>, arrowhead=crowodot, arrowtail=crowodot, style=solid]");
    Ok(())
}

/// A join table is drawn as a line unless that would hide something: a column, or a reference to its rows.
#[test]
fn a_table_between_two_is_a_line_if_it_holds_nothing_else() -> Result<()> {
    let shape = |columns: &'static str, more: Option<&'static str>| {
        let db = db();
        orm::sql("CREATE TABLE a (id bigint NOT NULL PRIMARY KEY)").execute(&db)?;
        orm::sql("CREATE TABLE b (id bigint NOT NULL PRIMARY KEY)").execute(&db)?;
        let references = "a_id bigint NOT NULL REFERENCES a (id), b_id bigint NOT NULL REFERENCES b (id)";
        let between = format!("CREATE TABLE ab ({references}{columns})");
        orm::sql(orm::TrustedSql(between)).execute(&db)?;
        more.map(|more| orm::sql(orm::TrustedSql(more.to_owned())).execute(&db)).transpose()?;
        let diagram = db.schema()?.mermaid();
        let is_line = diagram.contains(r#""a" }o--o{ "b" : "ab""#);
        assert_ne!(is_line, diagram.contains(r#""ab" {"#), "{diagram}");
        Ok::<bool, orm::Error>(is_line)
    };
    assert!(shape(", PRIMARY KEY (a_id, b_id)", None)?);
    assert!(shape("", None)?);
    assert!(!shape(", note text, PRIMARY KEY (a_id, b_id)", None)?);
    assert!(!shape(", PRIMARY KEY (a_id)", None)?, "a row of `a` has one of `b`");
    let refers = "CREATE TABLE c (a_id bigint, b_id bigint, FOREIGN KEY (a_id, b_id) REFERENCES ab (a_id, b_id))";
    assert!(!shape(", PRIMARY KEY (a_id, b_id)", Some(refers))?);
    Ok(())
}

/// SQLite finds tables and columns by any case, PostgreSQL unless they are in quotes.
#[test]
fn references_lead_to_tables_by_any_spelling() -> Result<()> {
    let db = db();
    orm::sql("CREATE TABLE users (id bigint NOT NULL PRIMARY KEY)").execute(&db)?;
    orm::sql("CREATE TABLE posts (id bigint NOT NULL PRIMARY KEY, user_id bigint NOT NULL REFERENCES USERS (ID))")
        .execute(&db)?;
    orm::sql("CREATE UNIQUE INDEX one_post ON posts (USER_ID)").execute(&db)?;
    let schema = db.schema()?;
    let posts = schema.tables.iter().find(|table| table.name.name == "posts").expect("it is there");
    assert_eq!((&*posts.foreign_keys[0].table.name, &*posts.foreign_keys[0].references[0]), ("users", "id"));
    assert_eq!(posts.indexes[0].columns(), Some(vec!["user_id"]));
    assert!(schema.mermaid().contains(r#""users" ||--o| "posts" : "user_id""#), "{}", schema.mermaid());
    Ok(())
}

/// Names that other programs such as Prisma give, and keywords of SQL.
#[test]
fn names_of_other_programs_are_drawn() -> Result<()> {
    let db = db();
    orm::sql("CREATE TABLE \"Event\" (\"id\" integer NOT NULL PRIMARY KEY)").execute(&db)?;
    orm::sql("CREATE TABLE \"Tag\" (\"id\" integer NOT NULL PRIMARY KEY)").execute(&db)?;
    orm::sql(
        "CREATE TABLE \"_EventToTag\" (\"A\" integer NOT NULL REFERENCES \"Event\" (\"id\"), \"B\" integer NOT NULL,
             FOREIGN KEY (\"B\") REFERENCES \"Tag\" (\"id\"))",
    )
    .execute(&db)?;
    orm::sql("CREATE TABLE \"order\" (\"group\" date, \"select\" numeric(10, 2), \"a b\" date)").execute(&db)?;
    let diagram = db.schema()?.mermaid();
    let order = [
        "    \"order\" {",
        "        date group \"may be NULL\"",
        "        numeric(10_2) select \"may be NULL\"",
        "        date a_b \"a b, may be NULL\"",
        "    }",
    ];
    let order = order.join("\n");
    assert!(diagram.contains(&order), "{diagram}");
    assert!(diagram.contains(r#""Event" }o--o{ "Tag" : "_EventToTag""#), "{diagram}");
    Ok(())
}
