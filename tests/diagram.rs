//! Diagrams of models and of structures. `UPDATE_EXPECT=1 cargo test --test diagram` writes the expected texts again.
#![expect(missing_docs, reason = "the models and names of a test explain themselves")]

use expect_test::expect;
use orm::Model;
use orm::structure::{Action, ColumnSchema, ForeignKey, Name, Schema, Table};

#[derive(Model)]
#[has_many(courses: Course)]
pub struct Department {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model)]
#[has_one(syllabus: Syllabus)]
#[many_to_many(students: Student, through = Enrollment)]
#[many_to_many(tags: Tag, through = "course_tags")]
pub struct Course {
    id: i64,
    title: String,
    #[belongs_to(department: Department, on_delete = cascade)]
    department_id: i64,
    #[belongs_to(prerequisite: Course)]
    prerequisite_id: Option<i64>,
}

#[derive(Model)]
pub struct Syllabus {
    id: i64,
    #[model(unique)]
    #[belongs_to(course: Course)]
    course_id: i64,
}

#[derive(Model)]
#[many_to_many(courses: Course, through = Enrollment)]
#[has_many(notes: Note)]
pub struct Student {
    id: i64,
    born: Option<f64>,
}

#[derive(Model)]
#[model(primary_key(student_id, course_id))]
pub struct Enrollment {
    #[belongs_to(student: Student)]
    student_id: i64,
    #[belongs_to(course: Course)]
    course_id: i64,
}

#[derive(Model)]
pub struct Tag {
    #[model(primary_key)]
    name: String,
}

/// The key is a plain field, which the database does not check.
#[derive(Model)]
pub struct Note {
    id: i64,
    student_id: i64,
    bytes: Vec<u8>,
}

