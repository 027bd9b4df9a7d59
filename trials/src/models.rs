//! The models of the trial, and the random conditions and orders of their typed columns and relations.

use std::fmt::Debug;

use orm::{Column, ColumnType, Condition, Expression, Model, OrderBy, Polymorphic, Query, View};

use crate::oracle::{self, Asked, By, Cell, Cells, Comparison, Function, Pattern, Table, Term};
use crate::random::Random;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(districts: Town, foreign_key = parent_id)]
#[has_many(houses: House)]
#[has_many(leases: Lease, through = House, left = town_id, foreign_key = house_code)]
#[has_many(notes: Note, foreign_key = subject_id, tag(subject_type = "town"))]
pub(crate) struct Town {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) mayor: Option<String>,
    pub(crate) size: i64,
    #[belongs_to(parent: Town)]
    pub(crate) parent_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_one(deed: Deed, foreign_key = house_code)]
#[has_many(leases: Lease, foreign_key = house_code)]
#[many_to_many(tenants: Person, through = Lease, left = house_code, right = person_id)]
pub(crate) struct House {
    #[model(primary_key)]
    pub(crate) code: String,
    #[belongs_to(town: Town)]
    pub(crate) town_id: i64,
    #[belongs_to(owner: Person)]
    pub(crate) owner_id: Option<i64>,
    pub(crate) rooms: Option<i32>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "people")]
#[has_many(reports: Person, foreign_key = boss_id)]
#[has_many(owned: House, foreign_key = owner_id)]
#[many_to_many(tags: Tag, through = "person_tags", left = "person_id", right = "label")]
#[many_to_many(homes: House, through = Lease, left = person_id, right = house_code)]
#[has_many(notes: Note, foreign_key = subject_id, tag(subject_type = "person"))]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) age: Option<i64>,
    pub(crate) score: Option<f64>,
    pub(crate) active: bool,
    #[belongs_to(boss: Person)]
    pub(crate) boss_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(house_code, person_id))]
#[has_many(payments: Payment, foreign_key = (house_code, person_id))]
pub(crate) struct Lease {
    #[belongs_to(house: House)]
    pub(crate) house_code: String,
    #[belongs_to(person: Person)]
    pub(crate) person_id: i64,
    pub(crate) rent: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(lease: Lease, foreign_key = (house_code, person_id))]
pub(crate) struct Payment {
    pub(crate) id: i64,
    pub(crate) house_code: Option<String>,
    pub(crate) person_id: Option<i64>,
    pub(crate) amount: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Deed {
    pub(crate) id: i64,
    pub(crate) text: String,
    #[model(unique)]
    #[belongs_to(house: House)]
    pub(crate) house_code: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(people: Person, through = "person_tags", left = "label", right = "person_id")]
pub(crate) struct Tag {
    #[model(primary_key)]
    pub(crate) label: String,
    pub(crate) weight: Option<i64>,
}

#[derive(Polymorphic, Clone, Debug, PartialEq)]
pub(crate) enum Subject {
    Town(Town),
    Person(Person),
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Note {
    pub(crate) id: i64,
    pub(crate) body: Option<String>,
    pub(crate) subject_type: Option<String>,
    #[belongs_to(subject: Subject, tag = subject_type)]
    pub(crate) subject_id: Option<i64>,
}

/// A view: the towns whose size is more than 10.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "big_towns", new = none)]
#[has_many(houses: House, foreign_key = town_id)]
pub(crate) struct BigTown {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) size: i64,
}

/// A part of a house, with columns of related rows and a count.
#[derive(View, Clone, Debug, PartialEq)]
#[view(of = House)]
pub(crate) struct HouseCard {
    pub(crate) code: String,
    #[view(from = town.name)]
    pub(crate) town: String,
    #[view(from = owner.age)]
    pub(crate) age: Option<i64>,
    #[view(from = House::tenants().count())]
    pub(crate) tenants: u64,
    pub(crate) leases: Vec<Lease>,
}

pub(crate) type Asks<M> = (Condition<M>, oracle::Condition);
type Makes<M> = fn(&mut Random) -> Asks<M>;
type Orders<M> = fn(&mut Random) -> (OrderBy<M>, Term);

/// A model that is also in the oracle.
pub(crate) trait Tried: Model + Clone + Debug + 'static {
    const OF: Table;

    fn cells(&self) -> Cells;

    /// A random condition on each of its columns.
    fn terms() -> Vec<Makes<Self>>;

