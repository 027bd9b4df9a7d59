//! A PostgreSQL server for tests: the one that `ORM_TEST_POSTGRES` names by its URL, else a database for tests on the local one,
//! else one that is started for the test and gone with it. Without any, the tests of a target say so and end well, unless
//! `ORM_TEST_POSTGRES_REQUIRED` is set.

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
    // Kept as long as the process lives: it ends with it.
    static SERVER: OnceLock<Server> = OnceLock::new();
    let server = Server::start()?;
    Some(SERVER.get_or_init(|| server).url())
}

/// Ends all tests of the target, since none of them can do anything.
fn absent() -> String {
    assert!(std::env::var_os("ORM_TEST_POSTGRES_REQUIRED").is_none(), "there is no PostgreSQL server to test with");
    let notice =
        "no PostgreSQL server: its tests do nothing. Set ORM_TEST_POSTGRES to a URL, or install its `initdb`.\n";
    // Unlike what is printed, what is written shows even where tests succeed.
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
        // On a thread of its own: on this one, other values of the thread are gone already.
        let _ = thread::spawn(move || drop(handles)).join();
    }
}

/// A server of its own, in a temporary folder: it is stopped, and the folder removed, when this is dropped or the process
/// ends, however that may be.
pub(crate) struct Server {
    port: u16,
    /// A shell that waits for the end of its input, which is ours to close.
    keeper: Child,
    /// Removed by the shell, or by this.
    _folder: TempDir,
}

impl Server {
    /// Starts a server; `None` where none is installed.
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

    /// Serves a folder of data that is there.
    #[cfg(unix)]
    pub(crate) fn serve(programs: &Path, folder: TempDir, data: &Path) -> Self {
        let port = free_port();
        // Stopping is up to the shell: it outlives a process that is killed.
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

/// Where the server's programs are.
#[cfg(unix)]
pub(crate) fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path);
    // Debian keeps each version's in a folder of its own.
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    // A link to one of them leads to where all are.
    let program = |folder: PathBuf| folder.join("initdb").canonicalize().ok();
    on_path.chain(versions.into_iter().rev()).find_map(program)?.parent().map(Path::to_owned)
}

/// The user that a server runs as when the tests run as root, which it refuses: nobody.
#[cfg(unix)]
const NOBODY: u32 = 65_534;

#[cfg(unix)]
fn is_root(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(folder).is_ok_and(|folder| [0, NOBODY].contains(&folder.uid()))
}

/// Gives a folder that we made to the user that the server runs as.
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

/// A port that nothing listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}
