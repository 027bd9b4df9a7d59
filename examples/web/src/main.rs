//! Opens the database, and serves it until the program is asked to stop.

use std::error::Error;
use std::net::SocketAddr;

use clap::Parser;
use orm::AsyncDb;
use tokio::net::TcpListener;
use tokio::signal;
use web::models::Models;

const DATABASE: &str = "An SQLite file, which is created if it is missing, or a URL such as \
    postgres://user:password@host/university; without it, SQLite in memory";

/// A university as a web service
#[derive(Parser)]
struct Options {
    #[arg(long, env = "DATABASE_URL", help = DATABASE)]
    database: Option<String>,
    /// Where to listen; port 0 is any free port
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    start_log();
    let db = open(options.database.as_deref()).await?;
    web::sample::insert_if_empty(&db).await?;

    let listener = TcpListener::bind(options.listen).await?;
    println!("The university is open at http://{}", listener.local_addr()?);
    axum::serve(listener, web::app(db.clone())).with_graceful_shutdown(asked_to_stop()).await?;
    db.close().await;
    println!("The university is closed.");
    Ok(())
}

/// Logs requests; `RUST_LOG=info,orm=debug` shows the statements too.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

async fn open(database: Option<&str>) -> Result<AsyncDb, Box<dyn Error>> {
    let db = match database {
        Some(url) if url.starts_with("postgres") => AsyncDb::connect(url).await?,
        Some(path) => AsyncDb::open(path).await?,
        None => AsyncDb::memory().await?,
    };
    db.create_tables::<Models>().await?;
    // Tables that exist already are not changed, and may be older than this program.
    match &db.check::<Models>().await?[..] {
        [] => Ok(db),
        [first, ..] => Err(format!("the database is not that of this program: {first}").into()),
    }
}

/// Waits for Ctrl-C, or for the signal that service managers send.
async fn asked_to_stop() {
    let interrupt = async { signal::ctrl_c().await.expect("the signal is listened for") };
    #[cfg(unix)]
    let terminate = async {
        let mut signals =
            signal::unix::signal(signal::unix::SignalKind::terminate()).expect("the signal is listened for");
        signals.recv().await
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        _ = terminate => {}
    }
}
