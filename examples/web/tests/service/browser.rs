//! The pages in a browser, as a user sees them.

use std::time::{Duration, Instant};

use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::chromium::{DESK, PHONE, in_browser};
use crate::support::Service;

/// The actions of a user on a page. Elements are found by their text, or by the ids of their labels.
struct Person(Client);

impl Person {
    async fn open(&self, url: &str) {
        self.0.goto(url).await.expect("the page opens");
    }

    /// Follows a link or presses a button, and waits for the next page. The browser may answer the click while it still
    /// shows the old page.
    async fn click(&self, text: &str) {
        self.0.execute("window.isLeft = true", vec![]).await.expect("the page is there");
        let path = format!("//*[self::a or self::button][normalize-space()='{text}' or @aria-label='{text}']");
        let found = self.0.find(Locator::XPath(&path)).await;
        found.unwrap_or_else(|_| panic!("`{text}` is on the page")).click().await.expect("it is clicked");
        self.wait_for_next_page(text).await;
    }

    async fn wait_for_next_page(&self, clicked: &str) {
        let is_there = "return !window.isLeft && document.readyState === 'complete'";
        let start = Instant::now();
        // Between two pages there may be no page for the script, which is an error.
        while !self.0.execute(is_there, vec![]).await.is_ok_and(|answer| answer == Value::Bool(true)) {
            assert!(start.elapsed() < Duration::from_secs(20), "`{clicked}` leads to a page");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn write(&self, id: &str, text: &str) {
        let field = self.0.find(Locator::Id(id)).await.expect("the field is there");
        field.clear().await.expect("the field is cleared");
        field.send_keys(text).await.expect("the text is written");
    }

    async fn choose(&self, id: &str, option: &str) {
        let select = self.0.find(Locator::Id(id)).await.expect("the select is there");
        select.select_by_label(option).await.expect("the option is there");
    }

    /// The texts of all elements that a selector finds.
    async fn texts(&self, selector: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.0.find_all(Locator::Css(selector)).await.expect("the page is there") {
            texts.push(element.text().await.expect("the element has a text"));
        }
        texts
    }

    async fn value(&self, id: &str) -> String {
        let field = self.0.find(Locator::Id(id)).await.expect("the field is there");
        field.prop("value").await.expect("the field is there").expect("the field has a value")
    }

    async fn path(&self) -> String {
        self.0.current_url().await.expect("a page is open").path().to_owned()
    }

    async fn new_tab(&self) {
        let tab = self.0.new_window(true).await.expect("a tab opens").handle;
        self.0.switch_to_window(tab).await.expect("the tab is there");
    }

    async fn switch_to_tab(&self, position: usize) {
        let tabs = self.0.windows().await.expect("the tabs are listed");
        self.0.switch_to_window(tabs[position].clone()).await.expect("the tab is there");
    }
}

#[tokio::test]
async fn a_student_is_found_enrolled_and_leaves_again() {
    let service = Service::start().await;
    let url = service.url.clone();
    in_browser(DESK, async move |client| {
        let person = Person(client);
        person.open(&url).await;
        assert_eq!(person.texts(".students tbody tr").await.len(), 12);
        person.click("Next page").await;
        person.click("First page").await;

        person.write("q", "greta").await;
        person.choose("department", "Computing").await;
        person.click("Filter").await;
        assert_eq!(person.texts("#count").await, ["1 student found"]);
        assert_eq!((person.value("q").await.as_str(), person.texts(".students .department").await.len()), ("greta", 1));
        let name = person.texts(".students .name").await.remove(0);
        person.click(&name).await;
        assert_eq!(person.texts("h1").await, [name]);

        let before = person.texts(".taken .course a").await;
        assert!(!before.contains(&"Optics".to_owned()));
        person.choose("course", "Optics").await;
        person.click("Enroll").await;
        assert_eq!(person.texts("[role=status]").await, ["Enrolled in Optics."]);
        let after = person.texts(".taken .course a").await;
        assert!(after.len() == before.len() + 1 && after.contains(&"Optics".to_owned()), "{after:?}");

        person.0.refresh().await.expect("the page is there");
        assert!(person.texts("[role=status]").await.is_empty());
        assert_eq!(person.texts(".taken .course a").await, after);
        person.click("Leave Optics").await;
        assert_eq!(person.texts(".taken .course a").await, before);
    })
    .await;
}

#[tokio::test]
async fn an_edit_in_two_tabs_ends_in_a_conflict_that_the_second_one_decides() {
    let service = Service::start().await;
    let url = format!("{}/students/1/edit", service.url);
    in_browser(DESK, async move |client| {
        let person = Person(client);
        person.open(&url).await;
        person.new_tab().await;
        person.open(&url).await;
        person.write("last_name", "Lovelace").await;
        person.click("Save").await;
        assert_eq!(person.path().await, "/students/1");
        assert_eq!(person.texts("[role=status]").await, ["Saved."]);

        person.switch_to_tab(0).await;
        person.write("last_name", "King").await;
        person.click("Save").await;
        assert_eq!(person.texts("[role=alert] h2").await, ["This student has changed in the meantime"]);
        assert_eq!(person.value("last_name").await, "King");
        assert_eq!(person.texts("#last_name-note").await, ["Saved now: Lovelace"]);
        assert_eq!(person.texts("#first_name-note").await, [""]);

        person.click("Save mine").await;
        assert_eq!(person.texts("h1").await, ["Amara King"]);
    })
    .await;
}

#[tokio::test]
async fn a_form_says_beside_each_field_what_is_wrong() {
    let service = Service::start().await;
    let url = service.url.clone();
    in_browser(PHONE, async move |client| {
        let person = Person(client);
        person.open(&url).await;
        person.click("Add a student").await;
        person.write("first_name", "Ada").await;
        person.write("last_name", "Lovelace").await;
        person.write("email", "amara.okafor@example.org").await;
        person.click("Add").await;
        assert_eq!(person.texts(".wrong .note").await, ["Another student has this e-mail address."]);
        person.write("email", "ada@example.org").await;
        person.click("Add").await;
        assert_eq!(person.texts("h1").await, ["Ada Lovelace"]);
        assert_eq!(person.texts("p.empty").await, ["Ada takes no courses yet."]);
    })
    .await;
}

#[tokio::test]
async fn pages_fit_a_phone_and_each_field_has_a_label() {
    let service = Service::start().await;
    let url = service.url.clone();
    in_browser(PHONE, async move |client| {
        let person = Person(client);
        for path in ["/students", "/students?q=nobody", "/students/2", "/students/2/edit", "/students/new", "/nowhere"] {
            person.open(&format!("{url}{path}")).await;
            let width = person.0.execute("return document.documentElement.scrollWidth", vec![]).await;
            assert_eq!(width.expect("the page is there"), 390, "{path} is too wide");
            let unlabelled = "return [...document.querySelectorAll('input:not([type=hidden]), select')].filter(field => !field.labels.length).length";
            assert_eq!(person.0.execute(unlabelled, vec![]).await.expect("the page is there"), 0, "{path}");
        }
    })
    .await;
}
