//! The database of a trial, with a random schema and random rows, and the oracle with the same rows.

use std::fmt::Debug;

use orm::{Db, Executor, Model, Result, TrustedSql, sql};
use tempfile::TempDir;

use crate::models::{
    Deed, House, Lease, NewDeed, NewLease, NewNote, NewPayment, Note, Payment, Person, Sample as _, Tag, Town, Tried,
};
use crate::oracle::{Cell, Cells, Collation, Oracle, STORED, Table};
use crate::random::Random;

/// A description of the mistake, with the query, its SQL and the rows.
pub(crate) type Finding = String;

pub(crate) struct Ground {
    pub(crate) db: Db,
    pub(crate) oracle: Oracle,
    pub(crate) random: Random,
    /// The number of compared results.
    pub(crate) compared: u64,
    schema: Schema,
    /// The folder is removed when the trial ends.
    _folder: Option<TempDir>,
}

/// The random properties of the tables.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
struct Schema {
    is_postgres: bool,
    collations: [Collation; 3],
    has_references: bool,
    has_indexes: bool,
    /// SQLite: tables without a rowid, or with checked types.
    table_options: &'static str,
    has_unique_links: bool,
}

impl Ground {
    /// A database with the rows of the seed: in memory, in a file, or in a separate schema on a server.
    pub(crate) fn new(seed: u64, server: Option<&Server>) -> Result<Self> {
        let mut random = Random::new(seed);
        let schema = Schema::random(&mut random, server.is_some());
        let folder = (server.is_none() && random.chance(30)).then(|| tempfile::tempdir().expect("a folder is created"));
        let db = match (server, &folder) {
            (Some(server), _) => server.schema(seed)?,
            (None, Some(folder)) => Db::open(folder.path().join("trial.db"))?,
            (None, None) => Db::memory()?,
        };
        let oracle = Oracle::new(schema.collations);
        let mut ground = Ground { db, oracle, random, compared: 0, schema, _folder: folder };
        for statement in ground.schema.statements() {
            run(&ground.db, statement)?;
        }
        ground.fill()?;
        Ok(ground)
    }

    /// Describes the database for a report.
    pub(crate) fn describe(&self) -> String {
        let rows = STORED.iter().map(|&table| format!("{table:?}: {:?}", self.oracle.rows(table)));
        format!("{:#?}\n{}", self.schema, rows.collect::<Vec<_>>().join("\n"))
    }

    /// Compares the library's result with the oracle's.
    pub(crate) fn compare<T: Debug + PartialEq>(
        &mut self,
        what: &dyn Debug,
        sql: impl FnOnce() -> String,
        found: Result<T>,
        expected: &T,
    ) -> Result<(), Finding> {
        self.compared += 1;
        match found {
            Ok(found) if found == *expected => Ok(()),
            Ok(found) => Err(format!("{what:#?}\n{}\nfound:    {found:?}\nexpected: {expected:?}", sql())),
            Err(error) => Err(format!("{what:#?}\n{}\nfailed: {error}\nexpected: {expected:?}", sql())),
        }
    }

    /// Returns a row of a table, if it has any.
    pub(crate) fn some<M: Tried>(&mut self) -> Option<Cells> {
        let rows = self.oracle.rows(M::OF);
        self.random.maybe_one_of(&rows).cloned()
    }

    /// Returns a text that is equal in the collation of a column.
    pub(crate) fn same_text(&mut self, table: Table, column: usize, text: &str) -> String {
        match self.oracle.collation(table, column) {
            Collation::NoCase if self.random.chance(50) => text.to_ascii_uppercase(),
            Collation::RTrim if self.random.chance(50) => format!("{text} "),
            _ => text.to_owned(),
        }
    }

