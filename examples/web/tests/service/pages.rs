//! The pages over HTTP: statuses, redirects, and the number of statements of each.

use reqwest::header::{CONTENT_SECURITY_POLICY, LOCATION};
use reqwest::{RequestBuilder, Response};

use crate::support::{Service, send};

async fn page(request: RequestBuilder) -> (u16, String) {
    page_of(send(request).await).await
}

async fn page_of(response: Response) -> (u16, String) {
    assert!(response.headers()["content-type"].as_bytes().starts_with(b"text/html"));
    let status = response.status().as_u16();
    (status, response.text().await.expect("the page is text"))
}

/// Returns the target of the redirect after a change.
fn target(response: &Response) -> &str {
    assert_eq!(response.status(), 303);
    response.headers()[LOCATION].to_str().expect("a location")
}

#[tokio::test]
async fn each_page_takes_a_fixed_number_of_statements() {
    for service in Service::each().await {
        // Students with their departments, their courses, their number; departments, and the courses of these.
        let list = service.counted(5, service.get("/students")).await;
        let (status, list) = page_of(list).await;
        assert!(status == 200 && list.contains("64 students") && list.contains("Next page"), "{list}");
        service.counted(5, service.get("/students?q=a&department=1&course=1&sort=-courses,name")).await;
        // A student with the department, the courses with theirs; departments, and the courses to enroll in.
        service.counted(4, service.get("/students/2")).await;
        service.counted(1, service.get("/students/new")).await;
        service.counted(2, service.get("/students/2/edit")).await;
        service.counted(0, service.get("/style.css")).await;
        service.counted(0, service.get("/nowhere")).await;
    }
}

#[tokio::test]
async fn a_course_that_is_enrolled_in_shows_once_as_news() {
    for service in Service::each().await {
        let enrolled = service.counted(3, service.post("/students/1/courses").form(&[("course", "2")])).await;
        assert_eq!(target(&enrolled), "/students/1");
        let (_, news) = page(service.get("/students/1")).await;
        assert!(news.contains("Enrolled in Genetics."), "{news}");
        let (_, later) = page(service.get("/students/1")).await;
        assert!(!later.contains("Enrolled in") && later.contains("Leave Genetics"), "{later}");

        let left = service.counted(3, service.post("/students/1/courses/2/leave")).await;
        assert_eq!(target(&left), "/students/1");
        let (_, news) = page(service.get("/students/1")).await;
        assert!(news.contains("Left Genetics.") && news.contains("takes no courses yet"), "{news}");
    }
}

#[tokio::test]
async fn a_form_is_saved_or_shown_again_with_what_is_wrong() {
    for service in Service::each().await {
        let form = |first: &'static str, email: &'static str, version: &'static str| {
            [
                ("first_name", first),
                ("last_name", "Lovelace"),
                ("email", email),
                ("department_id", ""),
                ("version", version),
            ]
        };
        let created = send(service.post("/students").form(&form("Ada", "ada@example.org", "0"))).await;
        let path = target(&created).to_owned();
        let (_, news) = page(service.get(&path)).await;
        assert!(news.contains("Ada is a student now.") && news.contains("No department"), "{news}");

        let (status, again) = page(service.post("/students").form(&form("Ada", "ada@example.org", "0"))).await;
        assert!(status == 409 && again.contains("Another student has this e-mail address."), "{status}: {again}");
        let (status, again) = page(service.post("/students").form(&form("  ", "ada", "0"))).await;
        assert!(
            status == 422 && again.contains("Write a name") && again.contains("Write an e-mail"),
            "{status}: {again}"
        );

        let saved = service.counted(1, service.post(&path).form(&form("Augusta", "ada@example.org", "1"))).await;
        assert_eq!(target(&saved), path);
        let saved = service.post(&path).form(&form("Byron", "byron@example.org", "1"));
        let (status, conflict) = page_of(service.counted(4, saved).await).await;
        assert_eq!(status, 409);
        assert!(conflict.contains("This student has changed in the meantime"), "{conflict}");
        assert!(conflict.contains(r#"value="Byron""#) && conflict.contains("<strong>Augusta</strong>"), "{conflict}");
        assert!(conflict.contains(r#"name="version" value="2""#), "{conflict}");
        assert_eq!(target(&send(service.post(&path).form(&form("Byron", "byron@example.org", "2"))).await), path);
    }
}

#[tokio::test]
async fn an_error_is_a_page_too() {
    let service = Service::start().await;
    for (request, expected) in [
        (service.get("/nowhere"), 404),
        (service.get("/students/99"), 404),
        (service.get("/students/99/edit"), 404),
        (service.post("/students/99/courses").form(&[("course", "1")]), 404),
        (service.post("/students/1/courses").form(&[("course", "99")]), 404),
        (service.get("/students/ada"), 400),
        (service.get("/students?sort=email"), 422),
        (service.get("/students?after=xyz"), 422),
        (service.post("/students/1/courses").form(&[("course", "")]), 422),
        (service.post("/students/1/edit"), 405),
    ] {
        let (status, page) = page(request).await;
        assert!(status == expected && page.contains(&format!("{expected}</p>")), "{expected}, {status}: {page}");
    }
}

#[tokio::test]
async fn what_people_write_is_shown_as_text_and_no_script_can_run() {
    let service = Service::start().await;
    let form = [
        ("first_name", "<script>alert(1)</script>"),
        ("last_name", "\"&'"),
        ("email", "<b>@example.org"),
        ("department_id", ""),
    ];
    let created = send(service.post("/students").form(&form)).await;
    for path in [target(&created), "/students?q=%3Cscript%3E", &format!("{}/edit", target(&created))] {
        let response = send(service.get(path)).await;
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().expect("a policy").to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script"), "{policy}");
        let (status, page) = page_of(response).await;
        assert!(status == 200 && !page.contains("<script") && !page.contains("<b>@"), "{page}");
        assert!(page.contains("&#60;script&#62;alert(1)"), "{page}");
    }
}
