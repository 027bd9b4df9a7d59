//! Models as data: the items that are written for the tables of a database.

mod keys;
mod relations;
mod tables;

use std::collections::BTreeSet;

use orm::structure::{Name, Table};

use crate::names::Taken;
use crate::source::Source;
use crate::types::{FieldType, Library, OwnType, Types, own_types};

/// The options for the models.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The tables. If it is empty, all tables except the histories of other tools.
    pub tables: Vec<String>,
    /// The libraries whose types are used.
    pub libraries: Vec<Library>,
    /// The prefix of tables that is left out of names.
    pub prefix: String,
    /// The models that exist already.
    pub named: Vec<Named>,
}

/// A model that exists already, perhaps with a name that the user chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The model's table.
    pub table: Name,
    /// The model's name.
    pub name: String,
    /// The module that contains it.
    pub module: String,
}

/// The models of a database.
#[derive(Debug)]
pub struct Models {
    /// The name of the database for users.
    pub source: String,
    /// The models, in the order of their tables' names.
    pub models: Vec<Model>,
    /// The types besides the models.
    pub types: Vec<OwnType>,
    /// The tables and views without a model, each with the reason.
    pub left_out: Vec<(String, String)>,
}

/// A model.
#[derive(Clone, Debug)]
pub struct Model {
    /// The model's table.
    pub table: Name,
    /// The model's name.
    pub name: String,
    /// The module of its file.
    pub module: String,
    /// The table's comment.
    pub comment: Option<String>,
    /// Notes for the user.
    pub notes: Vec<String>,
    /// The keywords of each `#[model(..)]` on the struct.
    pub words: Vec<String>,
    /// The fields, in the order of the columns.
    pub fields: Vec<Field>,
    /// The positions of the primary key's fields.
    pub key: Vec<usize>,
    /// The relations. Those to one row come first.
    pub relations: Vec<Relation>,
}

/// A field of a model.
#[derive(Clone, Debug)]
pub struct Field {
    /// The field's name, as an identifier.
    pub name: String,
    /// The name of the column.
    pub column: String,
    /// The column's comment.
    pub comment: Option<String>,
    /// The field's type, without the `Option` of a column that may be `NULL`.
    pub of: FieldType,
    /// Whether the column may be `NULL`.
    pub nullable: bool,
    /// The keywords of `#[model(..)]` that do not come from the type.
    pub words: Vec<String>,
}

/// A relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The relation's name, as an identifier.
    pub name: String,
    /// The relation's kind.
    pub kind: Kind,
    /// The position of the relation's target model.
    pub to: usize,
    /// The columns of this model's table by which the relation joins.
    pub from_columns: Vec<String>,
    /// The columns of the other model's table by which the relation joins.
    pub to_columns: Vec<String>,
    /// The other keywords of the attribute.
    pub words: Vec<String>,
}

/// The kind of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// This row holds the key of the other row.
    BelongsTo {
        /// The fields that hold the key.
        fields: Vec<String>,
        /// Whether the other row may be missing.
        optional: bool,
    },
    /// At most one row refers to this row.
    HasOne,
    /// Any number of rows refers to this row.
    HasMany,
    /// A join table links other rows with this row.
    ManyToMany {
        /// The join table.
        through: Name,
        /// The join table's columns that refer to this row.
        left: Vec<String>,
        /// The join table's columns that refer to the other row.
        right: Vec<String>,
    },
}

impl Models {
    /// Creates the models of a database.
    #[must_use]
    pub fn of(source: &Source, wanted: &Wanted) -> Self {
        let types = own_types(source, &wanted.libraries);
        let (tables, mut left_out) = tables::chosen(source, &wanted.tables);
        let (joins, tables): (Vec<&Table>, Vec<&Table>) =
            tables.into_iter().partition(|table| relations::is_join_table(table, source));
        let mut taken = Taken::default();
        for own in &types {
            taken.take(&own.name);
        }
        for named in &wanted.named {
            tables::take(&named.name, &mut taken);
        }
        let mut models = Vec::new();
        for table in tables {
            match tables::model(table, &Types::new(source, &wanted.libraries, &types), wanted, &mut taken) {
                Ok(model) => models.push(model),
                Err(reason) => left_out.push((table.name.to_string(), reason)),
            }
        }
        let views = source.schema.views.iter().filter(|_| wanted.tables.is_empty());
        left_out.extend(views.map(|view| (view.to_string(), tables::IS_A_VIEW.to_owned())));
        keys::unify(&mut models, source);
        relations::add(&mut models, &joins, source, &mut left_out);
        for model in &mut models {
            if let Some(table) = source.schema.table(&model.table) {
                tables::say_primary_key(model, table, source.engine);
            }
        }
        Models { source: source.name.clone(), models, types, left_out }
    }

    /// Returns the features of `orm` that the models need.
    #[must_use]
    pub fn features(&self) -> BTreeSet<&'static str> {
        let of_models = self.models.iter().flat_map(|model| &model.fields).map(|field| &field.of.features);
        let of_types = self.types.iter().filter_map(|own| match &own.kind {
            crate::types::OwnKind::Newtype(of) => Some(&of.features),
            crate::types::OwnKind::Enum(_) => None,
        });
        of_models.chain(of_types).flatten().copied().collect()
    }
}

impl Model {
    /// Returns the field of a column.
    #[must_use]
    pub fn field(&self, column: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.column == column)
    }

    /// Returns the columns of the primary key.
    #[must_use]
    pub fn key_columns(&self) -> Vec<String> {
        self.key.iter().map(|&at| self.fields[at].column.clone()).collect()
    }
}