    /// Compares all tables with the oracle's.
    pub(crate) fn compare_tables(&mut self, what: &dyn Debug) -> Result<(), Finding> {
        self.compare_table::<Town>(what)?;
        self.compare_table::<House>(what)?;
        self.compare_table::<Person>(what)?;
        self.compare_table::<Lease>(what)?;
        self.compare_table::<Payment>(what)?;
        self.compare_table::<Deed>(what)?;
        self.compare_table::<Tag>(what)?;
        self.compare_table::<Note>(what)?;
        let links = sql("SELECT person_id, label FROM person_tags").tuples::<(i64, String)>(&self.db);
        let cells = |(person, label): (i64, String)| vec![Cell::Int(person), Cell::Text(label)];
        let found = links.map(|links| self.folded_links(links.into_iter().map(cells).collect()));
        let expected = self.folded_links(self.oracle.rows(Table::PersonTag));
        self.compare(&("the links after", what), String::new, found, &expected)
    }

    fn compare_table<M: Tried>(&mut self, what: &dyn Debug) -> Result<(), Finding> {
        let found = M::query().all(&self.db).map(|rows| rows.iter().map(Tried::cells).collect::<Vec<_>>());
        let expected = self.oracle.select(M::OF, &crate::oracle::Asked::default());
        self.compare(&(M::OF, "after", what), String::new, found, &expected)
    }

    /// Links as texts that are equal if their labels are equal in the collation.
    fn folded_links(&self, links: Vec<Cells>) -> Vec<String> {
        let fold = |label: &str| match self.oracle.collation(Table::PersonTag, 1) {
            Collation::Binary => label.to_owned(),
            Collation::NoCase => label.to_ascii_lowercase(),
            Collation::RTrim => label.trim_end_matches(' ').to_owned(),
        };
        let text = |link: Cells| match &link[1] {
            Cell::Text(label) => format!("{:?} {:?}", link[0], fold(label)),
            other => format!("{:?} {other:?}", link[0]),
        };
        let mut links: Vec<String> = links.into_iter().map(text).collect();
        links.sort();
        links
    }

    fn fill(&mut self) -> Result<()> {
        let db = self.db.clone();
        let tx = db.begin()?;
        let number = self.random.below(14);
        self.towns(&tx, number)?;
        let number = self.random.below(14);
        self.people(&tx, number)?;
        self.houses(&tx)?;
        self.leases(&tx)?;
        self.payments(&tx)?;
        self.deeds(&tx)?;
        self.tags(&tx)?;
        self.notes(&tx)?;
        tx.commit()
    }

    fn ids(&mut self, number: usize) -> Vec<i64> {
        let spread = *self.random.one_of(&[1, 3, 1_000_003]);
        let mut ids: Vec<i64> = (0..number).map(|_| self.random.between(-5, 25) * spread).collect();
        ids.sort_unstable();
        ids.dedup();
        self.random.shuffle(&mut ids);
        ids
    }

    fn towns(&mut self, on: &impl Executor, number: usize) -> Result<()> {
        let ids = self.ids(number);
        for &id in &ids {
            let random = &mut self.random;
            let (name, mayor, size) = (String::sample(random), Option::sample(random), i64::sample(random));
            self.keep(&Town { id, name, mayor, size, parent_id: None }.insert(on)?);
        }
        for row in self.oracle.rows(Table::Town) {
            let mut town = Town::find(on, number_of(&row[0]))?;
            town.parent_id = self.key(&ids, 777);
            town.update(on)?;
            self.replace(&town);
        }
        Ok(())
    }

    fn people(&mut self, on: &impl Executor, number: usize) -> Result<()> {
        let ids = self.ids(number);
        for &id in &ids {
            let random = &mut self.random;
            let (name, age, score) = (String::sample(random), Option::sample(random), Option::sample(random));
            let active = bool::sample(random);
            self.keep(&Person { id, name, age, score, active, boss_id: None }.insert(on)?);
        }
        for row in self.oracle.rows(Table::Person) {
            let person = Person::find(on, number_of(&row[0]))?;
            let boss_id = self.key(&ids, 777);
            let person = person.edit(on, |person| person.boss_id = boss_id)?;
            self.replace(&person);
        }
        Ok(())
    }

