//! The report. It is compiled twice, for the models of the surrounding module, whatever their names in SQL.

use orm::{Db, Many, Model};

use super::{Album, Artist, Customer, CustomerRelations, Employee, Genre, Invoice, InvoiceLine, Playlist, Track};
use crate::text::{Section, cut, minutes, plural, shown};
use crate::values::Price;

pub(crate) fn report(db: &Db) -> orm::Result<()> {
    artists(db)?;
    playlists(db)?;
    staff(db)?;
    support(db)?;
    largest_invoice(db)
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
        let total: Price = customers.iter().map(spent).sum();
        println!("  {:<20}{:>3} customers, who paid {total:>8}", employee.name(), customers.len());
        let best = customers.iter().max_by_key(|customer| spent(*customer));
        if let Some(best) = best {
            let country = shown(best.country.as_ref());
            println!("     most of all {} {} of {country}: {}", best.first_name, best.last_name, spent(best));
        }
    }
    section.end();
    Ok(())
}

/// Returns what a customer paid. It accepts any customer whose invoices were loaded without a filter, whatever else was
/// loaded.
fn spent(customer: &impl CustomerRelations<Invoices = Many<Invoice>>) -> Price {
    customer.invoices().iter().map(|invoice| invoice.total).sum()
}

/// Four levels below a single row, and two relations next to each other.
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
        let date = &invoice.invoice_date.0;
        println!("  No. {} of {date}, to {} {}", invoice.invoice_id, customer.first_name, customer.last_name);
        for line in invoice.lines() {
            let track = line.track();
            let artist = track.album().as_ref().map_or("?", |album| shown(album.artist().name.as_ref()));
            let price = line.unit_price * line.quantity;
            println!("    {:<32}{:<28}{price:>8}", cut(&track.name, 31), cut(artist, 27));
        }
        println!("    {:<60}{:>8}", "", invoice.total);
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
