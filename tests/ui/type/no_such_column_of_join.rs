use orm::Model;

#[derive(Model)]
#[many_to_many(courses: Course, through = Enrollment, right = curse_id)]
struct Student {
    id: i64,
}

#[derive(Model)]
struct Course {
    id: i64,
}

#[derive(Model)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    student_id: i64,
    course_id: i64,
}

fn main() {}