    /// A random condition on each of its relations, up to a depth.
    fn relation_terms() -> Vec<fn(&mut Random, usize) -> Asks<Self>>;

    /// A term of an order by each of its columns, and by values of related rows.
    fn orders() -> Vec<Orders<Self>>;
}

macro_rules! tried {
    ($(
        $model:ident { $($column:ident),* } [ $($relation:ident: $to:ident.$number:ident),* ]
            $({ $one:ident: $target:ident.$of:ident })* $(($left:ident $compare:ident $comparison:ident $right:ident))*
            $(<$own:ident in $among:ident.$value:ident>)*;
    )*) => {$(
        impl Tried for $model {
            const OF: Table = Table::$model;

            fn cells(&self) -> Cells {
                vec![$(self.$column.cell()),*]
            }

            fn terms() -> Vec<Makes<Self>> {
                vec![
                    $(|random| term($model::$column(), Table::$model.column(stringify!($column)), random),)*
                    $(|_| {
                        let of = |name| Table::$model.column(name);
                        let (left, right) = (of(stringify!($left)), of(stringify!($right)));
                        let asked = oracle::Condition::Columns(left, Comparison::$comparison, right);
                        ($model::$left().$compare($model::$right()), asked)
                    },)*
                    $(|random| {
                        let by = related(Table::$model, stringify!($one), Table::$target, stringify!($of));
                        compared($model::$one().value($target::$of()), by, random)
                    },)*
                    $(|random| {
                        let (query, asked) = chosen::<$among>(random);
                        let (own, value) = (Table::$model.column(stringify!($own)), Table::$among.column(stringify!($value)));
                        let asked = oracle::Condition::Among(own, Table::$among, Box::new(asked), value);
                        ($model::$own().in_(query.select($among::$value())), asked)
                    },)*
                ]
            }

            fn relation_terms() -> Vec<fn(&mut Random, usize) -> Asks<Self>> {
                vec![$(|random, depth| {
                    let at = Table::$model.relation(stringify!($relation));
                    let (inner, asked) = condition::<$to>(random, depth);
                    let asked = Box::new(asked);
                    match random.below(8) {
                        0 => ($model::$relation().any(inner), oracle::Condition::Any(at, asked)),
                        1 => ($model::$relation().none(inner), oracle::Condition::None(at, asked)),
                        2 => ($model::$relation().all(inner), oracle::Condition::All(at, asked)),
                        3 => ($model::$relation().has(inner), oracle::Condition::Any(at, asked)),
                        4 => ($model::$relation().exists(), oracle::Condition::Exists(at)),
                        5 => {
                            let (other, filter) = condition::<$to>(random, 0);
                            let both = Box::new(oracle::Condition::And(vec![filter, *asked]));
                            ($model::$relation().filter(other).any(inner), oracle::Condition::Any(at, both))
                        }
                        _ => {
                            let column = Table::$to.column(stringify!($number));
                            let relation = $model::$relation().filter(inner);
                            let by = |function| By::Computed(at, function, column, asked);
                            match random.below(4) {
                                0 => compared(relation.count().into(), by(Function::Count), random),
                                1 => compared(relation.sum($to::$number()).into(), by(Function::Sum), random),
                                2 => compared(relation.min($to::$number()).into(), by(Function::Min), random),
                                _ => compared(relation.max($to::$number()).into(), by(Function::Max), random),
                            }
                        }
                    }
                }),*]
            }

            fn orders() -> Vec<Orders<Self>> {
                vec![
                    $(|random| {
                        let by = By::Column(Table::$model.column(stringify!($column)));
                        order_term(($model::$column().asc(), $model::$column().desc()), by, random)
                    },)*
                    $(|random| {
                        let at = Table::$model.relation(stringify!($relation));
                        let column = Table::$to.column(stringify!($number));
                        let (inner, asked) = condition::<$to>(random, 0);
                        let relation = $model::$relation().filter(inner);
                        let by = |function| By::Computed(at, function, column, Box::new(asked));
                        match random.below(5) {
                            0 => order_term(both(relation.count()), by(Function::Count), random),
                            1 => order_term(both(relation.presence()), by(Function::Presence), random),
                            2 => order_term(both(relation.sum($to::$number())), by(Function::Sum), random),
                            3 => order_term(both(relation.min($to::$number())), by(Function::Min), random),
                            _ => order_term(both(relation.max($to::$number())), by(Function::Max), random),
                        }
                    },)*
                    $(|random| {
                        let by = related(Table::$model, stringify!($one), Table::$target, stringify!($of));
                        order_term(both($model::$one().value($target::$of())), by, random)
                    }),*
                ]
            }
        }
    )*};
}

