//! The structure of the live database, according to its catalog.

mod definition;
mod spelling;

pub(super) use self::definition::conditions;
use self::definition::{index_of, read_table};
use self::spelling::unify;
use super::indexes::text;
use crate::error::Result;
use crate::row::{Row, RowSink};
use crate::sql::{Dialect, Structure};
use crate::structure::{Action, Check, ColumnSchema, Enum, ForeignKey, Generated, Index, Name, Schema, Table, Unique};
use crate::value::ValueRef;

/// The statements that read a structure, in their order, with the readers of their rows.
pub(crate) fn readers(statements: Structure) -> [(&'static str, Reader); 5] {
    [
        (statements.tables, Reader::Tables),
        (statements.columns, Reader::Columns),
        (statements.constraints, Reader::Constraints),
        (statements.indexes, Reader::Indexes),
        (statements.enums, Reader::Enums),
    ]
}

/// The kinds of rows of a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    Tables,
    Columns,
    Constraints,
    Indexes,
    Enums,
}

/// Reads rows of a catalog.
pub(crate) struct Rows<'s> {
    read: &'s mut Read,
    reader: Reader,
    dialect: &'static dyn Dialect,
}

/// What was read so far.
#[derive(Default)]
pub(crate) struct Read {
    schema: Schema,
    /// The constraint of the last row: its table, and what distinguishes it from others.
    constraint: Option<(Name, String)>,
    /// The statements that created the tables, if the database stores only those.
    definitions: Vec<(Name, String)>,
}

impl Read {
    /// The sink for the rows of one statement.
    pub(crate) fn rows(&mut self, reader: Reader, dialect: &'static dyn Dialect) -> Rows<'_> {
        self.constraint = None;
        Rows { read: self, reader, dialect }
    }

    /// The whole structure.
    pub(crate) fn finish(mut self, dialect: &'static dyn Dialect) -> Schema {
        for (name, definition) in &self.definitions {
            if let Some(table) = self.schema.tables.iter_mut().find(|table| table.name == *name) {
                read_table(table, definition, dialect.quotes());
            }
        }
        unify(&mut self.schema, dialect);
        self.schema
    }

    fn table(&mut self, row: Row<'_>) {
        let name = name(row, 0);
        if text(row, 2) == "view" {
            self.schema.views.push(name);
            return;
        }
        self.definitions.extend(maybe(row, 3).map(|definition| (name.clone(), definition)));
        let [without_rowid, strict] = [4, 5].map(|at| row.number(at).is_ok_and(|number| number != 0));
        self.schema.tables.push(Table { name, without_rowid, strict, comment: maybe(row, 6), ..Table::default() });
    }

    fn column(&mut self, row: Row<'_>) -> Result<()> {
        let generated = match maybe(row, 8) {
            Some(expression) => Some(Generated { expression, stored: row.number(9)? != 0 }),
            None => None,
        };
        let column = ColumnSchema {
            name: text(row, 2),
            sql_type: text(row, 3),
            collation: maybe(row, 4),
            nullable: row.number(5)? == 0,
            assigned: maybe(row, 6),
            default: maybe(row, 7).filter(|_| generated.is_none()),
            generated,
            comment: maybe(row, 10),
            renamed_from: None,
        };
        self.with(&name(row, 0), |table| table.columns.push(column));
        Ok(())
    }

    fn constraint(&mut self, row: Row<'_>) {
        let of = (name(row, 0), format!("{} {}", text(row, 2), text(row, 3)));
        let continues = self.constraint.as_ref() == Some(&of);
        let table = of.0.clone();
        self.constraint = Some(of);
        let (constraint, column) = (maybe(row, 4), text(row, 5));
        match &*text(row, 2) {
            "primary" => self.with(&table, |table| table.primary_key.push(column)),
            "unique" => self.with(&table, |table| match table.unique.last_mut().filter(|_| continues) {
                Some(unique) => unique.columns.push(column),
                None => table.unique.push(Unique { name: constraint, columns: vec![column] }),
            }),
            "foreign" => self.with(&table, |table| match table.foreign_keys.last_mut().filter(|_| continues) {
                Some(key) => {
                    key.columns.push(column);
                    key.references.extend(maybe(row, 8));
                }
                None => table.foreign_keys.push(ForeignKey {
                    name: constraint,
                    columns: vec![column],
                    table: name(row, 6),
                    references: maybe(row, 8).into_iter().collect(),
                    on_delete: Action::of_words(&text(row, 9)),
                    on_update: Action::of_words(&text(row, 10)),
                }),
            }),
            _ => {
                let check = Check { name: constraint, column: None, condition: text(row, 11) };
                self.with(&table, |table| table.checks.push(check));
            }
        }
    }

    fn index(&mut self, row: Row<'_>, dialect: &dyn Dialect) -> Result<()> {
        let index =
            Index { name: text(row, 3), unique: row.number(4)? != 0, method: maybe(row, 5), ..Index::default() };
        let index = index_of(index, &text(row, 2), dialect.quotes());
        self.with(&name(row, 0), |table| table.indexes.push(index));
        Ok(())
    }

    fn value_of_enum(&mut self, row: Row<'_>) {
        let (name, value) = (name(row, 0), text(row, 2));
        match self.schema.enums.last_mut().filter(|of| of.name == name) {
            Some(of) => of.values.push(value),
            None => self.schema.enums.push(Enum { name, values: vec![value] }),
        }
    }

    fn with(&mut self, name: &Name, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.schema.tables.iter_mut().find(|table| table.name == *name) {
            change(table);
        }
    }
}

impl RowSink for Rows<'_> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        match self.reader {
            Reader::Tables => self.read.table(row),
            Reader::Columns => self.read.column(row)?,
            Reader::Constraints => self.read.constraint(row),
            Reader::Indexes => self.read.index(row, self.dialect)?,
            Reader::Enums => self.read.value_of_enum(row),
        }
        Ok(())
    }
}

fn name(row: Row<'_>, at: usize) -> Name {
    Name { schema: maybe(row, at), name: text(row, at + 1) }
}

/// The text at a position, or `None` for `NULL`.
fn maybe(row: Row<'_>, at: usize) -> Option<String> {
    matches!(row.value(at), Ok(ValueRef::Text(_))).then(|| text(row, at))
}
