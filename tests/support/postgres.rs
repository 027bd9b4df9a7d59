//! A PostgreSQL server for tests: the one whose URL is in `ORM_TEST_POSTGRES`, otherwise a database for tests on the
//! local server, otherwise a server that is started for the test and stopped with it. Without any, the tests of a
//! target print a notice and succeed, unless `ORM_TEST_POSTGRES_REQUIRED` is set.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use orm::Db;
use tempfile::TempDir;

#[path = "owned.rs"]
mod owned;

/// The URL of the server that tests use.
pub(crate) fn url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| named().or_else(owned::database).or_else(started).unwrap_or_else(absent))
}

fn named() -> Option<String> {
    std::env::var("ORM_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

fn started() -> Option<String> {
    // It is kept as long as the process lives, and ends with it.
    static SERVER: OnceLock<Server> = OnceLock::new();
    let server = Server::start()?;
    Some(SERVER.get_or_init(|| server).url())
}

/// Ends all tests of the target successfully, because none of them can run.
fn absent() -> String {
    assert!(std::env::var_os("ORM_TEST_POSTGRES_REQUIRED").is_none(), "there is no PostgreSQL server to test with");
    let notice =
        "no PostgreSQL server: its tests do nothing. Set ORM_TEST_POSTGRES to a URL, or install its `initdb`.\n";
    // Unlike printed text, written text is visible in successful tests too.
    let _ = io::stderr().write_all(notice.as_bytes());
    std::process::exit(0)
}

/// The URL of a fresh schema on the server, which is dropped when this test ends.
pub(crate) fn schema() -> String {
    let (url, handle) = owned::schema(url()).expect("the schema is created");
    SCHEMAS.with_borrow_mut(|schemas| schemas.0.push(handle));
    url
}

thread_local! {
    /// The handles with which the schemas of the test that runs on this thread are dropped.
    static SCHEMAS: RefCell<Schemas> = const { RefCell::new(Schemas(Vec::new())) };
}

struct Schemas(Vec<Db>);

impl Drop for Schemas {
    fn drop(&mut self) {
        let handles = std::mem::take(&mut self.0);
        // On a separate thread, because on this one other values of the thread are gone already.
        let _ = thread::spawn(move || drop(handles)).join();
    }
}

/// A separate server in a temporary folder. It is stopped, and the folder removed, when this is dropped or the process
/// ends in any way.
pub(crate) struct Server {
    port: u16,
    /// A shell that waits for the end of its input, which this process closes.
    keeper: Child,
    /// The shell or this process removes it.
    _folder: TempDir,
}

impl Server {
    /// Starts a server; `None` if PostgreSQL is not installed.
    #[cfg(unix)]
    pub(crate) fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir().expect("a folder is created");
        hand_over(folder.path());
        let data = folder.path().join("data");
        let initdb = unprivileged(&programs.join("initdb"), folder.path())
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(initdb.status.success(), "initdb: {}", String::from_utf8_lossy(&initdb.stderr));
        Some(Self::serve(&programs, folder, &data))
    }

    #[cfg(not(unix))]
    pub(crate) fn start() -> Option<Self> {
        None
    }

    /// Serves an existing data folder.
    #[cfg(unix)]
    pub(crate) fn serve(programs: &Path, folder: TempDir, data: &Path) -> Self {
        let port = free_port();
        // The shell stops the server, because it outlives a process that is killed.
        let script = "\"$1\" -D \"$2\" -p \"$3\" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
                      >\"$2/log\" 2>&1 & cat >/dev/null; kill -INT $!; wait $!; rm -rf \"$4\"";
        let keeper = unprivileged(Path::new("sh"), folder.path())
            .args(["-c", script, "sh"])
            .arg(programs.join("postgres"))
            .arg(data)
            .arg(port.to_string())
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        let server = Server { port, keeper, _folder: folder };
        let began = Instant::now();
        while !owned::answers(&server.url()) {
            assert!(began.elapsed() < Duration::from_secs(60), "the server that was started does not answer");
            thread::sleep(Duration::from_millis(50));
        }
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Returns the folder of the server's programs.
#[cfg(unix)]
pub(crate) fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path);
    // Debian has a separate folder for each version.
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    // A link to one of them leads to the folder of all.
    let program = |folder: PathBuf| folder.join("initdb").canonicalize().ok();
    on_path.chain(versions.into_iter().rev()).find_map(program)?.parent().map(Path::to_owned)
}

/// The user of a server when the tests run as root, which PostgreSQL refuses: `nobody`.
#[cfg(unix)]
const NOBODY: u32 = 65_534;

#[cfg(unix)]
fn is_root(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(folder).is_ok_and(|folder| [0, NOBODY].contains(&folder.uid()))
}

/// Gives a folder to the user of the server.
#[cfg(unix)]
pub(crate) fn hand_over(folder: &Path) {
    if is_root(folder) {
        std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY)).expect("the folder changes hands");
    }
}

#[cfg(unix)]
pub(crate) fn unprivileged(program: &Path, folder: &Path) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    command.current_dir(folder);
    if is_root(folder) {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Returns a free port.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}
