//! The tables, as Diesel declares them.

#![allow(unreachable_pub, reason = "the macros make items public")]

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    department (id) {
        id -> BigInt,
        name -> Text,
    }
}

table! {
    course (id) {
        id -> BigInt,
        title -> Text,
        department_id -> BigInt,
    }
}

table! {
    student (id) {
        id -> BigInt,
        first_name -> Text,
        last_name -> Text,
        department_id -> Nullable<BigInt>,
    }
}

table! {
    student_course (student_id, course_id) {
        student_id -> BigInt,
        course_id -> BigInt,
    }
}

table! {
    author (id) {
        id -> BigInt,
        name -> Text,
    }
}

table! {
    post (id) {
        id -> BigInt,
        title -> Text,
        created -> BigInt,
        author_id -> BigInt,
    }
}

joinable!(course -> department (department_id));
joinable!(student -> department (department_id));
joinable!(student_course -> student (student_id));
joinable!(student_course -> course (course_id));
joinable!(post -> author (author_id));
allow_tables_to_appear_in_same_query!(department, course, student, student_course);
allow_tables_to_appear_in_same_query!(author, post);
