"""The contender SQLAlchemy: its ORM with `selectinload`."""

from sqlalchemy import Column, ForeignKey, Table, create_engine, delete, event, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship, selectinload

import common
from common import INSERTS, link, text


class Base(DeclarativeBase):
    pass


enrollment = Table(
    "student_course",
    Base.metadata,
    Column("student_id", ForeignKey("student.id"), primary_key=True),
    Column("course_id", ForeignKey("course.id"), primary_key=True),
)


class Department(Base):
    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    courses: Mapped[list["Course"]] = relationship(back_populates="department")
    students: Mapped[list["Student"]] = relationship(back_populates="department")


class Course(Base):
    __tablename__ = "course"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    department: Mapped[Department] = relationship(back_populates="courses")


class Student(Base):
    __tablename__ = "student"
    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    department: Mapped[Department | None] = relationship(back_populates="students")
    courses: Mapped[list[Course]] = relationship(secondary=enrollment)


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    created: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))


class SqlAlchemy:
    def __init__(self, database):
        self.engine = create_engine(f"sqlite:///{database}")
        self.statements = 0
        self.new = []

        @event.listens_for(self.engine, "connect")
        def connected(connection, _record):
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA wal_autocheckpoint = 0")

        @event.listens_for(self.engine, "before_cursor_execute")
        def executed(_connection, _cursor, _statement, parameters, _context, executemany):
            # Rows that one statement inserts have one tuple of parameters, others one each.
            each = executemany and isinstance(parameters[0], tuple)
            self.statements += len(parameters) if each else 1

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

    def prepare(self, work):
        self.new = []
        if work.item in INSERTS:
            with Session(self.engine) as session:
                session.execute(delete(Student))
                session.commit()
            self.new = common.new_students(work.times)

    def run(self, work):
        # Each run, and each request, has a separate session, as in a web server.
        if work.item in ("requests", "find"):
            return self.items[work.item](work)
        with Session(self.engine) as session:
            return self.items[work.item](session)

    def students(self, session):
        return sum(map(common.student, session.scalars(select(Student).order_by(Student.id)).all()))

    def students_courses(self, session):
        query = select(Student).order_by(Student.id).options(selectinload(Student.courses))
        return sum(map(with_courses, session.scalars(query).all()))

    def departments(self, session):
        query = select(Department).options(selectinload(Department.courses), selectinload(Department.students))
        total = 0
        for department in session.scalars(query).all():
            below = sum(text(course.title) for course in department.courses)
            below += sum(map(common.student, department.students))
            total += text(department.name) + link(department.id, below)
        return total

    def four_levels(self, session):
        load = selectinload(Department.students).selectinload(Student.courses).selectinload(Course.department)
        total = 0
        for department in session.scalars(select(Department).options(load)).all():
            below = 0
            for student in department.students:
                titles = sum(text(course.title) + text(course.department.name) for course in student.courses)
                below += common.student(student) + link(student.id, titles)
            total += text(department.name) + link(department.id, below)
        return total

    def one_by_one(self, session):
        return sum(map(with_courses, session.scalars(select(Student)).all()))

    def insert_rows(self, session):
        session.expire_on_commit = False
        stored = session.scalars(insert(Student).returning(Student), self.new).all()
        session.commit()
        return sum(map(common.student, stored))

    def insert_plain(self, session):
        session.execute(insert(Student), self.new)
        session.commit()
        return len(self.new)

    def find(self, work):
        total = 0
        for turn in range(work.times):
            with Session(self.engine) as session:
                total += common.student(session.get_one(Student, work.key(turn)))
        return total

    def requests(self, work):
        total = 0
        for turn in range(work.times):
            low, high = work.range(turn)
            query = select(Student).where(Student.id > low, Student.id <= high).order_by(Student.id)
            with Session(self.engine) as session:
                students = session.scalars(query.options(selectinload(Student.courses))).all()
                total += sum(map(with_courses, students))
        return total

    def insert_one(self, session):
        session.expire_on_commit = False
        total = 0
        for new in self.new:
            student = Student(**new)
            session.add(student)
            session.commit()
            total += common.student(student)
        return total

    def latest(self, session):
        number = func.row_number().over(partition_by=Post.author_id, order_by=Post.created.desc())
        numbered = select(Post, number.label("number")).subquery()
        post = aliased(Post, numbered)
        latest = {}
        for row in session.scalars(select(post).where(numbered.c.number <= 3)):
            latest.setdefault(row.author_id, []).append(row)
        total = 0
        for author in session.scalars(select(Author)).all():
            posts = sum(link(row.created, text(row.title)) for row in latest.get(author.id, ()))
            total += text(author.name) + link(author.id, posts)
        return total


def with_courses(student):
    return common.student(student) + link(student.id, sum(text(course.title) for course in student.courses))


common.main(SqlAlchemy)