    fn houses(&mut self, on: &impl Executor) -> Result<()> {
        let (towns, people) = (self.oracle.rows(Table::Town), self.numbers(Table::Person));
        for _ in 0..self.random.below(20) {
            let Some(town) = self.random.maybe_one_of(&towns) else { break };
            let (town_id, code, rooms) =
                (number_of(&town[0]), String::sample(&mut self.random), Option::sample(&mut self.random));
            let house = House { code, town_id, owner_id: self.key(&people, 778), rooms };
            if self.is_new(&house) {
                self.keep(&house.insert(on)?);
            }
        }
        Ok(())
    }

    fn leases(&mut self, on: &impl Executor) -> Result<()> {
        let people = self.numbers(Table::Person);
        let mut new = Vec::new();
        for _ in 0..self.random.below(30) {
            let (Some(house), Some(&person_id)) = (self.some::<House>(), self.random.maybe_one_of(&people)) else {
                break;
            };
            let house_code = self.same_text(Table::Lease, 0, text_of(&house[0]));
            let lease = Lease { house_code, person_id, rent: Option::sample(&mut self.random) };
            if self.is_new(&lease) {
                self.keep(&lease);
                new.push(NewLease { house_code: lease.house_code, person_id, rent: lease.rent });
            }
        }
        orm::bulk_insert(on, new).map(|_| ())
    }

    fn payments(&mut self, on: &impl Executor) -> Result<()> {
        let mut new = Vec::new();
        for _ in 0..self.random.below(30) {
            let amount = i64::sample(&mut self.random);
            let lease = self.some::<Lease>();
            let (house_code, person_id) = match lease {
                Some(lease) if self.random.chance(80) => {
                    let code = self.same_text(Table::Payment, 1, text_of(&lease[0]));
                    (Some(code), Some(number_of(&lease[1])))
                }
                // A key with a `NULL` part leads to no row.
                Some(lease) if self.random.chance(50) => (Some(text_of(&lease[0]).to_owned()), None),
                _ if !self.schema.has_references => (Some(String::sample(&mut self.random)), Some(7)),
                _ => (None, None),
            };
            new.push(NewPayment { house_code, person_id, amount });
        }
        for payment in orm::insert_many(on, new)? {
            self.keep(&payment);
        }
        Ok(())
    }

    fn deeds(&mut self, on: &impl Executor) -> Result<()> {
        for _ in 0..self.random.below(12) {
            let house = self.some::<House>().filter(|_| self.random.chance(80));
            let house_code = house.map(|house| self.same_text(Table::Deed, 2, text_of(&house[0])));
            let is_taken = house_code.as_ref().is_some_and(|code| {
                let (code, collation) = (Cell::Text(code.clone()), self.oracle.collation(Table::Deed, 2));
                let is_same = |deed: &Cells| crate::oracle::equal(&deed[2], &code, collation) == Some(true);
                self.oracle.rows(Table::Deed).iter().any(is_same)
            });
            if !is_taken {
                let deed = NewDeed { text: String::sample(&mut self.random), house_code }.insert(on)?;
                self.keep(&deed);
            }
        }
        Ok(())
    }

    fn tags(&mut self, on: &impl Executor) -> Result<()> {
        for _ in 0..self.random.below(12) {
            let tag = Tag { label: String::sample(&mut self.random), weight: Option::sample(&mut self.random) };
            if self.is_new(&tag) {
                self.keep(&tag.insert(on)?);
            }
        }
        let people = self.numbers(Table::Person);
        for _ in 0..self.random.below(30) {
            let (Some(&person), Some(tag)) = (self.random.maybe_one_of(&people), self.some::<Tag>()) else { break };
            let label = self.same_text(Table::PersonTag, 1, text_of(&tag[0]));
            let link = vec![Cell::Int(person), Cell::Text(label.clone())];
            let links = self.oracle.rows(Table::PersonTag);
            let is_there = links.iter().any(|other| self.oracle.same_key(Table::PersonTag, other, &link));
            if !is_there || !self.schema.has_unique_links {
                sql("INSERT INTO person_tags (person_id, label) VALUES ($1, $2)")
                    .bind(person)
                    .bind(label)
                    .execute(on)?;
                self.oracle.rows_mut(Table::PersonTag).push(link);
            }
        }
        Ok(())
    }

