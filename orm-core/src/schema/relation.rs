//! Relations as data: their start, their target, and the join table.

use super::{ColumnDef, Table};

/// How two tables are joined: data, so that planning and rendering know nothing of models.
#[derive(Debug)]
#[non_exhaustive]
pub struct RelationDef {
    /// The relation's name in Rust.
    pub name: &'static str,
    /// Its name in a serialised row.
    pub serialized: &'static str,
    /// One of the four kinds.
    pub kind: RelationKind,
    /// The table that the relation starts at.
    pub from: fn() -> &'static Table,
    /// The table that it leads to.
    pub to: fn() -> &'static Table,
    /// The positions of the starting table's columns that are matched.
    pub from_columns: &'static [usize],
    /// The positions of the target table's columns that are matched.
    pub to_columns: &'static [usize],
    /// The join table of a many-to-many relation, or the table in between of two hops.
    pub through: Option<Through>,
    /// A column of the target, by position, and its required text: the other side of a polymorphic relation.
    pub tag: Option<(usize, &'static str)>,
}

/// The kinds of relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// This row has the key of the other row.
    BelongsTo,
    /// One other row has the key of this row.
    HasOne,
    /// Other rows have the key of this row.
    HasMany,
    /// A join table has the keys of both rows.
    ManyToMany,
}

impl RelationKind {
    /// Whether the relation may lead to several rows.
    #[must_use]
    pub const fn is_to_many(self) -> bool {
        matches!(self, RelationKind::HasMany | RelationKind::ManyToMany)
    }
}

/// The join table of a many-to-many relation, or the table in between of two hops.
#[derive(Debug)]
#[non_exhaustive]
pub struct Through {
    /// The join table's schema, if the database has several.
    pub schema: Option<&'static str>,
    /// The join table's name in SQL.
    pub table: &'static str,
    /// The columns with the key of the starting table, in SQL.
    pub left: &'static [&'static str],
    /// The columns with the key of the target table, in SQL.
    pub right: &'static [&'static str],
    /// The model of the join table, if it has one. A bare join table is created with the models that it joins.
    pub model: Option<fn() -> &'static Table>,
    /// A column of that model, by position, and its required text, if the join table links rows of several models.
    pub tag: Option<(usize, &'static str)>,
    /// Whether duplicate links count once.
    pub distinct: bool,
    /// Whether a bare join table has an index for its right side. Its primary key serves the left side.
    pub indexed: bool,
}

/// Two definitions are equal if they lead from the same columns of one table to the same columns of another.
impl PartialEq for RelationDef {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other)
    }
}

impl RelationDef {
    /// Whether both are the same relation of one table. Definitions are constants, so their addresses do not identify
    /// them.
    pub(crate) fn is_same(&self, other: &RelationDef) -> bool {
        let columns = |relation: &RelationDef| (relation.name, relation.from_columns, relation.to_columns);
        columns(self) == columns(other) && (self.from)().is_same((other.from)()) && (self.to)().is_same((other.to)())
    }

    /// Whether it is sure to lead to at most one row, because the row is referred to by its primary key.
    pub(crate) fn leads_to_a_key(&self) -> bool {
        self.kind == RelationKind::BelongsTo && self.to_columns == (self.to)().primary_key
    }

    /// The columns of the target that have to be unique if the relation leads to one row.
    pub(crate) fn single_by(&self) -> Vec<usize> {
        let tag = self.tag.iter().map(|(column, _)| *column);
        self.to_columns.iter().copied().chain(tag).collect()
    }

    /// Describes a relation whose key is in one of the two tables.
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

    /// Describes a relation whose keys are in a join table.
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

    /// Describes a relation to the rows that refer to rows of a model in between, which refer to the starting table.
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

    /// Describes a polymorphic relation. Only its name and its key are used; the target is not a table.
    #[must_use]
    pub const fn polymorphic(name: &'static str, from: (fn() -> &'static Table, &'static [usize])) -> Self {
        RelationDef::direct(name, RelationKind::BelongsTo, from, from)
    }

    /// Restricts the target to rows whose column at a position has a text.
    #[must_use]
    pub const fn tagged(mut self, column: usize, tag: &'static str) -> Self {
        self.tag = Some((column, tag));
        self
    }

