//! The tables and relations of the tests.

use crate::schema::{ColumnDef, ForeignKey, OnDelete, RelationDef, RelationKind, Table, Through, Version};
use crate::types::SqlType;

const ID: ColumnDef = ColumnDef::new("id", "id", "i64", SqlType::Int64, false);

pub(super) static DEPARTMENTS: Table = Table::new(
    "Department",
    "departments",
    &[ID, ColumnDef::new("name", "na\"me", "String", SqlType::Text, false)],
    &[0],
)
.generated_key(true);

pub(super) static COURSES: Table = Table::new(
    "Course",
    "courses",
    &[
        ID,
        ColumnDef::new("title", "title", "String", SqlType::Text, false),
        ColumnDef::new("department_id", "department_id", "Option<i64>", SqlType::Int64, true),
    ],
    &[0],
)
.generated_key(true)
.foreign_keys(&[ForeignKey::new(&[2], departments, &[0], OnDelete::SetNull)]);

pub(super) static ENROLLMENTS: Table = Table::new(
    "Enrollment",
    "enrollments",
    &[
        ColumnDef::new("department_id", "department_id", "i64", SqlType::Int64, false),
        ColumnDef::new("course_id", "course_id", "i64", SqlType::Int64, false),
    ],
    &[0, 1],
)
.foreign_keys(&[
    ForeignKey::new(&[0], departments, &[0], OnDelete::Cascade),
    ForeignKey::new(&[1], courses, &[0], OnDelete::Restrict),
]);

/// Marks refer to enrollments by both columns of their key.
pub(super) static MARKS: Table = Table::new(
    "Mark",
    "marks",
    &[
        ID,
        ColumnDef::new("department_id", "department_id", "i64", SqlType::Int64, false),
        ColumnDef::new("course_id", "course_id", "i64", SqlType::Int64, false),
    ],
    &[0],
)
.foreign_keys(&[ForeignKey::new(&[1, 2], enrollments, &[0, 1], OnDelete::NoAction)]);

fn departments() -> &'static Table {
    &DEPARTMENTS
}

fn courses() -> &'static Table {
    &COURSES
}

fn enrollments() -> &'static Table {
    &ENROLLMENTS
}

fn marks() -> &'static Table {
    &MARKS
}

pub(super) static HAS_MANY: RelationDef =
    RelationDef::direct("courses", RelationKind::HasMany, (departments, &[0]), (courses, &[2]));
pub(super) static BELONGS_TO: RelationDef =
    RelationDef::direct("department", RelationKind::BelongsTo, (courses, &[2]), (departments, &[0]));
pub(super) static MANY_TO_MANY: RelationDef = RelationDef::through(
    "taught",
    (departments, &[0]),
    (courses, &[0]),
    Through::model(enrollments, &ENROLLMENTS, &["department_id"], &["course_id"]),
);
pub(super) static REVERSE: RelationDef = RelationDef::through(
    "departments",
    (courses, &[0]),
    (departments, &[0]),
    Through::model(enrollments, &ENROLLMENTS, &["course_id"], &["department_id"]),
);
/// Links that contain the kind of the row on the left.
pub(super) static LABELLINGS: Table = Table::new(
    "Labelling",
    "labellings",
    &[
        ColumnDef::new("subject_id", "subject_id", "i64", SqlType::Int64, false),
        ColumnDef::new("course_id", "course_id", "i64", SqlType::Int64, false),
        ColumnDef::new("kind", "kind", "String", SqlType::Text, false),
    ],
    &[0, 1, 2],
);

fn labellings() -> &'static Table {
    &LABELLINGS
}

pub(super) static TAGGED: RelationDef = RelationDef::through(
    "labelled",
    (departments, &[0]),
    (courses, &[0]),
    Through::model(labellings, &LABELLINGS, &["subject_id"], &["course_id"]).tagged(2, "department"),
);

/// Courses by links without a key that excludes duplicate links.
pub(super) static DISTINCT: RelationDef = RelationDef::two_hops(
    "reached",
    (departments, &[0]),
    (courses, &[2]),
    Through::model(labellings, &LABELLINGS, &["subject_id"], &["course_id"]).distinct(),
);

pub(super) static BY_NAME: RelationDef =
    RelationDef::direct("named", RelationKind::HasMany, (departments, &[1]), (courses, &[1]));
pub(super) static COMPOSITE: RelationDef =
    RelationDef::direct("marks", RelationKind::HasMany, (enrollments, &[0, 1]), (marks, &[1, 2]));

/// A team has a captain, who plays in a team. Their names are longer than PostgreSQL allows for the name of an index.
pub(super) static TEAMS: Table = Table::new(
    "Team",
    "teams_of_a_league_with_a_rather_long_name",
    &[ID, ColumnDef::new("captain_id", "the_player_who_leads_the_team", "Option<i64>", SqlType::Int64, true)],
    &[0],
)
.foreign_keys(&[ForeignKey::new(&[1], players, &[0], OnDelete::NoAction)]);

pub(super) static PLAYERS: Table =
    Table::new("Player", "players", &[ID, ColumnDef::new("team_id", "team_id", "i64", SqlType::Int64, false)], &[0])
        .foreign_keys(&[ForeignKey::new(&[1], teams, &[0], OnDelete::Cascade)]);

fn teams() -> &'static Table {
    &TEAMS
}

fn players() -> &'static Table {
    &PLAYERS
}

/// Departments have enrollments, whose key has two columns.
pub(super) static REFERRED: RelationDef =
    RelationDef::direct("enrollments", RelationKind::HasMany, (departments, &[0]), (enrollments, &[0]));

/// Rows that count their changes.
pub(super) static VERSIONED: Table = Table::new(
    "Account",
    "accounts",
    &[
        ID,
        ColumnDef::new("owner", "owner", "String", SqlType::Text, false),
        ColumnDef::new("version", "version", "i64", SqlType::Int64, false),
    ],
    &[0],
)
.version(Version { column: 2, most: i64::MAX });
