//! The oracle: tables as vectors of rows, and the results of SQL in plain Rust, with three-valued logic and collations.
//!
//! Nothing here uses the library, so that both do not have the same mistake.

use std::cell::Cell as Counter;
use std::cmp::Ordering;
use std::panic;

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
}

pub(crate) type Cells = Vec<Cell>;

/// How texts are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Collation {
    Binary,
    NoCase,
    RTrim,
}

/// The tables, and the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Town,
    House,
    Person,
    Lease,
    Payment,
    Deed,
    Tag,
    Note,
    PersonTag,
    BigTown,
}

/// How the rows of two selections are combined.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SetOperator {
    Union,
    UnionAll,
    Intersect,
    Except,
}

impl SetOperator {
    pub(crate) const ALL: [SetOperator; 4] =
        [SetOperator::Union, SetOperator::UnionAll, SetOperator::Intersect, SetOperator::Except];

    /// The rows of both, in no order. Two `NULL`s count as equal.
    pub(crate) fn of<T: Ord>(self, left: Vec<T>, right: Vec<T>) -> Vec<T> {
        let mut rows: Vec<T> = match self {
            SetOperator::UnionAll => return left.into_iter().chain(right).collect(),
            SetOperator::Union => left.into_iter().chain(right).collect(),
            SetOperator::Intersect => left.into_iter().filter(|row| right.contains(row)).collect(),
            SetOperator::Except => left.into_iter().filter(|row| !right.contains(row)).collect(),
        };
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// The tables with rows, in an order in which they can be filled.
pub(crate) const STORED: [Table; 9] = [
    Table::Town,
    Table::Person,
    Table::House,
    Table::Lease,
    Table::Payment,
    Table::Deed,
    Table::Tag,
    Table::Note,
    Table::PersonTag,
];

/// A relation: the columns of a row that are equal to columns of the target rows.
pub(crate) struct Relation {
    pub(crate) name: &'static str,
    pub(crate) to: Table,
    from: &'static [usize],
    through: Option<(Table, &'static [usize], &'static [usize])>,
    target: &'static [usize],
    tag: Option<(usize, &'static str)>,
}

const fn direct(name: &'static str, from: &'static [usize], to: Table, target: &'static [usize]) -> Relation {
    Relation { name, to, from, through: None, target, tag: None }
}

const fn tagged(name: &'static str, tag: &'static str) -> Relation {
    Relation { name, to: Table::Note, from: &[0], through: None, target: &[3], tag: Some((2, tag)) }
}

const fn through(
    name: &'static str,
    from: &'static [usize],
    between: (Table, &'static [usize], &'static [usize]),
    to: Table,
    target: &'static [usize],
) -> Relation {
    Relation { name, to, from, through: Some(between), target, tag: None }
}

impl Table {
    pub(crate) fn columns(self) -> &'static [&'static str] {
        match self {
            Table::Town => &["id", "name", "mayor", "size", "parent_id"],
            Table::House => &["code", "town_id", "owner_id", "rooms"],
            Table::Person => &["id", "name", "age", "score", "active", "boss_id"],
            Table::Lease => &["house_code", "person_id", "rent"],
            Table::Payment => &["id", "house_code", "person_id", "amount"],
            Table::Deed => &["id", "text", "house_code"],
            Table::Tag => &["label", "weight"],
            Table::Note => &["id", "body", "subject_type", "subject_id"],
            Table::PersonTag => &["person_id", "label"],
            Table::BigTown => &["id", "name", "size"],
        }
    }

    pub(crate) fn key(self) -> &'static [usize] {
        match self {
            Table::Lease | Table::PersonTag => &[0, 1],
            _ => &[0],
        }
    }

    pub(crate) fn relations(self) -> &'static [Relation] {
        const TOWN: &[Relation] = &[
            direct("parent", &[4], Table::Town, &[0]),
            direct("districts", &[0], Table::Town, &[4]),
            direct("houses", &[0], Table::House, &[1]),
            through("leases", &[0], (Table::House, &[1], &[0]), Table::Lease, &[0]),
            tagged("notes", "town"),
        ];
        const HOUSE: &[Relation] = &[
            direct("town", &[1], Table::Town, &[0]),
            direct("owner", &[2], Table::Person, &[0]),
            direct("deed", &[0], Table::Deed, &[2]),
            direct("leases", &[0], Table::Lease, &[0]),
            through("tenants", &[0], (Table::Lease, &[0], &[1]), Table::Person, &[0]),
        ];
        const PERSON: &[Relation] = &[
            direct("boss", &[5], Table::Person, &[0]),
            direct("reports", &[0], Table::Person, &[5]),
            direct("owned", &[0], Table::House, &[2]),
            through("tags", &[0], (Table::PersonTag, &[0], &[1]), Table::Tag, &[0]),
            through("homes", &[0], (Table::Lease, &[1], &[0]), Table::House, &[0]),
            tagged("notes", "person"),
        ];
        const LEASE: &[Relation] = &[
            direct("house", &[0], Table::House, &[0]),
            direct("person", &[1], Table::Person, &[0]),
            direct("payments", &[0, 1], Table::Payment, &[1, 2]),
        ];
        const PAYMENT: &[Relation] = &[direct("lease", &[1, 2], Table::Lease, &[0, 1])];
        const DEED: &[Relation] = &[direct("house", &[2], Table::House, &[0])];
        const TAG: &[Relation] = &[through("people", &[0], (Table::PersonTag, &[1], &[0]), Table::Person, &[0])];
        const BIG_TOWN: &[Relation] = &[direct("houses", &[0], Table::House, &[1])];
        match self {
            Table::Town => TOWN,
            Table::House => HOUSE,
            Table::Person => PERSON,
            Table::Lease => LEASE,
            Table::Payment => PAYMENT,
            Table::Deed => DEED,
            Table::Tag => TAG,
            Table::BigTown => BIG_TOWN,
            Table::Note | Table::PersonTag => &[],
        }
    }

