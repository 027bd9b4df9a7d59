//! The JSON over HTTP: the answers, their status, and the number of statements.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::header::{ALLOW, LOCATION, RETRY_AFTER};
use serde_json::{Value, json};

use crate::support::{Service, ask, read, send};

/// Returns the values of a list's elements under a name.
fn column<'a>(rows: &'a Value, name: &str) -> Vec<&'a Value> {
    rows.as_array().expect("a list").iter().map(|row| &row[name]).collect()
}

async fn student(service: &Service, id: i64) -> Value {
    ask(service.get(&format!("/api/students/{id}?include=department,courses"))).await.1
}

#[tokio::test]
async fn a_list_holds_what_is_included_and_takes_a_statement_for_each() {
    for service in Service::each().await {
        let bare = service.counted(1, service.get("/api/students?size=3")).await;
        let (status, bare) = read(bare).await;
        assert_eq!(status, 200);
        let first = bare["students"][0].as_object().expect("a student");
        let fields = ["department_id", "email", "first_name", "id", "last_name", "version"];
        assert!(first.keys().eq(fields), "{first:?}");

        let path = "/api/students?include=department,courses.department&sort=-courses,name&size=3";
        let (_, full) = read(service.counted(4, service.get(path)).await).await;
        let first = &full["students"][0];
        assert_eq!(first["courses"].as_array().expect("courses").len(), 4, "{first}");
        assert!(first["courses"][0]["department"]["name"].is_string(), "{first}");
        assert!(first["department"]["name"].is_string(), "{first}");
        assert!(full["next"].is_string());
    }
}

#[tokio::test]
async fn pages_lead_to_each_student_once() {
    for service in Service::each().await {
        let mut path = "/api/students?size=10&sort=department,name".to_owned();
        let mut seen = Vec::new();
        loop {
            let (_, page) = ask(service.get(&path)).await;
            seen.extend(column(&page["students"], "id").into_iter().map(|id| id.as_i64().expect("an id")));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/students?size=10&sort=department,name&after={next}");
        }
        assert_eq!((seen.len(), seen.iter().collect::<HashSet<_>>().len()), (64, 64));
        let (_, all) = ask(service.get("/api/students?size=100&sort=department,name")).await;
        assert_eq!(column(&all["students"], "id"), seen);
        assert_eq!(all["next"], Value::Null);
    }
}

#[tokio::test]
async fn a_list_is_filtered_by_words_department_and_course() {
    for service in Service::each().await {
        let (_, found) = ask(service.get("/api/students?q=greta%20EXAMPLE.org")).await;
        assert_eq!(column(&found["students"], "first_name"), ["Greta"; 4]);

        let (_, departments) = ask(service.get("/api/departments")).await;
        assert_eq!(column(&departments, "name")[1], "Computing");
        let compilers = &departments[1]["courses"][1];
        assert_eq!(compilers["title"], "Compilers");

        let path = format!("/api/students?department={}&size=100", departments[1]["id"]);
        let (_, computing) = ask(service.get(&path)).await;
        assert!(!column(&computing["students"], "id").is_empty());
        assert!(column(&computing["students"], "department_id").iter().all(|id| **id == departments[1]["id"]));

        let path = format!("/api/students?course={}&include=courses&size=100", compilers["id"]);
        let (_, taking) = ask(service.get(&path)).await;
        let courses = column(&taking["students"], "courses");
        assert!(
            !courses.is_empty()
                && courses.iter().all(|courses| column(courses, "title").contains(&&compilers["title"]))
        );
        let (_, none) = ask(service.get("/api/students?q=%25")).await;
        assert_eq!(none, json!({ "students": [], "next": null }));
    }
}

#[tokio::test]
async fn what_a_list_cannot_be_asked_for_is_refused() {
    for service in Service::each().await {
        for (query, word) in [("sort=email", "`email`"), ("include=password", "`password`"), ("after=xyz", "cursor")] {
            let (status, answer) = ask(service.get(&format!("/api/students?{query}"))).await;
            assert_eq!(status, 422, "{query}");
            assert!(answer["error"].as_str().is_some_and(|error| error.contains(word)), "{answer}");
        }
        let (_, page) = ask(service.get("/api/students?size=1")).await;
        let other_order = format!("/api/students?sort=-name&after={}", page["next"].as_str().expect("a cursor"));
        assert_eq!(ask(service.get(&other_order)).await.0, 422);
        assert_eq!(ask(service.get("/api/students?department=maths")).await.0, 400);
    }
}

