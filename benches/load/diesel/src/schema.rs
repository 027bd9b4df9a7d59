//! The tables, as Diesel declares them.

diesel::table! {
    course (id) {
        id -> BigInt,
        title -> Text,
        department_id -> BigInt,
    }
}

diesel::table! {
    student (id) {
        id -> BigInt,
        first_name -> Text,
        last_name -> Text,
        department_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    student_course (student_id, course_id) {
        student_id -> BigInt,
        course_id -> BigInt,
    }
}

diesel::joinable!(student_course -> student (student_id));
diesel::joinable!(student_course -> course (course_id));
diesel::allow_tables_to_appear_in_same_query!(course, student, student_course);
