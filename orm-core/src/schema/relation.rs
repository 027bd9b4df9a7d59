//! Relations as data: where they start, where they lead, and the table between.

use super::{ColumnDef, Table};

/// How two tables are joined: data, so that planning and rendering know nothing of models.
#[derive(Debug)]
#[non_exhaustive]
pub struct RelationDef {
    /// The relation's name in Rust.
    pub name: &'static str,
    /// Its name where a row is serialised.
    pub serialized: &'static str,
    /// One of the four kinds.
    pub kind: RelationKind,
    /// The table the relation starts at.
    pub from: fn() -> &'static Table,
    /// The table it leads to.
    pub to: fn() -> &'static Table,
    /// The positions of the starting table's columns that are matched.
    pub from_columns: &'static [usize],
    /// The positions of the target table's columns that are matched.
    pub to_columns: &'static [usize],
    /// The table between the two, for many-to-many and for two hops.
    pub through: Option<Through>,
    /// A column of the target, by position, and the text that it must hold: the other side of a polymorphic relation.
    pub tag: Option<(usize, &'static str)>,
}

/// The kinds of relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// This row holds the key of the other.
    BelongsTo,
    /// One other row holds the key of this.
    HasOne,
    /// Other rows hold the key of this.
    HasMany,
    /// A table between holds the keys of both.
    ManyToMany,
}

impl RelationKind {
    /// Whether the relation may lead to several rows.
    #[must_use]
    pub const fn is_to_many(self) -> bool {
        matches!(self, RelationKind::HasMany | RelationKind::ManyToMany)
    }
}

/// The table between the two sides of a many-to-many relation, or of one of two hops.
#[derive(Debug)]
#[non_exhaustive]
pub struct Through {
    /// The join table's schema, where the database has several.
    pub schema: Option<&'static str>,
    /// The join table's name in SQL.
    pub table: &'static str,
    /// The columns that hold the key of the starting table, in SQL.
    pub left: &'static [&'static str],
    /// The columns that hold the key of the target table, in SQL.
    pub right: &'static [&'static str],
    /// The model of the join table, if it has one. A bare join table is created with the models it joins.
    pub model: Option<fn() -> &'static Table>,
    /// A column of that model, by position, and the text that it must hold: the join table links rows of several models.
    pub tag: Option<(usize, &'static str)>,
    /// Whether links that stand twice count once.
    pub distinct: bool,
}

/// Two definitions are equal when they lead from the same columns of one table to the same columns of another.
impl PartialEq for RelationDef {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other)
    }
}

impl RelationDef {
    /// Whether both are the same relation of one table. Definitions are constants, which have no addresses of their own to
    /// tell them by.
    pub(crate) fn is_same(&self, other: &RelationDef) -> bool {
        let columns = |relation: &RelationDef| (relation.name, relation.from_columns, relation.to_columns);
        columns(self) == columns(other) && (self.from)().is_same((other.from)()) && (self.to)().is_same((other.to)())
    }

    /// Whether it leads to at most one row for certain: one that this row refers to by its primary key.
    pub(crate) fn leads_to_a_key(&self) -> bool {
        self.kind == RelationKind::BelongsTo && self.to_columns == (self.to)().primary_key
    }

    /// The columns of the target that are to tell its rows apart, where the relation leads to one.
    pub(crate) fn single_by(&self) -> Vec<usize> {
        let tag = self.tag.iter().map(|(column, _)| *column);
        self.to_columns.iter().copied().chain(tag).collect()
    }

    /// A relation whose key stands in one of the two tables.
    #[must_use]
    pub const fn direct(
        name: &'static str,
        kind: RelationKind,
        from: (fn() -> &'static Table, &'static [usize]),
        to: (fn() -> &'static Table, &'static [usize]),
    ) -> Self {
        RelationDef {
            name,
            serialized: name,
            kind,
            from: from.0,
            to: to.0,
            from_columns: from.1,
            to_columns: to.1,
            through: None,
            tag: None,
        }
    }

    /// A relation whose keys stand in a table between.
    #[must_use]
    pub const fn through(
        name: &'static str,
        from: (fn() -> &'static Table, &'static [usize]),
        to: (fn() -> &'static Table, &'static [usize]),
        through: Through,
    ) -> Self {
        RelationDef {
            name,
            serialized: name,
            kind: RelationKind::ManyToMany,
            from: from.0,
            to: to.0,
            from_columns: from.1,
            to_columns: to.1,
            through: Some(through),
            tag: None,
        }
    }

