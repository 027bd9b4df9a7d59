//! Headless Chromium, driven by its `chromedriver`.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// The sizes of a window on a desktop and on a phone.
pub const DESK: (u32, u32) = (1280, 900);
pub const PHONE: (u32, u32) = (390, 844);

/// Opens a browser of a size, lets `steps` use it, and closes it, also if they panic. Without a browser it prints a
/// notice and returns, unless `WEB_TEST_BROWSER_REQUIRED` is set.
pub async fn in_browser<F>(size: (u32, u32), steps: impl FnOnce(Client) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Some(driver) = Driver::start() else {
        assert!(std::env::var_os("WEB_TEST_BROWSER_REQUIRED").is_none(), "there is no `chromedriver`; run .ci/browser");
        eprintln!("no `chromedriver`: the pages are not tried in a browser. `.ci/browser` installs it on Debian.");
        return;
    };
    let client = driver.open(size).await;
    let steps = tokio::spawn(steps(client.clone())).await;
    client.close().await.expect("the browser is closed");
    if let Err(error) = steps {
        std::panic::resume_unwind(error.into_panic());
    }
}

struct Driver {
    process: Child,
    port: String,
}

impl Driver {
    /// Starts the program on a free port; `None` if it is not installed.
    fn start() -> Option<Self> {
        let mut command = Command::new("chromedriver");
        let mut process = command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let lines = BufReader::new(process.stdout.take()?).lines().map_while(Result::ok);
        let mut ports = lines.filter_map(|line| Some(line.split_once("started successfully on port ")?.1.to_owned()));
        let port = ports.next().expect("chromedriver says its port").trim_end_matches('.').to_owned();
        Some(Driver { process, port })
    }

    async fn open(&self, (width, height): (u32, u32)) -> Client {
        let options = json!({
            // The sandbox needs a user other than root, and CI often runs as root. All pages belong to this program.
            "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"],
            "mobileEmulation": { "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1, "touch": false } },
        });
        let Value::Object(capabilities) = json!({ "goog:chromeOptions": options }) else { unreachable!("an object") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let url = format!("http://127.0.0.1:{}", self.port);
        builder.capabilities(capabilities).connect(&url).await.expect("the browser starts")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
