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
    book (id) {
        id -> BigInt,
        title -> Text,
    }
}

macro_rules! part {
    ($name:ident) => {
        table! {
            $name (id) {
                id -> BigInt,
                text -> Text,
                book_id -> BigInt,
            }
        }

        joinable!($name -> book (book_id));
    };
}

part!(chapter);
part!(review);
part!(edition);
part!(quote);

joinable!(course -> department (department_id));
joinable!(student -> department (department_id));
joinable!(student_course -> student (student_id));
joinable!(student_course -> course (course_id));
allow_tables_to_appear_in_same_query!(department, course, student, student_course);