    pub(crate) fn column(self, name: &str) -> usize {
        self.columns().iter().position(|column| *column == name).expect("the table has the column")
    }

    pub(crate) fn relation(self, name: &str) -> usize {
        self.relations().iter().position(|relation| relation.name == name).expect("the table has the relation")
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Comparison {
    pub(crate) const ALL: [Comparison; 6] =
        [Comparison::Eq, Comparison::Ne, Comparison::Lt, Comparison::Le, Comparison::Gt, Comparison::Ge];

    pub(crate) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Eq => ordering.is_eq(),
            Comparison::Ne => ordering.is_ne(),
            Comparison::Lt => ordering.is_lt(),
            Comparison::Le => ordering.is_le(),
            Comparison::Gt => ordering.is_gt(),
            Comparison::Ge => ordering.is_ge(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    Like(String),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
}

/// A condition on rows of one table.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Compare(usize, Comparison, Cell),
    /// The column plus a number, compared with another number.
    Sum(usize, i64, Comparison, i64),
    Columns(usize, Comparison, usize),
    IsNull(usize),
    In(usize, Vec<Cell>),
    /// The value is one of the values of a column of a selection from a table.
    Among(usize, Table, Box<Asked>, usize),
    Between(usize, Cell, Cell),
    Like {
        column: usize,
        pattern: Pattern,
        either_case: bool,
    },
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Any(usize, Box<Condition>),
    None(usize, Box<Condition>),
    All(usize, Box<Condition>),
    Exists(usize),
    /// One of the first rows of a relation meets the condition.
    AnyAmong(usize, Box<Asked>, Box<Condition>),
    /// A value compared with another.
    Value(By, Comparison, Cell),
}

/// A value by which rows are ordered or compared.
#[derive(Clone, Debug)]
pub(crate) enum By {
    Column(usize),
    /// A value computed from the rows of a relation that meet a condition: of the column at a position.
    Computed(usize, Function, usize, Box<Condition>),
    /// A value of the row that a to-one relation leads to.
    Related(usize, Box<By>),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Function {
    Count,
    Presence,
    Sum,
    Min,
    Max,
}

/// A term of an order.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) by: By,
    pub(crate) descending: bool,
    pub(crate) nulls_first: Option<bool>,
}

/// The parts of a query or of a relation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) filters: Vec<Condition>,
    pub(crate) order: Vec<Term>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
}

/// The rows, and how the schema compares texts.
#[derive(Clone)]
pub(crate) struct Oracle {
    tables: [Vec<Cells>; STORED.len()],
    /// How many rows were read since the begin of the step.
    read: Counter<usize>,
    /// Texts of names, of codes of houses, and of labels of tags.
    pub(crate) collations: [Collation; 3],
}

/// How many rows a step may read: some seconds of work. The oracle evaluates an inner query for each row of the outer one,
/// so that the work grows with the power of the nesting.
const MOST_READ: usize = 3_000_000;

/// Ends a step whose evaluation takes too long, as the payload of a panic.
pub(crate) struct GivenUp;

fn place(table: Table) -> usize {
    STORED.iter().position(|other| *other == table).expect("a table that holds rows")
}

impl Oracle {
    pub(crate) fn new(collations: [Collation; 3]) -> Self {
        Oracle { tables: Default::default(), read: Counter::default(), collations }
    }

