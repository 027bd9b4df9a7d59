//! The models of a school, from which its migrations are written.

use orm::Model;

/// A department.
#[derive(Model)]
#[has_many(students: Student)]
pub struct Department {
    /// The key.
    pub id: i64,
    /// No two departments have the same name.
    #[model(unique)]
    pub name: String,
}

/// A student.
#[derive(Model)]
#[many_to_many(courses: Course, through = "enrollments")]
pub struct Student {
    /// The key.
    pub id: i64,
    /// The name, which was called `name` in the first version of the models.
    #[model(renamed_from = "name")]
    pub full_name: String,
    /// The sum of the credits of the passed courses.
    #[model(db_default = 0, check = "credits >= 0")]
    pub credits: i64,
    /// The e-mail address.
    pub email: Option<String>,
    /// The department.
    #[belongs_to(department: Department, on_delete = set_null)]
    pub department_id: Option<i64>,
}

/// A course.
#[derive(Model)]
pub struct Course {
    /// The key.
    pub id: i64,
    /// The title.
    pub title: String,
}

/// All models, for `migrate` and for tests.
pub type Models = (Department, Student, Course);
