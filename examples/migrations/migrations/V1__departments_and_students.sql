CREATE TABLE "departments" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL,
  UNIQUE ("name")
);
CREATE TABLE "students" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL,
  "department_id" INTEGER,
  FOREIGN KEY ("department_id") REFERENCES "departments" ("id") ON DELETE SET NULL
);
CREATE INDEX "students__department_id" ON "students" ("department_id");