    /// Begins a step.
    pub(crate) fn begin(&self) {
        self.read.set(0);
    }

    /// The rows of a table; those of the view are a part of the towns.
    pub(crate) fn rows(&self, table: Table) -> Vec<Cells> {
        self.count(table);
        if table == Table::BigTown {
            let is_big = |town: &&Cells| matches!(town[3], Cell::Int(size) if size > 10);
            return self.tables[place(Table::Town)].iter().filter(is_big).map(|town| pick(town, &[0, 1, 3])).collect();
        }
        self.tables[place(table)].clone()
    }

    fn count(&self, table: Table) {
        let stored = if table == Table::BigTown { Table::Town } else { table };
        self.read.set(self.read.get() + self.tables[place(stored)].len());
        if self.read.get() > MOST_READ {
            panic::resume_unwind(Box::new(GivenUp));
        }
    }

    pub(crate) fn rows_mut(&mut self, table: Table) -> &mut Vec<Cells> {
        &mut self.tables[place(table)]
    }

    pub(crate) fn collation(&self, table: Table, column: usize) -> Collation {
        match table.columns()[column] {
            "name" | "mayor" => self.collations[0],
            "code" | "house_code" => self.collations[1],
            "label" => self.collations[2],
            _ => Collation::Binary,
        }
    }

    /// The rows that a query returns, in its order.
    pub(crate) fn select(&self, table: Table, asked: &Asked) -> Vec<Cells> {
        self.narrow(table, self.rows(table), asked)
    }

    /// Returns the rows of `rows` that the query selects, in its order.
    pub(crate) fn narrow(&self, table: Table, rows: Vec<Cells>, asked: &Asked) -> Vec<Cells> {
        let mut rows: Vec<Cells> = rows.into_iter().filter(|row| self.meets_all(table, row, &asked.filters)).collect();
        rows.sort_by(|one, other| self.order(table, one, other, &asked.order));
        rows.into_iter().skip(asked.offset).take(asked.limit.unwrap_or(usize::MAX)).collect()
    }

    pub(crate) fn meets_all(&self, table: Table, row: &Cells, conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| self.meets(table, row, condition) == Some(true))
    }

    /// Whether two rows have the same primary key.
    pub(crate) fn same_key(&self, table: Table, one: &Cells, other: &Cells) -> bool {
        table
            .key()
            .iter()
            .all(|&column| equal(&one[column], &other[column], self.collation(table, column)) == Some(true))
    }

    /// Returns the rows of a relation of a row, in no particular order.
    pub(crate) fn related(&self, table: Table, relation: usize, row: &Cells) -> Vec<Cells> {
        let relation = &table.relations()[relation];
        let is_tagged = |row: &Cells| relation.tag.is_none_or(|(column, tag)| row[column] == Cell::Text(tag.into()));
        let targets: Vec<Cells> = self.rows(relation.to).into_iter().filter(is_tagged).collect();
        let Some((between, left, right)) = relation.through else {
            return self.matching(&pick(row, relation.from), relation.to, relation.target, &targets);
        };
        let links = self.matching(&pick(row, relation.from), between, left, &self.rows(between));
        links
            .iter()
            .flat_map(|link| self.matching(&pick(link, right), relation.to, relation.target, &targets))
            .collect()
    }