#[tokio::test]
async fn a_student_is_created_or_the_fields_that_are_wrong_are_named() {
    for service in Service::each().await {
        let ada =
            json!({ "first_name": " Ada ", "last_name": "Lovelace", "email": "ada@example.org", "department_id": 4 });
        let created = service.counted(1, service.post("/api/students").json(&ada)).await;
        let location = created.headers()[LOCATION].to_str().expect("a location").to_owned();
        let (status, created) = read(created).await;
        assert_eq!((status, &created["first_name"], &created["version"]), (201, &json!("Ada"), &json!(1)));
        let (status, found) = read(service.counted(1, service.get(&location)).await).await;
        assert_eq!((status, found), (200, created));

        let (status, again) = ask(service.post("/api/students").json(&ada)).await;
        assert_eq!((status, &again["fields"]["email"]), (409, &json!("Another student has this e-mail address.")));

        let wrong = json!({ "first_name": "", "last_name": "Lovelace", "email": "ada" });
        let (status, wrong) = read(service.counted(0, service.post("/api/students").json(&wrong)).await).await;
        assert_eq!(status, 422);
        assert!(wrong["fields"].as_object().expect("fields").keys().eq(["email", "first_name"]), "{wrong}");

        let nowhere = json!({ "first_name": "A", "last_name": "B", "email": "a@b.org", "department_id": 99 });
        let (status, nowhere) = ask(service.post("/api/students").json(&nowhere)).await;
        assert_eq!((status, &nowhere["fields"]["department_id"]), (422, &json!("There is no such department.")));

        let (status, _) = ask(service.post("/api/students").json(&json!({ "first_name": "Ada" }))).await;
        assert_eq!(status, 422);
        let (status, _) = ask(service.post("/api/students").header("content-type", "application/json").body("{")).await;
        assert_eq!(status, 400);
        assert_eq!(ask(service.post("/api/students").body("name=Ada")).await.0, 415);
    }
}

#[tokio::test]
async fn an_edit_of_what_was_read_is_saved_and_one_of_an_older_version_is_not() {
    for service in Service::each().await {
        let edit = json!({ "version": 1, "last_name": "Lovelace", "department_id": null });
        let saved = service.counted(2, service.patch("/api/students/1").json(&edit)).await;
        let (status, saved) = read(saved).await;
        assert_eq!((status, &saved["version"], &saved["department_id"]), (200, &json!(2), &Value::Null));

        let stale = json!({ "version": 1, "last_name": "King" });
        let (status, answer) = ask(service.patch("/api/students/1").json(&stale)).await;
        assert_eq!((status, answer["fields"].is_null()), (409, true), "{answer}");
        assert_eq!(student(&service, 1).await["last_name"], "Lovelace");

        let merged = json!({ "version": 2, "last_name": "King" });
        assert_eq!(ask(service.patch("/api/students/1").json(&merged)).await.0, 200);
        let taken = json!({ "version": 1, "email": saved["email"] });
        assert_eq!(ask(service.patch("/api/students/2").json(&taken)).await.0, 409);
        let wrong = json!({ "version": 1, "email": "nobody" });
        assert_eq!(ask(service.patch("/api/students/2").json(&wrong)).await.0, 422);
        let unknown = json!({ "version": 1, "nickname": "Ada" });
        assert_eq!(ask(service.patch("/api/students/2").json(&unknown)).await.0, 422);
        assert_eq!(ask(service.patch("/api/students/2").json(&json!({ "first_name": "Ada" }))).await.0, 422);
        assert_eq!(ask(service.patch("/api/students/99").json(&merged)).await.0, 404);
    }
}