tried! {
    Town { id, name, mayor, size, parent_id }
        [parent: Town.size, districts: Town.size, houses: House.rooms, leases: Lease.rent, notes: Note.id]
        { parent: Town.name } { parent: Town.mayor } { parent: Town.size }
        (parent_id gt Gt size) (mayor le Le name) (name ne Ne mayor)
        <id in Town.parent_id> <mayor in Person.name>;
    House { code, town_id, owner_id, rooms }
        [town: Town.size, owner: Person.age, deed: Deed.id, leases: Lease.rent, tenants: Person.age]
        { town: Town.name } { town: Town.parent_id } { owner: Person.score } { deed: Deed.text }
        <code in Lease.house_code> <owner_id in Person.id>;
    Person { id, name, age, score, active, boss_id }
        [boss: Person.age, reports: Person.age, owned: House.rooms, tags: Tag.weight, homes: House.town_id, notes: Note.id]
        { boss: Person.name } { boss: Person.active }
        (boss_id ne Ne id) (age lt Lt boss_id)
        <id in Person.boss_id> <boss_id in House.owner_id>;
    Lease { house_code, person_id, rent }
        [house: House.rooms, person: Person.age, payments: Payment.amount]
        { house: House.rooms } { person: Person.name };
    Payment { id, house_code, person_id, amount } [lease: Lease.rent]
        { lease: Lease.rent } { lease: Lease.house_code } (amount ge Ge person_id)
        <house_code in House.code>;
    Deed { id, text, house_code } [house: House.rooms] { house: House.code } { house: House.owner_id };
    Tag { label, weight } [people: Person.age];
    Note { id, body, subject_type, subject_id } [];
    BigTown { id, name, size } [houses: House.rooms];
}

/// Few texts, so that comparisons and orders have ties, and many that collations and patterns treat in a special way.
const TEXTS: [&str; 20] =
    ["", " ", "a", "A", "a ", "aB", "Ab", "b", "B  ", "Z", "_", "%", "a%b", "a_b", "ä", "Ä", "é~", "1", "10", "it's"];

const PATTERNS: [&str; 12] = ["%", "_", "a%", "%b", "A_", "\\%", "%\\_%", "", "ä%", "%~", "_%_", "1_"];

/// Types of columns for which random values exist.
pub(crate) trait Sample: ColumnType + Clone {
    fn sample(random: &mut Random) -> Self;

    fn cell(&self) -> Cell;

    /// A condition that is only valid for columns of this type.
    fn special<M: Model>(_column: Column<M, Self>, _at: usize, _random: &mut Random) -> Option<Asks<M>> {
        None
    }
}

impl Sample for i64 {
    fn sample(random: &mut Random) -> Self {
        random.between(-3, 20)
    }

    fn cell(&self) -> Cell {
        Cell::Int(*self)
    }

    fn special<M: Model>(column: Column<M, Self>, at: usize, random: &mut Random) -> Option<Asks<M>> {
        let (added, number) = (random.between(-5, 5), random.between(-3, 20));
        Some((column.add(added).ge(number), oracle::Condition::Sum(at, added, Comparison::Ge, number)))
    }
}

impl Sample for Option<i64> {
    fn sample(random: &mut Random) -> Self {
        (!random.chance(25)).then(|| i64::sample(random))
    }

    fn cell(&self) -> Cell {
        self.map_or(Cell::Null, Cell::Int)
    }

    fn special<M: Model>(column: Column<M, Self>, at: usize, random: &mut Random) -> Option<Asks<M>> {
        let (added, number) = (random.between(-5, 5), random.between(-3, 20));
        Some((column.add(added).lt(number), oracle::Condition::Sum(at, added, Comparison::Lt, number)))
    }
}

impl Sample for Option<i32> {
    fn sample(random: &mut Random) -> Self {
        (!random.chance(25)).then(|| i32::try_from(random.between(0, 6)).expect("small"))
    }

    fn cell(&self) -> Cell {
        self.map_or(Cell::Null, |number| Cell::Int(number.into()))
    }
}

/// A number of rows.
impl Sample for u64 {
    fn sample(random: &mut Random) -> Self {
        random.below(4) as u64
    }

    fn cell(&self) -> Cell {
        Cell::Int(i64::try_from(*self).expect("small"))
    }
}