    fn matching(&self, key: &Cells, table: Table, columns: &[usize], rows: &[Cells]) -> Vec<Cells> {
        let is_equal = |row: &Cells| {
            columns
                .iter()
                .zip(key)
                .all(|(&column, value)| equal(&row[column], value, self.collation(table, column)) == Some(true))
        };
        rows.iter().filter(|row| is_equal(row)).cloned().collect()
    }

    /// True, false, or unknown.
    pub(crate) fn meets(&self, table: Table, row: &Cells, condition: &Condition) -> Option<bool> {
        let collation = |column: usize| self.collation(table, column);
        match condition {
            // A comparison with `None` tests whether the column is `NULL`.
            Condition::IsNull(column) | Condition::Compare(column, Comparison::Eq, Cell::Null) => {
                Some(row[*column] == Cell::Null)
            }
            Condition::Compare(column, Comparison::Ne, Cell::Null) => Some(row[*column] != Cell::Null),
            Condition::Compare(column, comparison, value) => {
                compare(&row[*column], value, collation(*column)).map(|ordering| comparison.holds(ordering))
            }
            Condition::Sum(column, added, comparison, value) => match row[*column] {
                Cell::Int(number) => Some(comparison.holds((number + added).cmp(value))),
                _ => None,
            },
            Condition::Columns(left, comparison, right) => {
                compare(&row[*left], &row[*right], collation(*left)).map(|ordering| comparison.holds(ordering))
            }
            Condition::In(column, values) => {
                let values: Vec<&Cell> = values.iter().filter(|value| **value != Cell::Null).collect();
                any(values.iter().map(|value| equal(&row[*column], value, collation(*column))))
            }
            Condition::Among(column, of, asked, value) => {
                let values = self.select(*of, asked).into_iter().map(|row| row[*value].clone());
                let values = values.filter(|value| *value != Cell::Null);
                any(values.map(|value| equal(&row[*column], &value, collation(*column))))
            }
            Condition::Between(column, least, greatest) => {
                let above = compare(&row[*column], least, collation(*column)).map(Ordering::is_ge);
                let below = compare(&row[*column], greatest, collation(*column)).map(Ordering::is_le);
                all([above, below])
            }
            Condition::Like { column, pattern, either_case } => match &row[*column] {
                Cell::Text(text) => Some(pattern.matches(text, *either_case)),
                _ => None,
            },
            Condition::And(terms) => all(terms.iter().map(|term| self.meets(table, row, term))),
            Condition::Or(terms) => any(terms.iter().map(|term| self.meets(table, row, term))),
            Condition::Not(term) => self.meets(table, row, term).map(|met| !met),
            Condition::Any(relation, term) => Some(self.counted(table, *relation, row, term) > 0),
            Condition::None(relation, term) => Some(self.counted(table, *relation, row, term) == 0),
            Condition::All(relation, term) => {
                let to = table.relations()[*relation].to;
                let related = self.related(table, *relation, row);
                Some(related.iter().all(|row| self.meets(to, row, term) == Some(true)))
            }
            Condition::Exists(relation) => Some(!self.related(table, *relation, row).is_empty()),
            Condition::AnyAmong(relation, asked, term) => {
                let to = table.relations()[*relation].to;
                let first = self.narrow(to, self.related(table, *relation, row), asked);
                Some(first.iter().any(|row| self.meets(to, row, term) == Some(true)))
            }
            Condition::Value(by, comparison, Cell::Null) if matches!(comparison, Comparison::Eq | Comparison::Ne) => {
                Some((self.value(table, row, by) == Cell::Null) == (*comparison == Comparison::Eq))
            }
            Condition::Value(by, comparison, value) => {
                let (found, collation) = (self.value(table, row, by), self.collation_of(table, by));
                compare(&found, value, collation).map(|ordering| comparison.holds(ordering))
            }
        }
    }