#[test]
fn mermaid() {
    let diagram = orm::diagram::<(Department, Course, Syllabus, Student, Enrollment, Tag, Note)>();
    expect![[r#"
        erDiagram
            "departments" {
                int64 id PK
                text name UK
            }
            "courses" {
                int64 id PK
                text title
                int64 department_id FK
                int64 prerequisite_id FK "may be NULL"
            }
            "syllabuses" {
                int64 id PK
                int64 course_id FK, UK
            }
            "students" {
                int64 id PK
                real64 born "may be NULL"
            }
            "enrollments" {
                int64 student_id PK, FK
                int64 course_id PK, FK
            }
            "tags" {
                text name PK
            }
            "notes" {
                int64 id PK
                int64 student_id
                bytes bytes
            }
            "course_tags" {
                int64 course_id PK, FK
                text tag_id PK, FK
            }
            "departments" ||--o{ "courses" : "department"
            "courses" |o--o{ "courses" : "prerequisite"
            "courses" ||--o| "syllabuses" : "course"
            "students" ||--o{ "enrollments" : "student"
            "courses" ||--o{ "enrollments" : "course"
            "courses" ||--o{ "course_tags" : "Course.tags"
            "tags" ||--o{ "course_tags" : "Course.tags"
            "students" ||..o{ "notes" : "notes"
    "#]]
    .assert_eq(&diagram.mermaid());
}

/// The structure of models has the same diagram. Only the models contain the names of relations.
#[cfg(feature = "sqlite")]
#[test]
fn models_are_drawn_as_their_structure_with_names_of_relations() {
    type Models = (Department, Course, Syllabus, Student, Enrollment, Note);
    let lines = |text: String| text.lines().filter(|line| line.contains("--")).map(str::to_owned).collect::<Vec<_>>();
    let of_models = lines(orm::diagram::<Models>().mermaid());
    let of_structure = lines(orm::Engine::Sqlite.schema::<Models>().mermaid());
    assert!(of_models.contains(&r#"    "courses" ||--o| "syllabuses" : "course""#.to_owned()), "{of_models:#?}");
    assert!(
        of_structure.contains(&r#"    "courses" ||--o| "syllabuses" : "course_id""#.to_owned()),
        "{of_structure:#?}"
    );
    assert!(of_models.contains(&r#"    "students" ||--o{ "enrollments" : "student""#.to_owned()), "{of_models:#?}");
    assert!(
        of_structure.contains(&r#"    "students" }o--o{ "courses" : "enrollments""#.to_owned()),
        "{of_structure:#?}"
    );
}

#[test]
fn dot() {
    expect![[r#"
        digraph {
            rankdir=RL
            node [shape=plain]
            edge [dir=both]
            t0 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>departments</b></td></tr>
                <tr><td align="left"><u>id</u>: int64</td></tr>
                <tr><td align="left">name: text</td></tr>
            </table>>]
            t1 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>courses</b></td></tr>
                <tr><td align="left"><u>id</u>: int64</td></tr>
                <tr><td align="left">title: text</td></tr>
                <tr><td align="left">department_id: int64</td></tr>
                <tr><td align="left">prerequisite_id: int64?</td></tr>
            </table>>]
            t2 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>students</b></td></tr>
                <tr><td align="left"><u>id</u>: int64</td></tr>
                <tr><td align="left">born: real64?</td></tr>
            </table>>]
            t3 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>notes</b></td></tr>
                <tr><td align="left"><u>id</u>: int64</td></tr>
                <tr><td align="left">student_id: int64</td></tr>
                <tr><td align="left">bytes: bytes</td></tr>
            </table>>]
            t4 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>course_tags</b></td></tr>
                <tr><td align="left"><u>course_id</u>: int64</td></tr>
                <tr><td align="left"><u>tag_id</u>: text</td></tr>
            </table>>]
            t1 -> t0 [label=<department>, arrowhead=teetee, arrowtail=crowodot, style=solid]
            t1 -> t1 [label=<prerequisite>, arrowhead=teeodot, arrowtail=crowodot, style=solid]
            t4 -> t1 [label=<Course.tags>, arrowhead=teetee, arrowtail=crowodot, style=solid]
            t3 -> t2 [label=<notes>, arrowhead=teetee, arrowtail=crowodot, style=dashed]
        }
    "#]]
    .assert_eq(&orm::diagram::<(Department, Course, Student, Note)>().dot());
}

#[derive(Model)]
#[model(table = "a \"b\" <c> & 100%\n\\", schema = "s")]
#[many_to_many(others: Plain, through = Link, left = one, right = other)]
pub struct Odd {
    #[model(primary_key, column = "the \"key\"")]
    key: i64,
    #[model(column = "]; }} --> <b>x</b>")]
    text: Option<String>,
}

#[derive(Model)]
#[model(table = "a 'b' <c> & 100___", schema = "s")]
#[many_to_many(odd: Odd, through = Link, left = other, right = one)]
pub struct Plain {
    #[model(primary_key, column = "1")]
    id: i64,
    #[model(column = "größe")]
    size: i16,
    pk: i16,
}

#[derive(Model)]
pub struct Link {
    id: i64,
    one: i64,
    other: i64,
}

#[test]
fn odd_names_stay_names() {
    let diagram = orm::diagram::<(Odd, Plain)>();
    expect![[r#"
        erDiagram
            "s.a 'b' <c> & 100___" {
                int64 the__key_ PK "the 'key'"
                text c____________b_x__b_ "]; }} --> <b>x</b>, may be NULL"
            }
            "s.a 'b' <c> & 100____" {
                int64 c_1 PK "1"
                int16 gr__e "größe"
                int16 c_pk "pk"
            }
            "s.a 'b' <c> & 100___" }o..o{ "s.a 'b' <c> & 100____" : "others"
    "#]]
    .assert_eq(&diagram.mermaid());
    expect![[r#"
        digraph {
            rankdir=RL
            node [shape=plain]
            edge [dir=both]
            t0 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>s.a &quot;b&quot; &lt;c&gt; &amp; 100%�\</b></td></tr>
                <tr><td align="left"><u>the &quot;key&quot;</u>: int64</td></tr>
                <tr><td align="left">]; }} --&gt; &lt;b&gt;x&lt;/b&gt;: text?</td></tr>
            </table>>]
            t1 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>s.a 'b' &lt;c&gt; &amp; 100___</b></td></tr>
                <tr><td align="left"><u>1</u>: int64</td></tr>
                <tr><td align="left">größe: int16</td></tr>
                <tr><td align="left">pk: int16</td></tr>
            </table>>]
            t1 -> t0 [label=<others>, arrowhead=crowodot, arrowtail=crowodot, style=dashed]
        }
    "#]]
    .assert_eq(&diagram.dot());
}

fn column(name: &str, sql_type: &str) -> ColumnSchema {
    ColumnSchema { name: name.to_owned(), sql_type: sql_type.to_owned(), ..ColumnSchema::default() }
}

/// Names and types that no model has, and some that are keywords of the languages.
fn odd() -> Schema {
    let words = Table {
        name: Name::new(None, "direction TB"),
        columns: vec![
            column("PK", "pk(3)"),
            column("", ""),
            column("a~b~c", "\"my type\""),
            column("#35; %% \\", "s.\"Größe\""),
            column("日本", "_int4"),
            column("end", "timestamp(3) with time zone"),
        ],
        primary_key: vec!["日本".to_owned()],
        ..Table::default()
    };
    let nameless = Table {
        name: Name::new(None, ""),
        columns: vec![column("up\tor\ndown", "<b>")],
        foreign_keys: vec![ForeignKey {
            name: None,
            columns: vec![String::new()],
            table: words.name.clone(),
            references: Vec::new(),
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
        }],
        ..Table::default()
    };
    Schema { tables: vec![words, nameless], views: vec![Name::new(Some("s"), "v \"1\"")], ..Schema::default() }
}

#[test]
fn structures_with_odd_names_are_drawn() {
    expect![[r##"
        erDiagram
            "direction_TB" {
                t_pk(3) c_PK "PK"
                any c_ "_"
                my_type a_b_c "a_b_c"
                s_Gr__e c__35______ "#35_ __ _"
                t__int4 c___ PK "日本"
                timestamp(3)_with_time_zone end
            }
            "_" {
                t__b_ up_or_down "up_or_down"
            }
            "s.v '1' (view)" {
            }
            "direction_TB" ||--o{ "_" : "_"
    "##]]
    .assert_eq(&odd().mermaid());
    expect![[r#"
        digraph {
            rankdir=RL
            node [shape=plain]
            edge [dir=both]
            t0 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>direction TB</b></td></tr>
                <tr><td align="left">PK: pk(3)</td></tr>
                <tr><td align="left">_</td></tr>
                <tr><td align="left">a~b~c: &quot;my type&quot;</td></tr>
                <tr><td align="left">#35; %% \: s.&quot;Größe&quot;</td></tr>
                <tr><td align="left"><u>日本</u>: _int4</td></tr>
                <tr><td align="left">end: timestamp(3) with time zone</td></tr>
            </table>>]
            t1 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>_</b></td></tr>
                <tr><td align="left">up�or�down: &lt;b&gt;</td></tr>
            </table>>]
            t2 [label=<<table border="0" cellborder="1" cellspacing="0">
                <tr><td><b>s.v &quot;1&quot;</b> (view)</td></tr>
            </table>>]
            t1 -> t0 [label=<_>, arrowhead=teetee, arrowtail=crowodot, style=solid]
        }
    "#]]
    .assert_eq(&odd().dot());
}
