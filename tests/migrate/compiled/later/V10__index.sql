CREATE UNIQUE INDEX students_slug ON students (slug);