    /// Returns the value by which a row is ordered or compared.
    pub(crate) fn value(&self, table: Table, row: &Cells, by: &By) -> Cell {
        match by {
            By::Column(column) => row[*column].clone(),
            By::Computed(relation, function, column, condition) => {
                let to = table.relations()[*relation].to;
                let mut related = self.related(table, *relation, row);
                related.retain(|row| self.meets(to, row, condition) == Some(true));
                computed(*function, &related, *column)
            }
            By::Related(relation, by) => {
                let to = table.relations()[*relation].to;
                self.related(table, *relation, row).first().map_or(Cell::Null, |row| self.value(to, row, by))
            }
        }
    }

    /// Returns how texts are compared.
    fn collation_of(&self, table: Table, by: &By) -> Collation {
        match by {
            By::Column(column) => self.collation(table, *column),
            By::Computed(..) => Collation::Binary,
            By::Related(relation, by) => self.collation_of(table.relations()[*relation].to, by),
        }
    }

    /// Returns the links of a relation, each with its row.
    pub(crate) fn links(&self, table: Table, relation: usize, row: &Cells) -> Vec<(Cells, Cells)> {
        let relation = &table.relations()[relation];
        let Some((between, left, right)) = relation.through else { return Vec::new() };
        let targets = self.rows(relation.to);
        let links = self.matching(&pick(row, relation.from), between, left, &self.rows(between));
        let rows = |link: Cells| {
            let rows = self.matching(&pick(&link, right), relation.to, relation.target, &targets);
            rows.into_iter().map(move |row| (link.clone(), row))
        };
        links.into_iter().flat_map(rows).collect()
    }

    /// Returns the links and their rows that meet both conditions, in the order of the links, then of the rows.
    pub(crate) fn narrow_links(
        &self,
        (between, to): (Table, Table),
        mut links: Vec<(Cells, Cells)>,
        (of_link, asked): (&Asked, &Asked),
    ) -> Vec<(Cells, Cells)> {
        links.retain(|(link, row)| {
            self.meets_all(between, link, &of_link.filters) && self.meets_all(to, row, &asked.filters)
        });
        let of_links = Self::told(&of_link.order);
        let terms = Self::with_key(to, &asked.order, of_links.last().is_some_and(|term| term.descending));
        links.sort_by(|(link, row), (other_link, other)| {
            let by_link = first_of(of_links.iter().map(|term| self.by(between, link, other_link, term)));
            by_link.then_with(|| first_of(terms.iter().map(|term| self.by(to, row, other, term))))
        });
        links.into_iter().skip(asked.offset).take(asked.limit.unwrap_or(usize::MAX)).collect()
    }

    fn counted(&self, table: Table, relation: usize, row: &Cells, condition: &Condition) -> u64 {
        let to = table.relations()[relation].to;
        let related = self.related(table, relation, row);
        let met = related.iter().filter(|row| self.meets(to, row, condition) == Some(true)).count();
        u64::try_from(met).expect("few rows")
    }

    /// Returns the order of two rows: by the terms, then by primary key in the direction of the last term.
    pub(crate) fn order(&self, table: Table, one: &Cells, other: &Cells, terms: &[Term]) -> Ordering {
        first_of(Self::with_key(table, terms, false).iter().map(|term| self.by(table, one, other, term)))
    }

    /// Returns the terms, and the primary key in the direction of the last term.
    fn with_key(table: Table, terms: &[Term], descending: bool) -> Vec<Term> {
        let terms = Self::told(terms);
        let descending = terms.last().map_or(descending, |term| term.descending);
        let keys = table.key().iter().map(|&column| Term { by: By::Column(column), descending, nulls_first: None });
        terms.into_iter().chain(keys).collect()
    }

    /// Returns the terms without repeated columns, and without their directions.
    fn told(terms: &[Term]) -> Vec<Term> {
        let column = |term: &Term| if let By::Column(column) = term.by { Some(column) } else { None };
        let is_first = |(at, term): &(usize, &Term)| {
            column(term).is_none_or(|told| terms[..*at].iter().all(|other| column(other) != Some(told)))
        };
        terms.iter().enumerate().filter(is_first).map(|(_, term)| term.clone()).collect()
    }

