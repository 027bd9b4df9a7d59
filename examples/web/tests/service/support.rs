//! A running service for one test, on a free port and with a database for that test.

use std::time::Duration;

use orm::{AsyncDb, Db};
use reqwest::{Client, RequestBuilder, Response, redirect};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;
use web::models::Models;

pub struct Service {
    pub db: AsyncDb,
    pub url: String,
    client: Client,
    /// The folder is removed at the end.
    _folder: Option<TempDir>,
}

impl Service {
    /// A service on an SQLite file.
    pub async fn start() -> Self {
        Self::waiting(Duration::from_secs(10)).await
    }

    /// A service on an SQLite file whose requests wait at most this long for a connection.
    pub async fn waiting(timeout: Duration) -> Self {
        let folder = tempfile::tempdir().expect("a folder is created");
        let file = folder.path().join("university.db");
        let open = move || Db::sqlite().pool_timeout(timeout).open(file);
        let db = spawn_blocking(open).await.expect("opening does not panic").expect("the file is opened");
        Self::serve(db.into(), Some(folder)).await
    }

    /// A service on SQLite, and one on PostgreSQL if there is a server.
    pub async fn each() -> Vec<Self> {
        let mut services = vec![Self::start().await];
        if let Some(db) = postgres().await {
            services.push(Self::serve(db, None).await);
        }
        services
    }

    async fn serve(db: AsyncDb, folder: Option<TempDir>) -> Self {
        db.create_tables::<Models>().await.expect("the tables are created");
        web::sample::insert_if_empty(&db).await.expect("the sample is inserted");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("the listener has an address"));
        let app = web::app(db.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        // The client has the settings of a browser, except for redirects, which the tests read.
        let client = Client::builder().cookie_store(true).redirect(redirect::Policy::none()).no_proxy();
        Service { db, url, client: client.build().expect("a client is made"), _folder: folder }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.at(path))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.at(path))
    }

    pub fn put(&self, path: &str) -> RequestBuilder {
        self.client.put(self.at(path))
    }

    pub fn patch(&self, path: &str) -> RequestBuilder {
        self.client.patch(self.at(path))
    }

    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.client.delete(self.at(path))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Sends a request, and asserts how many statements it takes.
    pub async fn counted(&self, statements: usize, request: RequestBuilder) -> Response {
        let recording = self.db.record();
        let response = send(request).await;
        assert_eq!(recording.count(), statements, "{}: {:#?}", response.url(), recording.statements());
        response
    }
}

/// A schema on the server, or `None` with a notice if there is no server.
async fn postgres() -> Option<AsyncDb> {
    let url =
        std::env::var("ORM_TEST_POSTGRES").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/orm_test".into());
    let connect = move || Db::postgres().test_schema().connections(4).connect(&url);
    match spawn_blocking(connect).await.expect("connecting does not panic") {
        Ok(db) => Some(db.into()),
        Err(error) => {
            assert!(std::env::var_os("ORM_TEST_POSTGRES_REQUIRED").is_none(), "no PostgreSQL server: {error}");
            eprintln!("no PostgreSQL server, so the test only runs on SQLite: {error}");
            None
        }
    }
}

pub async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("the service answers")
}

/// Returns the status and the JSON of the answer to a request.
pub async fn ask(request: RequestBuilder) -> (u16, Value) {
    read(send(request).await).await
}

pub async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.expect("the answer is JSON"))
}
