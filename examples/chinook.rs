//! A report from a database that exists already: Chinook, the music shop, opened for reading only.
//!
//! Its tables and columns are named in `PascalCase`, and none of them was made for this library.

#![expect(clippy::struct_field_names, reason = "the fields are named as the database names its columns")]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use orm::{Db, Many, Model, Recording};

#[derive(Model, Debug)]
#[model(table = "Artist", rename_all = "PascalCase")]
#[has_many(albums: Album)]
struct Artist {
    #[model(primary_key)]
    artist_id: i64,
    name: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "Album", rename_all = "PascalCase")]
#[has_many(tracks: Track)]
struct Album {
    #[model(primary_key)]
    album_id: i64,
    title: String,
    #[belongs_to(artist: Artist)]
    artist_id: i64,
}

#[derive(Model, Debug)]
#[model(table = "Track", rename_all = "PascalCase")]
#[many_to_many(playlists: Playlist, through = PlaylistTrack)]
struct Track {
    #[model(primary_key)]
    track_id: i64,
    name: String,
    #[belongs_to(album: Album)]
    album_id: Option<i64>,
    #[belongs_to(genre: Genre)]
    genre_id: Option<i64>,
    milliseconds: i64,
}

#[derive(Model, Debug)]
#[model(table = "Genre", rename_all = "PascalCase")]
struct Genre {
    #[model(primary_key)]
    genre_id: i64,
    name: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "Playlist", rename_all = "PascalCase")]
#[many_to_many(tracks: Track, through = PlaylistTrack)]
struct Playlist {
    #[model(primary_key)]
    playlist_id: i64,
    name: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "PlaylistTrack", rename_all = "PascalCase", primary_key(playlist_id, track_id))]
struct PlaylistTrack {
    playlist_id: i64,
    track_id: i64,
}

#[derive(Model, Debug)]
#[model(table = "Employee", rename_all = "PascalCase")]
#[has_many(reports: Employee, foreign_key = reports_to)]
#[has_many(customers: Customer, foreign_key = support_rep_id)]
struct Employee {
    #[model(primary_key)]
    employee_id: i64,
    first_name: String,
    last_name: String,
    title: Option<String>,
    #[belongs_to(manager: Employee)]
    reports_to: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "Customer", rename_all = "PascalCase")]
#[has_many(invoices: Invoice)]
struct Customer {
    #[model(primary_key)]
    customer_id: i64,
    first_name: String,
    last_name: String,
    country: Option<String>,
    #[belongs_to(support: Employee)]
    support_rep_id: Option<i64>,
}

#[derive(Model, Debug)]
#[model(table = "Invoice", rename_all = "PascalCase")]
#[has_many(lines: InvoiceLine)]
struct Invoice {
    #[model(primary_key)]
    invoice_id: i64,
    #[belongs_to(customer: Customer)]
    customer_id: i64,
    invoice_date: String,
    total: f64,
}

#[derive(Model, Debug)]
#[model(table = "InvoiceLine", rename_all = "PascalCase")]
struct InvoiceLine {
    #[model(primary_key)]
    invoice_line_id: i64,
    #[belongs_to(invoice: Invoice)]
    invoice_id: i64,
    #[belongs_to(track: Track)]
    track_id: i64,
    unit_price: f64,
    quantity: i32,
}

const HELP: &str = "\
A report from the Chinook database, a music shop that is widely used in examples.

Usage: cargo run --example chinook -- PATH