    fn notes(&mut self, on: &impl Executor) -> Result<()> {
        let mut new = Vec::new();
        for _ in 0..self.random.below(20) {
            let (tag, table) = *self.random.one_of(&[("town", Table::Town), ("person", Table::Person)]);
            let keys = self.numbers(table);
            let subject_id = if self.random.chance(10) { Some(779) } else { self.random.maybe_one_of(&keys).copied() };
            let subject_type = (!self.random.chance(10)).then(|| tag.to_owned());
            new.push(NewNote { body: Option::sample(&mut self.random), subject_type, subject_id });
        }
        for note in orm::insert_many(on, new)? {
            self.keep(&note);
        }
        Ok(())
    }

    /// An optional key: of a row, of no row, or `NULL`.
    fn key(&mut self, keys: &[i64], of_none: i64) -> Option<i64> {
        match self.random.below(8) {
            0 => None,
            1 if !self.schema.has_references => Some(of_none),
            _ => self.random.maybe_one_of(keys).copied(),
        }
    }

    fn numbers(&self, table: Table) -> Vec<i64> {
        self.oracle.rows(table).iter().map(|row| number_of(&row[0])).collect()
    }

    pub(crate) fn is_new<M: Tried>(&self, row: &M) -> bool {
        let cells = row.cells();
        !self.oracle.rows(M::OF).iter().any(|other| self.oracle.same_key(M::OF, other, &cells))
    }

    pub(crate) fn keep<M: Tried>(&mut self, row: &M) {
        self.oracle.rows_mut(M::OF).push(row.cells());
    }

    pub(crate) fn replace<M: Tried>(&mut self, row: &M) {
        let cells = row.cells();
        let at = self.oracle.rows(M::OF).iter().position(|other| self.oracle.same_key(M::OF, other, &cells));
        match at {
            Some(at) => self.oracle.rows_mut(M::OF)[at] = cells,
            None => self.keep(row),
        }
    }
}

pub(crate) fn number_of(cell: &Cell) -> i64 {
    match cell {
        Cell::Int(number) => *number,
        other => panic!("a number was expected: {other:?}"),
    }
}

pub(crate) fn text_of(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) => text,
        other => panic!("a text was expected: {other:?}"),
    }
}

fn run(db: &Db, statement: String) -> Result<()> {
    sql(TrustedSql(statement)).execute(db).map(|_| ())
}

impl Schema {
    fn random(random: &mut Random, is_postgres: bool) -> Self {
        let mut collation = || *random.one_of(&[Collation::Binary, Collation::NoCase, Collation::RTrim]);
        let collations = [collation(), collation(), collation()];
        Schema {
            is_postgres,
            collations: if is_postgres { [Collation::Binary; 3] } else { collations },
            has_references: random.chance(50),
            has_indexes: random.chance(60),
            table_options: if is_postgres { "" } else { ["", " WITHOUT ROWID", " STRICT"][random.below(3)] },
            has_unique_links: random.chance(60),
        }
    }

