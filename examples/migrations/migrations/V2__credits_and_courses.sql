ALTER TABLE "students" ADD COLUMN "credits" INTEGER NOT NULL DEFAULT 0 CHECK (credits >= 0);
ALTER TABLE "students" ADD COLUMN "email" TEXT;
CREATE TABLE "courses" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "title" TEXT NOT NULL
);
CREATE TABLE "enrollments" (
  "student_id" INTEGER NOT NULL,
  "course_id" INTEGER NOT NULL,
  PRIMARY KEY ("student_id", "course_id"),
  FOREIGN KEY ("student_id") REFERENCES "students" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("course_id") REFERENCES "courses" ("id") ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX "enrollments__course_id" ON "enrollments" ("course_id");