    /// Sets its name in a serialised row.
    #[must_use]
    pub const fn serialized(mut self, name: &'static str) -> Self {
        self.serialized = name;
        self
    }

    /// The relation for a message: `Student.courses`.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", (self.from)().model, self.name)
    }
}

impl Through {
    /// The columns of its keys, without duplicates: both sides may have the same column, such as the key of a tenant.
    pub(crate) fn key_columns(&self) -> impl Iterator<Item = &'static str> + use<> {
        let (left, right) = (self.left, self.right);
        left.iter().chain(right.iter().filter(move |column| !left.contains(column))).copied()
    }

    /// The columns that identify a link: the keys, and the tag if there is one.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.key_columns().chain(self.tag_column().map(|(column, _)| column.name))
    }

    /// The column with the tag of each link, and the tag, if there is one.
    pub(crate) fn tag_column(&self) -> Option<(&'static ColumnDef, &'static str)> {
        let ((at, tag), model) = (self.tag?, self.model?);
        Some((model().columns.get(at)?, tag))
    }

    /// Counts duplicate links once.
    #[must_use]
    pub const fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    /// Leaves out the index on the right side of the bare join table.
    #[must_use]
    pub const fn without_index(mut self) -> Self {
        self.indexed = false;
        self
    }

    /// Whether duplicate links may exist and have to count once: no key of the model excludes them.
    pub(crate) fn repeats(&self) -> bool {
        let is_key = |table: &Table, key: &[usize]| {
            !key.is_empty() && table.names(key).all(|name| self.key_columns().any(|column| column == name))
        };
        let keys = |table: &'static Table| table.unique.iter().copied().chain([table.primary_key]);
        self.distinct && !self.model.is_some_and(|table| keys(table()).any(|key| is_key(table(), key)))
    }

    /// Restricts the links to rows whose column at a position has a text.
    #[must_use]
    pub const fn tagged(mut self, column: usize, tag: &'static str) -> Self {
        self.tag = Some((column, tag));
        self
    }

    /// Describes a join table with a model.
    #[must_use]
    pub const fn model(
        model: fn() -> &'static Table,
        table: &'static Table,
        left: &'static [&'static str],
        right: &'static [&'static str],
    ) -> Self {
        Through { schema: table.schema, model: Some(model), ..Self::bare(table.name, left, right) }
    }

    /// Describes a join table with only the two keys.
    #[must_use]
    pub const fn bare(table: &'static str, left: &'static [&'static str], right: &'static [&'static str]) -> Self {
        Through { schema: None, table, left, right, model: None, tag: None, distinct: false, indexed: true }
    }
}

/// The start of a polymorphic relation.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PolymorphicDef {
    /// The relation's name in Rust.
    pub name: &'static str,
    /// The table that it starts at.
    pub from: fn() -> &'static Table,
    /// The positions of the columns with the tag and the key.
    pub columns: [usize; 2],
}

impl PolymorphicDef {
    /// The relation for a message: `Comment.subject`.
    pub(crate) fn path(self) -> String {
        format!("{}.{}", (self.from)().model, self.name)
    }

    /// The column with the tag, at 0, or with the key, at 1, for a message: `comments.subject_id`.
    pub(crate) fn column(self, at: usize) -> String {
        let table = (self.from)();
        let name = self.columns.get(at).and_then(|&column| table.columns.get(column)).map_or("", |column| column.name);
        format!("{}.{name}", table.name)
    }
}

/// The join tables without a model, without duplicates, although the relations of both sides name them. If one of the two
/// relations requests no index, the table has none.
pub(crate) fn bare_links(tables: &[&'static Table]) -> Vec<(&'static RelationDef, &'static Through)> {
    let mut links: Vec<(&'static RelationDef, &'static Through)> = Vec::new();
    for relation in tables.iter().flat_map(|table| table.relations) {
        let Some(through) = relation.through.as_ref().filter(|through| through.model.is_none()) else { continue };
        let is_same = |other: &Through| other.table == through.table && other.schema == through.schema;
        match links.iter_mut().find(|(_, other)| is_same(other)) {
            None => links.push((relation, through)),
            Some(link) if link.1.indexed && !through.indexed => *link = (relation, through),
            Some(_) => {}
        }
    }
    links
}