The file for SQLite, `Chinook_Sqlite.sqlite`, is among the releases of
https://github.com/lerocha/chinook-database. It is opened for reading only.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = match arguments.as_slice() {
        [] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [option] if option == "--help" || option == "-h" => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [path] if !path.starts_with('-') => path,
        _ => {
            eprintln!("chinook: give the path of the database, and nothing else\nTry `--help`.");
            return ExitCode::from(2);
        }
    };
    match report(path.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chinook: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(path: &Path) -> Result<(), Box<dyn Error>> {
    let db = Db::sqlite().read_only().open(path)?;
    artists(&db)?;
    playlists(&db)?;
    staff(&db)?;
    support(&db)?;
    largest_invoice(&db)?;
    Ok(())
}

/// Three levels below the artists: albums, their tracks, and the genre of each.
fn artists(db: &Db) -> orm::Result<()> {
    let section = Section::begin(db, "Artists who play jazz");
    let plays_jazz = Artist::albums().any(Album::tracks().any(Track::genre().has(Genre::name().eq("Jazz"))));
    let artists = Artist::query()
        .filter(plays_jazz)
        .order_by(Artist::name().asc())
        .limit(5)
        .prefetch(Artist::albums().order_by(Album::title().asc()).prefetch(Album::tracks().prefetch(Track::genre())))
        .all(db)?;
    for artist in &artists {
        println!("  {}", shown(artist.name.as_ref()));
        for album in artist.albums() {
            let mut genres: Vec<&str> = album
                .tracks()
                .iter()
                .filter_map(|track| track.genre().as_ref())
                .map(|genre| shown(genre.name.as_ref()))
                .collect();
            genres.sort_unstable();
            genres.dedup();
            let length = minutes(album.tracks().iter().map(|track| track.milliseconds).sum());
            let tracks = album.tracks().len();
            println!(
                "    {:<44}{tracks:>3} {:<6} {length:>7}  {}",
                cut(&album.title, 43),
                plural("track", tracks),
                genres.join(", ")
            );
        }
    }
    section.end();
    Ok(())
}

/// A many-to-many relation: 8,715 links lead to 3,503 tracks, each of which is read once.
fn playlists(db: &Db) -> orm::Result<()> {
    let section = Section::begin(db, "Playlists");
    let mut playlists = Playlist::query().prefetch(Playlist::tracks()).all(db)?;
    // Rows with relations are rows: sort, filter and move them.
    playlists.sort_by_key(|playlist| std::cmp::Reverse(playlist.tracks().len()));
    let most = playlists.first().map_or(1, |playlist| playlist.tracks().len().max(1));
    for playlist in &playlists {
        let tracks = playlist.tracks().len();
        let bar = "▇".repeat((tracks * 30).div_ceil(most));
        let line = format!("  {:<28}{tracks:>6} {:<6}  {bar}", shown(playlist.name.as_ref()), plural("track", tracks));
        println!("{}", line.trim_end());
    }
    section.end();
    Ok(())
}

/// A table that refers to itself, read in both directions.
fn staff(db: &Db) -> orm::Result<()> {
    let section = Section::begin(db, "Staff, from the top");
    let top = Employee::query()
        .filter(Employee::reports_to().is_null())
        .prefetch(Employee::reports().prefetch(Employee::reports()))
        .all(db)?;
    for chief in &top {
        println!("  {}", chief.name_and_title());
        for (position, manager) in chief.reports().iter().enumerate() {
            let last = position + 1 == chief.reports().len();
            let (branch, trunk) = if last { ("└─", "  ") } else { ("├─", "│ ") };
            println!("  {branch} {}", manager.name_and_title());
            for (position, employee) in manager.reports().iter().enumerate() {
                let branch = if position + 1 == manager.reports().len() { "└─" } else { "├─" };
                println!("  {trunk} {branch} {}", employee.name_and_title());
            }
        }
    }
    section.end();

    let section = Section::begin(db, "Staff, and whom they report to");
    let employees = Employee::query().order_by(Employee::last_name().asc()).prefetch(Employee::manager()).all(db)?;
    for employee in &employees {
        let manager = employee.manager().as_ref().map_or_else(|| "nobody".to_owned(), |manager| manager.name());
        println!("  {:<20}→ {manager}", employee.name());
    }
    section.end();
    Ok(())
}

/// Two levels of `has_many`, and sums over them.
fn support(db: &Db) -> orm::Result<()> {
    let section = Section::begin(db, "Customers of each support person");
    let staff = Employee::query()
        .filter(Employee::customers().exists())
        .prefetch(Employee::customers().order_by(Customer::last_name().asc()).prefetch(Customer::invoices()))
        .all(db)?;
    for employee in &staff {
        let customers = employee.customers();
        let total: f64 = customers.iter().map(spent).sum();
        println!("  {:<20}{:>3} customers, who paid {total:>8.2}", employee.name(), customers.len());
        let best = customers.iter().max_by(|one, other| spent(*one).total_cmp(&spent(*other)));
        if let Some(best) = best {
            let country = shown(best.country.as_ref());
            println!("     most of all {} {} of {country}: {:.2}", best.first_name, best.last_name, spent(best));
        }
    }
    section.end();
    Ok(())
}

/// What a customer paid. It takes any customer whose invoices were loaded, all of them, whatever else was.
fn spent(customer: &impl CustomerRelations<Invoices = Many<Invoice>>) -> f64 {
    customer.invoices().iter().map(|invoice| invoice.total).sum()
}

/// Four levels below a single row, and two relations side by side.
fn largest_invoice(db: &Db) -> orm::Result<()> {
    let section = Section::begin(db, "The largest invoice");
    let invoice =
        Invoice::query()
            .order_by(Invoice::total().desc())
            .prefetch(Invoice::customer())
            .prefetch(Invoice::lines().prefetch(
                InvoiceLine::track().prefetch(Track::album().prefetch(Album::artist())).prefetch(Track::genre()),
            ))
            .first(db)?;
    if let Some(invoice) = invoice {
        let customer = invoice.customer();
        let date = invoice.invoice_date.split(' ').next().unwrap_or_default();
        println!("  No. {} of {date}, to {} {}", invoice.invoice_id, customer.first_name, customer.last_name);
        for line in invoice.lines() {
            let track = line.track();
            let artist = track.album().as_ref().map_or("?", |album| shown(album.artist().name.as_ref()));
            let price = line.unit_price * f64::from(line.quantity);
            println!("    {:<32}{:<28}{price:>8.2}", cut(&track.name, 31), cut(artist, 27));
        }
        println!("    {:<60}{:>8.2}", "", invoice.total);
    }
    section.end();
    Ok(())
}

impl Employee {
    fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    fn name_and_title(&self) -> String {
        format!("{}, {}", self.name(), shown(self.title.as_ref()))
    }
}

/// A section of the report, and the statements that it took.
struct Section {
    recording: Recording,
}

impl Section {
    fn begin(db: &Db, title: &str) -> Self {
        println!("── {title} ──\n");
        Section { recording: db.record() }
    }

    fn end(self) {
        println!("\n  {} statements\n", self.recording.count());
    }
}

fn shown(name: Option<&String>) -> &str {
    name.map_or("unnamed", String::as_str)
}

fn plural(noun: &str, count: usize) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

/// The first characters of a text, with an ellipsis if some are missing.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

/// `73:05`
fn minutes(milliseconds: i64) -> String {
    let seconds = milliseconds / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
