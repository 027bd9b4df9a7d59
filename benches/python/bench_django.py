"""The contender Django: its ORM with `prefetch_related`."""

import django
from django.conf import settings

# The models of an application are those of this file.
settings.configure(INSTALLED_APPS=["__main__"], DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3"}})
django.setup()

from django.db import connection, models  # noqa: E402
from django.db.models import Prefetch  # noqa: E402

import common  # noqa: E402
from common import INSERTS, link, text  # noqa: E402


class Department(models.Model):
    name = models.TextField()

    class Meta:
        db_table = "department"


class Course(models.Model):
    title = models.TextField()
    department = models.ForeignKey(Department, models.CASCADE, related_name="courses")

    class Meta:
        db_table = "course"


class Student(models.Model):
    first_name = models.TextField()
    last_name = models.TextField()
    department = models.ForeignKey(Department, models.SET_NULL, null=True, related_name="students")
    courses = models.ManyToManyField(Course, db_table="student_course")

    class Meta:
        db_table = "student"


class Author(models.Model):
    name = models.TextField()

    class Meta:
        db_table = "author"


class Post(models.Model):
    title = models.TextField()
    created = models.IntegerField()
    author = models.ForeignKey(Author, models.CASCADE, related_name="posts")

    class Meta:
        db_table = "post"


class Django:
    def __init__(self, database):
        connection.settings_dict["NAME"] = database
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = NORMAL")
            cursor.execute("PRAGMA wal_autocheckpoint = 0")
        self.statements = 0
        self.new = []
        connection.execute_wrappers.append(self.executed)
        self.items = {
            "students": self.students,
            "students-courses": self.students_courses,
            "departments": self.departments,
            "four-levels": self.four_levels,
            "loop": self.one_by_one,
            "insert-rows": self.insert_rows,
            "insert-plain": self.insert_plain,
            "find": self.find,
            "requests": self.requests,
            "insert-one": self.insert_one,
            "latest": self.latest,
        }

    def executed(self, execute, sql, params, many, context):
        if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")):
            self.statements += len(params) if many else 1
        return execute(sql, params, many, context)

    def prepare(self, work):
        self.new = []
        if work.item in INSERTS:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM student")
            self.new = [Student(**new) for new in common.new_students(work.times)]

    def run(self, work):
        return self.items[work.item](work)

    def students(self, _work):
        return sum(map(common.student, Student.objects.order_by("id")))

    def students_courses(self, _work):
        return sum(map(with_courses, Student.objects.order_by("id").prefetch_related("courses")))

    def departments(self, _work):
        total = 0
        for department in Department.objects.prefetch_related("courses", "students"):
            below = sum(text(course.title) for course in department.courses.all())
            below += sum(map(common.student, department.students.all()))
            total += text(department.name) + link(department.id, below)
        return total

    def four_levels(self, _work):
        total = 0
        for department in Department.objects.prefetch_related("students__courses__department"):
            below = 0
            for student in department.students.all():
                titles = sum(text(course.title) + text(course.department.name) for course in student.courses.all())
                below += common.student(student) + link(student.id, titles)
            total += text(department.name) + link(department.id, below)
        return total

    def one_by_one(self, _work):
        return sum(map(with_courses, Student.objects.all()))

    def insert_rows(self, _work):
        return sum(map(common.student, Student.objects.bulk_create(self.new)))

    def insert_plain(self, _work):
        return len(Student.objects.bulk_create(self.new))

    def find(self, work):
        return sum(common.student(Student.objects.get(pk=work.key(turn))) for turn in range(work.times))

    def requests(self, work):
        total = 0
        for turn in range(work.times):
            low, high = work.range(turn)
            students = Student.objects.filter(id__gt=low, id__lte=high).order_by("id")
            total += sum(map(with_courses, students.prefetch_related("courses")))
        return total

    def insert_one(self, _work):
        total = 0
        for new in self.new:
            new.save(force_insert=True)
            total += common.student(new)
        return total

    def latest(self, _work):
        latest = Post.objects.order_by("-created")[:3]
        total = 0
        for author in Author.objects.prefetch_related(Prefetch("posts", queryset=latest, to_attr="latest")):
            posts = sum(link(post.created, text(post.title)) for post in author.latest)
            total += text(author.name) + link(author.id, posts)
        return total


def with_courses(student):
    return common.student(student) + link(student.id, sum(text(course.title) for course in student.courses.all()))


common.main(Django)