#[tokio::test]
async fn enrolling_and_leaving_can_be_repeated() {
    for service in Service::each().await {
        let courses = async || column(&student(&service, 1).await["courses"], "id").len();
        assert_eq!(courses().await, 0);
        for _ in 0..2 {
            assert_eq!(service.counted(3, service.put("/api/students/1/courses/2")).await.status(), 204);
            assert_eq!(courses().await, 1);
        }
        for _ in 0..2 {
            assert_eq!(service.counted(3, service.delete("/api/students/1/courses/2")).await.status(), 204);
            assert_eq!(courses().await, 0);
        }
        for path in ["/api/students/99/courses/2", "/api/students/1/courses/99"] {
            assert_eq!(ask(service.put(path)).await.0, 404);
            assert_eq!(ask(service.delete(path)).await.0, 404);
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let service = Service::start().await;
    let (status, answer) = ask(service.get("/api/students/99")).await;
    assert_eq!((status, answer), (404, json!({ "error": "There is no such student or course." })));
    assert_eq!(ask(service.get("/api/teachers")).await.0, 404);
    assert_eq!(ask(service.get("/api/students/ada")).await.0, 400);
    let not_allowed = send(service.delete("/api/students/1")).await;
    assert_eq!(
        (not_allowed.status().as_u16(), &not_allowed.headers()[ALLOW]),
        (405, &"GET,HEAD,PATCH".parse().expect("a header"))
    );
    assert_eq!(read(not_allowed).await.1, json!({ "error": "Method Not Allowed" }));
}

#[tokio::test]
async fn a_database_that_is_busy_is_a_reason_to_try_again() {
    let service = Service::waiting(Duration::from_millis(200)).await;
    let transaction = service.db.begin().await.expect("the transaction begins");
    let busy = send(service.put("/api/students/1/courses/2")).await;
    assert_eq!((busy.status().as_u16(), &busy.headers()[RETRY_AFTER]), (503, &"1".parse().expect("a header")));
    let (_, answer) = read(busy).await;
    assert_eq!(answer, json!({ "error": "The database is busy. Try again in a moment." }));
    // Reading goes on at the same time.
    assert_eq!(send(service.get("/api/students")).await.status(), 200);

    transaction.rollback().await.expect("the transaction is rolled back");
    assert_eq!(send(service.put("/api/students/1/courses/2")).await.status(), 204);
}

#[tokio::test]
async fn an_error_of_the_service_tells_nothing_of_its_database() {
    for service in Service::each().await {
        orm::sql("DROP TABLE enrollments").execute(&service.db).await.expect("the table is dropped");
        let (status, answer) = ask(service.get("/api/students?include=courses")).await;
        assert_eq!((status, answer), (500, json!({ "error": "Something went wrong on our side." })));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_edits_of_one_version_one_is_saved() {
    for service in Service::each().await {
        let edits = (0..64).map(|number| {
            let edit = json!({ "version": 1, "last_name": format!("Number {number}") });
            tokio::spawn(send(service.patch("/api/students/1").json(&edit)))
        });
        let mut statuses = Vec::new();
        for edit in edits.collect::<Vec<_>>() {
            statuses.push(edit.await.expect("the request ends").status().as_u16());
        }
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (200, &[409; 63][..]));
        assert_eq!(student(&service, 1).await["version"], 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_read_and_write_at_the_same_time() {
    for service in Service::each().await {
        let requests = (1..=64).map(|id| {
            let request = match id % 4 {
                0 => service.get("/api/students?include=department,courses.department&size=64"),
                1 => service.put(&format!("/api/students/{id}/courses/1")).timeout(Duration::from_secs(20)),
                2 => service.get(&format!("/students/{id}")),
                _ => service.get("/students?sort=-courses,name"),
            };
            tokio::spawn(send(request))
        });
        for request in requests.collect::<Vec<_>>() {
            let response = request.await.expect("the request ends");
            assert!(response.status().is_success(), "{}: {}", response.url(), response.status());
        }
        let (_, taking) = ask(service.get("/api/students?course=1&size=100")).await;
        let ids: HashSet<i64> = column(&taking["students"], "id").into_iter().filter_map(Value::as_i64).collect();
        assert!((1..=64).filter(|id| id % 4 == 1).all(|id| ids.contains(&id)));
    }
}
