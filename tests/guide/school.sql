-- Test data for the chapter on testing.
INSERT INTO departments (id, name) VALUES (1, 'Music');

INSERT INTO courses (title, credits, department_id) VALUES ('Harmony', 4, 1);
INSERT INTO courses (title, credits, department_id) VALUES ('Counterpoint; two voices', 4, 1);