    /// The order of two rows by a term.
    fn by(&self, table: Table, one: &Cells, other: &Cells, term: &Term) -> Ordering {
        let (one, other) = (self.value(table, one, &term.by), self.value(table, other, &term.by));
        let reversed = |ordering: Ordering| if term.descending { ordering.reverse() } else { ordering };
        match (one == Cell::Null, other == Cell::Null) {
            (true, true) => Ordering::Equal,
            (false, false) => {
                compare(&one, &other, self.collation_of(table, &term.by)).map_or(Ordering::Equal, reversed)
            }
            (is_null, _) => {
                let is_first = is_null == term.nulls_first.unwrap_or(!term.descending);
                if is_first { Ordering::Less } else { Ordering::Greater }
            }
        }
    }
}

fn first_of(orderings: impl IntoIterator<Item = Ordering>) -> Ordering {
    orderings.into_iter().find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
}

/// A value computed from some rows, of the numbers in a column.
fn computed(function: Function, rows: &[Cells], column: usize) -> Cell {
    let int = |row: &Cells| if let Cell::Int(number) = row[column] { Some(number) } else { None };
    let numbers: Vec<i64> = rows.iter().filter_map(int).collect();
    let number = match function {
        Function::Count => Some(i64::try_from(rows.len()).expect("few rows")),
        Function::Presence => return Cell::Bool(!rows.is_empty()),
        Function::Sum => (!numbers.is_empty()).then(|| numbers.iter().sum()),
        Function::Min => numbers.into_iter().min(),
        Function::Max => numbers.into_iter().max(),
    };
    number.map_or(Cell::Null, Cell::Int)
}

/// The values of some columns.
pub(crate) fn pick(row: &Cells, columns: &[usize]) -> Cells {
    columns.iter().map(|&column| row[column].clone()).collect()
}

/// The order of two values; unknown where one is `NULL`.
pub(crate) fn compare(one: &Cell, other: &Cell, collation: Collation) -> Option<Ordering> {
    match (one, other) {
        (Cell::Bool(one), Cell::Bool(other)) => Some(one.cmp(other)),
        (Cell::Int(one), Cell::Int(other)) => Some(one.cmp(other)),
        (Cell::Real(one), Cell::Real(other)) => one.partial_cmp(other),
        (Cell::Text(one), Cell::Text(other)) => Some(match collation {
            Collation::Binary => one.cmp(other),
            Collation::NoCase => one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase()),
            Collation::RTrim => one.trim_end_matches(' ').cmp(other.trim_end_matches(' ')),
        }),
        _ => None,
    }
}

pub(crate) fn equal(one: &Cell, other: &Cell, collation: Collation) -> Option<bool> {
    compare(one, other, collation).map(Ordering::is_eq)
}

fn all(terms: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let not = |term: Option<bool>| term.map(|met| !met);
    not(any(terms.into_iter().map(not)))
}

fn any(terms: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let terms: Vec<Option<bool>> = terms.into_iter().collect();
    if terms.contains(&Some(true)) {
        return Some(true);
    }
    if terms.contains(&None) { None } else { Some(false) }
}

impl Pattern {
    fn matches(&self, text: &str, either_case: bool) -> bool {
        let fold = |text: &str| if either_case { text.to_ascii_lowercase() } else { text.to_owned() };
        let text = fold(text);
        match self {
            Pattern::Like(pattern) => {
                let (pattern, text): (Vec<char>, Vec<char>) = (fold(pattern).chars().collect(), text.chars().collect());
                is_like(&pattern, &text)
            }
            Pattern::Contains(part) => text.contains(&fold(part)),
            Pattern::StartsWith(part) => text.starts_with(&fold(part)),
            Pattern::EndsWith(part) => text.ends_with(&fold(part)),
        }
    }
}

fn is_like(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|skipped| is_like(rest, &text[skipped..])),
        ['_', rest @ ..] => !text.is_empty() && is_like(rest, &text[1..]),
        ['\\', escaped, rest @ ..] => text.first() == Some(escaped) && is_like(rest, &text[1..]),
        [letter, rest @ ..] => text.first() == Some(letter) && is_like(rest, &text[1..]),
    }
}