impl Sample for Option<bool> {
    fn sample(random: &mut Random) -> Self {
        (!random.chance(25)).then(|| random.chance(50))
    }

    fn cell(&self) -> Cell {
        self.map_or(Cell::Null, Cell::Bool)
    }
}

impl Sample for Option<f64> {
    fn sample(random: &mut Random) -> Self {
        (!random.chance(25)).then(|| f64::from(i32::try_from(random.between(-6, 12)).expect("small")) / 2.0)
    }

    fn cell(&self) -> Cell {
        self.map_or(Cell::Null, Cell::Real)
    }
}

impl Sample for bool {
    fn sample(random: &mut Random) -> Self {
        random.chance(50)
    }

    fn cell(&self) -> Cell {
        Cell::Bool(*self)
    }
}

macro_rules! texts {
    ($($type:ty),*) => {$(
        fn matching<M: Model>(column: Column<M, $type>, at: usize, random: &mut Random) -> Asks<M> {
            let text = (*random.one_of(&TEXTS)).to_owned();
            let like = (*random.one_of(&PATTERNS)).to_owned();
            let kind = random.below(8);
            let (condition, pattern) = match kind {
                0 => (column.like(&*like), Pattern::Like(like)),
                1 => (column.contains(&*text), Pattern::Contains(text)),
                2 => (column.starts_with(&*text), Pattern::StartsWith(text)),
                3 => (column.ends_with(&*text), Pattern::EndsWith(text)),
                4 => (column.like_case_sensitive(&*like), Pattern::Like(like)),
                5 => (column.contains_case_sensitive(&*text), Pattern::Contains(text)),
                6 => (column.starts_with_case_sensitive(&*text), Pattern::StartsWith(text)),
                _ => (column.ends_with_case_sensitive(&*text), Pattern::EndsWith(text)),
            };
            (condition, oracle::Condition::Like { column: at, pattern, either_case: kind < 4 })
        }
    )*};
}

impl Sample for String {
    fn sample(random: &mut Random) -> Self {
        (*random.one_of(&TEXTS)).to_owned()
    }

    fn cell(&self) -> Cell {
        Cell::Text(self.clone())
    }

    fn special<M: Model>(column: Column<M, Self>, at: usize, random: &mut Random) -> Option<Asks<M>> {
        texts!(String);
        Some(matching(column, at, random))
    }
}

impl Sample for Option<String> {
    fn sample(random: &mut Random) -> Self {
        (!random.chance(25)).then(|| String::sample(random))
    }

    fn cell(&self) -> Cell {
        self.clone().map_or(Cell::Null, Cell::Text)
    }

    fn special<M: Model>(column: Column<M, Self>, at: usize, random: &mut Random) -> Option<Asks<M>> {
        texts!(Option<String>);
        Some(matching(column, at, random))
    }
}

fn term<M: Model, T: Sample>(column: Column<M, T>, at: usize, random: &mut Random) -> Asks<M> {
    let value = T::sample(random);
    let cell = value.cell();
    match random.below(12) {
        kind @ 0..6 => {
            let comparison = Comparison::ALL[kind];
            let condition = match comparison {
                Comparison::Eq => column.eq(value),
                Comparison::Ne => column.ne(value),
                Comparison::Lt => column.lt(value),
                Comparison::Le => column.le(value),
                Comparison::Gt => column.gt(value),
                Comparison::Ge => column.ge(value),
            };
            (condition, oracle::Condition::Compare(at, comparison, cell))
        }
        6 => (column.is_null(), oracle::Condition::IsNull(at)),
        7 => {
            let number = random.below(5);
            let values: Vec<T> = (0..number).map(|_| T::sample(random)).collect();
            let cells = values.iter().map(Sample::cell).collect();
            (column.in_(values), oracle::Condition::In(at, cells))
        }
        8 => {
            let greatest = T::sample(random);
            let asked = oracle::Condition::Between(at, cell, greatest.cell());
            (column.between(value, greatest), asked)
        }
        9 => (column.is_not_null(), oracle::Condition::Not(Box::new(oracle::Condition::IsNull(at)))),
        _ => T::special(column, at, random).unwrap_or_else(|| (column.is_null(), oracle::Condition::IsNull(at))),
    }
}

