-- Review this before it runs, and edit it where existing rows need more.

CREATE TABLE "courses" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "title" TEXT NOT NULL
);

CREATE TABLE "enrollments" (
  "student_id" INTEGER NOT NULL,
  "course_id" INTEGER NOT NULL,
  PRIMARY KEY ("student_id", "course_id"),
  CONSTRAINT "enrollments__student_id" FOREIGN KEY ("student_id") REFERENCES "students" ("id") ON DELETE CASCADE,
  CONSTRAINT "enrollments__course_id" FOREIGN KEY ("course_id") REFERENCES "courses" ("id") ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX "enrollments__course_id" ON "enrollments" ("course_id");

ALTER TABLE "students" RENAME COLUMN "name" TO "full_name";

ALTER TABLE "students" ADD COLUMN "credits" INTEGER NOT NULL DEFAULT 0 CONSTRAINT "students__credits__check" CHECK (credits >= 0);

ALTER TABLE "students" ADD COLUMN "email" TEXT;