    fn statements(&self) -> Vec<String> {
        let id = if self.is_postgres {
            "id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 100000000) PRIMARY KEY"
        } else {
            "id INTEGER NOT NULL PRIMARY KEY"
        };
        let int = if self.is_postgres { "bigint" } else { "INTEGER" };
        let (small, real, boolean) =
            if self.is_postgres { ("integer", "double precision", "boolean") } else { ("INTEGER", "REAL", "INTEGER") };
        let [name, code, label] = self.collations.map(|collation| self.text(collation));
        let text = self.text(Collation::Binary);
        let refer = |to: &str| if self.has_references { format!(" REFERENCES {to}") } else { String::new() };
        let (towns, people, houses) = (refer("towns (id)"), refer("people (id)"), refer("houses (code)"));
        let (leases, labels) = (refer("leases (house_code, person_id)"), refer("tags (label)"));
        let lease =
            if leases.is_empty() { String::new() } else { format!(", FOREIGN KEY (house_code, person_id){leases}") };
        let unique = if self.has_unique_links { ", PRIMARY KEY (person_id, label)" } else { "" };
        let strict = if self.table_options == " STRICT" { " STRICT" } else { "" };
        let options = self.table_options;
        let mut statements = vec![
            format!(
                "CREATE TABLE towns ({id}, name {name} NOT NULL, mayor {name}, size {int} NOT NULL, parent_id {int}{towns}){strict}"
            ),
            format!(
                "CREATE TABLE people ({id}, name {name} NOT NULL, age {int}, score {real}, active {boolean} NOT NULL, \
                 boss_id {int}{people}){strict}"
            ),
            format!(
                "CREATE TABLE houses (code {code} NOT NULL PRIMARY KEY, town_id {int} NOT NULL{towns}, owner_id {int}{people}, \
                 rooms {small}){options}"
            ),
            format!(
                "CREATE TABLE leases (house_code {code} NOT NULL{houses}, person_id {int} NOT NULL{people}, rent {int}, \
                 PRIMARY KEY (house_code, person_id)){options}"
            ),
            format!(
                "CREATE TABLE payments ({id}, house_code {code}, person_id {int}, amount {int} NOT NULL{lease}){strict}"
            ),
            format!("CREATE TABLE deeds ({id}, text {text} NOT NULL, house_code {code} UNIQUE{houses}){strict}"),
            format!("CREATE TABLE tags (label {label} NOT NULL PRIMARY KEY, weight {int}){options}"),
            format!("CREATE TABLE notes ({id}, body {text}, subject_type {text}, subject_id {int}){strict}"),
            format!(
                "CREATE TABLE person_tags (person_id {int} NOT NULL{people}, label {label} NOT NULL{labels}{unique}){strict}"
            ),
            "CREATE VIEW big_towns AS SELECT id, name, size FROM towns WHERE size > 10".to_owned(),
        ];
        if self.has_indexes {
            let indexed = [
                "towns (parent_id)",
                "people (boss_id)",
                "houses (town_id)",
                "houses (owner_id)",
                "leases (person_id)",
                "payments (house_code, person_id)",
                "notes (subject_id)",
                "person_tags (person_id)",
                "person_tags (label)",
            ];
            let index = |(number, columns): (usize, &&str)| format!("CREATE INDEX i{number} ON {columns}");
            statements.extend(indexed.iter().enumerate().map(index));
        }
        statements
    }

    fn text(&self, collation: Collation) -> &'static str {
        match collation {
            _ if self.is_postgres => "text COLLATE \"C\"",
            Collation::Binary => "TEXT",
            Collation::NoCase => "TEXT COLLATE NOCASE",
            Collation::RTrim => "TEXT COLLATE RTRIM",
        }
    }
}

/// A PostgreSQL server, on which each trial has a separate schema.
pub(crate) struct Server {
    url: String,
    admin: Db,
    /// Distinguishes the schemas of this run from others.
    run: String,
}

impl Server {
    pub(crate) fn new(url: &str) -> Result<Self> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |now| now.as_micros());
        let run = format!("orm_trial_{}_{now}", std::process::id());
        Ok(Server { url: url.to_owned(), admin: Db::connect(url)?, run })
    }

    fn schema(&self, seed: u64) -> Result<Db> {
        let name = format!("{}_{seed}", self.run);
        run(&self.admin, format!("CREATE SCHEMA {name}"))?;
        let separator = if self.url.contains('?') { '&' } else { '?' };
        // PostgreSQL would compile each of these large statements for seconds, to read a few rows.
        Db::connect(&format!("{}{separator}options=-c%20search_path%3D{name}%20-c%20jit%3Doff", self.url))
    }

    /// Drops the schema of a trial.
    pub(crate) fn clear(&self, seed: u64) -> Result<()> {
        run(&self.admin, format!("DROP SCHEMA IF EXISTS {}_{seed} CASCADE", self.run))
    }
}
