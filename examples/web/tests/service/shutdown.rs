//! The program, from its start to the signal that ends it.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// The process is killed if the test fails.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_program_serves_a_file_until_it_is_asked_to_stop() {
    let folder = tempfile::tempdir().expect("a folder is created");
    let file = folder.path().join("university.db");
    for _ in 0..2 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_web"));
        command.arg("--database").arg(&file).args(["--listen", "127.0.0.1:0"]).env_remove("RUST_LOG");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut program = Program(child);
        let mut lines = BufReader::new(program.0.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let url =
            lines.next().and_then(|line| Some(line.split_once(" at ")?.1.to_owned())).expect("a line with the address");

        let students = reqwest::get(format!("{url}/api/students?size=100")).await.expect("the service answers");
        let students: serde_json::Value = students.json().await.expect("JSON");
        assert_eq!(students["students"].as_array().map(Vec::len), Some(64), "the sample is inserted once");

        let kill = Command::new("kill").arg(program.0.id().to_string()).status().expect("kill runs");
        assert!(kill.success());
        assert_eq!(lines.next().as_deref(), Some("The university is closed."));
        assert!(program.0.wait().expect("the program ends").success());
        // SQLite has written everything to the file, and removed the log next to it.
        assert!(file.exists() && !folder.path().join("university.db-wal").exists());
    }
}