/// A value of related rows, compared with another or with `NULL`.
fn compared<M: Model, T: Sample>(value: Expression<M, T>, by: By, random: &mut Random) -> Asks<M> {
    let other = T::sample(random);
    let (cell, comparison) = (other.cell(), *random.one_of(&Comparison::ALL));
    let condition = match comparison {
        Comparison::Eq => value.eq(other),
        Comparison::Ne => value.ne(other),
        Comparison::Lt => value.lt(other),
        Comparison::Le => value.le(other),
        Comparison::Gt => value.gt(other),
        Comparison::Ge => value.ge(other),
    };
    (condition, oracle::Condition::Value(by, comparison, cell))
}

/// A column of the row that a to-one relation leads to.
fn related(table: Table, relation: &str, to: Table, column: &str) -> By {
    By::Related(table.relation(relation), Box::new(By::Column(to.column(column))))
}

/// Both directions of a value of related rows.
fn both<M: Model, T: ColumnType>(value: impl Into<Expression<M, T>>) -> (OrderBy<M>, OrderBy<M>) {
    let value = value.into();
    (value.clone().asc(), value.desc())
}

fn order_term<M: Model>((up, down): (OrderBy<M>, OrderBy<M>), by: By, random: &mut Random) -> (OrderBy<M>, Term) {
    let descending = random.chance(50);
    let order = if descending { down } else { up };
    let (order, nulls_first) = match random.below(3) {
        0 => (order.nulls_first(), Some(true)),
        1 => (order.nulls_last(), Some(false)),
        _ => (order, None),
    };
    (order, Term { by, descending, nulls_first })
}

/// A random condition, with relations nested up to `depth`.
pub(crate) fn condition<M: Tried>(random: &mut Random, depth: usize) -> Asks<M> {
    let (terms, relations) = (M::terms(), M::relation_terms());
    match random.below(10) {
        0..2 => {
            let ((left, one), (right, other)) = (condition::<M>(random, depth / 2), condition::<M>(random, depth / 2));
            (left & right, oracle::Condition::And(vec![one, other]))
        }
        2..4 => {
            let ((left, one), (right, other)) = (condition::<M>(random, depth / 2), condition::<M>(random, depth / 2));
            (left | right, oracle::Condition::Or(vec![one, other]))
        }
        4 => {
            let (inner, asked) = condition::<M>(random, depth);
            (!inner, oracle::Condition::Not(Box::new(asked)))
        }
        5..8 if depth > 0 && !relations.is_empty() => {
            let make = *random.one_of(&relations);
            make(random, depth - 1)
        }
        _ => {
            let make = *random.one_of(&terms);
            make(random)
        }
    }
}

/// A random order of up to three terms.
pub(crate) fn order<M: Tried>(random: &mut Random) -> (Vec<OrderBy<M>>, Vec<Term>) {
    let makers = M::orders();
    let number = random.below(4);
    (0..number).map(|_| (*random.one_of(&makers))(random)).unzip()
}

/// A random query without an order, and its counterpart for the oracle.
pub(crate) fn filtered<M: Tried>(random: &mut Random) -> (Query<M>, Asked) {
    let (mut query, mut asked) = (M::query(), Asked::default());
    for _ in 0..random.below(3) {
        let (condition, filter) = condition::<M>(random, 2);
        query = query.filter(condition);
        asked.filters.push(filter);
    }
    (query, asked)
}

/// A random query for values, with few conditions, so that queries are not nested too often.
fn chosen<M: Tried>(random: &mut Random) -> (Query<M>, Asked) {
    let (mut query, mut asked) = (M::query(), Asked::default());
    if random.chance(60) {
        let make = *random.one_of(&M::terms());
        let (condition, filter) = make(random);
        query = query.filter(condition);
        asked.filters.push(filter);
    }
    if random.chance(40) {
        let make = *random.one_of(&M::orders());
        let (term, order) = make(random);
        let limit = random.below(6);
        query = query.order_by(term).limit(limit as u64);
        asked = Asked { order: vec![order], limit: Some(limit), ..asked };
    }
    (query, asked)
}

/// A random query, and its counterpart for the oracle.
pub(crate) fn query<M: Tried>(random: &mut Random, is_limited: bool) -> (Query<M>, Asked) {
    let (mut query, mut asked) = filtered::<M>(random);
    if random.chance(60) {
        let (terms, order) = order::<M>(random);
        query = query.order_by(terms);
        asked.order = order;
    }
    if is_limited && random.chance(40) {
        let limit = random.below(8);
        query = query.limit(limit as u64);
        asked.limit = Some(limit);
    }
    if is_limited && random.chance(30) {
        asked.offset = random.below(5);
        query = query.offset(asked.offset as u64);
    }
    (query, asked)
}