    /// A relation to the rows that refer to rows of a model between, which refer to the starting table.
    #[must_use]
    pub const fn two_hops(
        name: &'static str,
        from: (fn() -> &'static Table, &'static [usize]),
        to: (fn() -> &'static Table, &'static [usize]),
        between: Through,
    ) -> Self {
        let mut relation = Self::through(name, from, to, between);
        relation.kind = RelationKind::HasMany;
        relation
    }

    /// A relation to rows of several models. It stands for its name and its key; the target is none of the schema.
    #[must_use]
    pub const fn polymorphic(name: &'static str, from: (fn() -> &'static Table, &'static [usize])) -> Self {
        RelationDef::direct(name, RelationKind::BelongsTo, from, from)
    }

    /// The relation, to those rows alone whose column at a position holds a text.
    #[must_use]
    pub const fn tagged(mut self, column: usize, tag: &'static str) -> Self {
        self.tag = Some((column, tag));
        self
    }

    /// The relation, under another name where a row is serialised.
    #[must_use]
    pub const fn serialized(mut self, name: &'static str) -> Self {
        self.serialized = name;
        self
    }

    /// The relation as a person reads it: `Student.courses`.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", (self.from)().model, self.name)
    }
}

impl Through {
    /// Its columns that hold keys, each once: both sides may hold the same, as the key of a tenant.
    pub(crate) fn key_columns(&self) -> impl Iterator<Item = &'static str> + use<> {
        let (left, right) = (self.left, self.right);
        left.iter().chain(right.iter().filter(move |column| !left.contains(column))).copied()
    }

    /// Its columns that tell one link from another: the keys, and the tag where there is one.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.key_columns().chain(self.tag_column().map(|(column, _)| column.name))
    }

    /// The column that holds the tag of each link, and the tag, where there is one.
    pub(crate) fn tag_column(&self) -> Option<(&'static ColumnDef, &'static str)> {
        let ((at, tag), model) = (self.tag?, self.model?);
        Some((model().columns.get(at)?, tag))
    }

    /// The join table, of which links that stand twice count once.
    #[must_use]
    pub const fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    /// Whether a link may stand several times and must count once: no key of the model tells that it stands once.
    pub(crate) fn repeats(&self) -> bool {
        let is_key = |table: &Table, key: &[usize]| {
            !key.is_empty() && table.names(key).all(|name| self.key_columns().any(|column| column == name))
        };
        let keys = |table: &'static Table| table.unique.iter().copied().chain([table.primary_key]);
        self.distinct && !self.model.is_some_and(|table| keys(table()).any(|key| is_key(table(), key)))
    }

    /// The join table, of which those rows alone are links whose column at a position holds a text.
    #[must_use]
    pub const fn tagged(mut self, column: usize, tag: &'static str) -> Self {
        self.tag = Some((column, tag));
        self
    }

    /// A join table that is a model.
    #[must_use]
    pub const fn model(
        model: fn() -> &'static Table,
        table: &'static Table,
        left: &'static [&'static str],
        right: &'static [&'static str],
    ) -> Self {
        Through { schema: table.schema, table: table.name, left, right, model: Some(model), tag: None, distinct: false }
    }

    /// A join table that only holds the two keys.
    #[must_use]
    pub const fn bare(table: &'static str, left: &'static [&'static str], right: &'static [&'static str]) -> Self {
        Through { schema: None, table, left, right, model: None, tag: None, distinct: false }
    }
}

/// Where a polymorphic relation starts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PolymorphicDef {
    /// The relation's name in Rust.
    pub name: &'static str,
    /// The table it starts at.
    pub from: fn() -> &'static Table,
    /// The positions of the columns that hold the tag and the key.
    pub columns: [usize; 2],
}

impl PolymorphicDef {
    /// The relation as a person reads it: `Comment.subject`.
    pub(crate) fn path(self) -> String {
        format!("{}.{}", (self.from)().model, self.name)
    }
}

/// The join tables without a model, each once, though the relations of both sides name it.
pub(crate) fn bare_links(tables: &[&'static Table]) -> Vec<(&'static RelationDef, &'static Through)> {
    let mut links: Vec<(&'static RelationDef, &'static Through)> = Vec::new();
    for relation in tables.iter().flat_map(|table| table.relations) {
        let Some(through) = relation.through.as_ref().filter(|through| through.model.is_none()) else { continue };
        if !links.iter().any(|(_, other)| other.table == through.table && other.schema == through.schema) {
            links.push((relation, through));
        }
    }
    links
}
