-- Review this before it runs, and edit it where existing rows need more.

CREATE TABLE "departments" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL,
  CONSTRAINT "departments__name__key" UNIQUE ("name")
);

CREATE TABLE "students" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL,
  "department_id" INTEGER,
  CONSTRAINT "students__department_id" FOREIGN KEY ("department_id") REFERENCES "departments" ("id") ON DELETE SET NULL
);

CREATE INDEX "students__department_id" ON "students" ("department_id");
