//! What the user said of a model: data, with the idents that the user wrote, so that every stage can point at them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, Generics, LitBool, LitStr, Path, Type, Visibility};

use crate::names::{self, SerdeCase};
use crate::symbol;

/// A struct with `#[derive(Model)]`.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    /// None, in a valid model.
    pub(crate) generics: Generics,
    pub(crate) vis: Visibility,
    /// Where generated code finds the facade.
    pub(crate) krate: Path,
    pub(crate) schema: Option<String>,
    /// The table's name in SQL.
    pub(crate) table: String,
    /// The name that it had before.
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) columns: Vec<Column>,
    /// The fields that are not in the table.
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) primary_key: Vec<Ident>,
    /// The fields that count the changes of a row; at most one, in a valid model.
    pub(crate) versions: Vec<Ident>,
    pub(crate) unique: Vec<Vec<Ident>>,
    pub(crate) indexes: Vec<Vec<Ident>>,
    /// Conditions in SQL that every row meets.
    pub(crate) checks: Vec<LitStr>,
    /// The forms in which the values of all fields are stored whose types have them.
    pub(crate) stored: Vec<Stored>,
    pub(crate) relations: Vec<Relation>,
    /// How serde writes a row, if it does.
    pub(crate) serialized: Serialized,
    pub(crate) items: Items,
}

/// The names of what stands beside the struct, and of methods that it gets; nothing for what the user does not want.
pub(crate) struct Items {
    /// The struct of a new row.
    pub(crate) new: Option<Ident>,
    /// The function that makes one of its required fields.
    pub(crate) constructor: Option<Ident>,
    /// The struct of a row with relations.
    pub(crate) loaded: Ident,
    /// The trait of a row with relations.
    pub(crate) relations: Option<Ident>,
    /// The method that writes a row with a version.
    pub(crate) update: Option<Ident>,
    /// The words that the user wrote about them.
    pub(crate) written: Vec<Ident>,
}

/// What `#[serde(..)]` says of the names in a serialised row.
#[derive(Default)]
pub(crate) struct Serialized {
    pub(crate) case: SerdeCase,
    /// The names that the struct's own entries have for certain, each with what bears it: a field, or serde's tag.
    pub(crate) entries: Vec<(String, String)>,
}

/// A field of the struct.
pub(crate) struct Column {
    pub(crate) field: Ident,
    pub(crate) ty: Type,
    /// The column's name in SQL.
    pub(crate) sql: String,
    /// The name that it had before.
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) accessor: Option<Ident>,
    /// How it is stored, if its type does not say it.
    pub(crate) codec: Option<Codec>,
    /// The form in which its values are stored.
    pub(crate) stored: Option<Stored>,
    /// What a new row holds that says nothing.
    pub(crate) default: Option<Expr>,
    /// What the database puts there when an insert says nothing.
    pub(crate) db_default: Option<DbDefault>,
    /// The write whose moment it holds, if it holds one.
    pub(crate) moment: Option<Moment>,
    /// How the database computes it, if the database does.
    pub(crate) generated: Option<Generated>,
    /// A condition in SQL.
    pub(crate) check: Option<LitStr>,
    /// The column's type in SQL, if not the one that follows from the field's.
    pub(crate) sql_type: Option<LitStr>,
}

/// A form in which values are stored, as an expression, with the word that names it.
pub(crate) struct Stored {
    pub(crate) name: Ident,
    pub(crate) form: TokenStream,
}

/// The write whose moment a column holds, with the word of the attribute.
pub(crate) enum Moment {
    /// That of the insert.
    Created(Ident),
    /// That of the last write.
    Updated(Ident),
}

/// Who computes a column that is never written.
pub(crate) enum Generated {
    /// The database, in a way that the table knows.
    Elsewhere,
    /// The database, by an expression in SQL.
    By(LitStr),
}

/// A field that is no column.
pub(crate) struct Skipped {
    pub(crate) field: Ident,
    pub(crate) ty: Type,
}

/// How values of a type that is no column type are stored.
pub(crate) enum Codec {
    /// With the word of the attribute.
    Json(Ident),
    With(Box<Type>),
}

/// What the database puts into a column when an insert says nothing.
pub(crate) enum DbDefault {
    Bool(LitBool),
    /// With its sign.
    Int(TokenStream),
    Real(TokenStream),
    Text(LitStr),
    Sql(LitStr),
}

/// A relation that starts at the model.
pub(crate) struct Relation {
    pub(crate) name: Ident,
    pub(crate) target: Type,
    pub(crate) kind: Kind,
    /// Its name in a serialised row, where it is not its own.
    pub(crate) rename: Option<LitStr>,
}

/// The kinds of relations, and what each needs to know.
pub(crate) enum Kind {
    /// Fields of this model hold the key of the other.
    BelongsTo { foreign_key: Names, references: Option<Names>, on_delete: OnDelete },
    /// A field of this model holds the key of one of several others, and another field says of which.
    BelongsToAny { foreign_key: Names, tag: Names },
    /// Fields of the other model hold the key of this; of those rows alone that have a tag, if there is one.
    Has { many: bool, foreign_key: Names, references: Option<Names>, tag: Option<Tag> },
    /// Fields of the other model hold the key of a model between, or what its fields `right` hold, and its fields `left` hold the
    /// key of this.
    HasThrough { model: Type, left: Names, right: Option<Names>, foreign_key: Names },
    /// A table between holds the keys of both.
    ManyToMany(Join),
}

/// A field of the other model or of the one between, and the text that it holds in the rows of a relation.
#[derive(Clone)]
pub(crate) struct Tag {
    pub(crate) field: Ident,
    pub(crate) text: LitStr,
}

/// The table between the two sides of a many-to-many relation.
#[expect(clippy::large_enum_variant, reason = "a struct has a handful of these")]
pub(crate) enum Join {
    /// With a tag, those of its rows alone that have it are links.
    Model {
        model: Type,
        left: Names,
        right: Names,
        tag: Option<Tag>,
    },
    Table {
        name: LitStr,
        left: Vec<LitStr>,
        right: Vec<LitStr>,
    },
}

/// Names of fields. Those that the user left out are made from other names and carry the span of the relation's.
#[derive(Clone)]
pub(crate) struct Names {
    pub(crate) list: Vec<Ident>,
    pub(crate) written: bool,
}

/// What becomes of a row when the row it refers to is deleted.
#[derive(Clone, Copy, Default)]
pub(crate) enum OnDelete {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
}

impl Model {
    /// The struct's name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The position of the column that a field is.
    pub(crate) fn position(&self, field: &Ident) -> Option<usize> {
        let name = field.unraw();
        self.columns.iter().position(|column| column.field.unraw() == name)
    }

    /// The positions of the columns that some fields are; after validation, of all of them.
    pub(crate) fn positions<'a>(&self, fields: impl IntoIterator<Item = &'a Ident>) -> Vec<usize> {
        fields.into_iter().filter_map(|field| self.position(field)).collect()
    }

    /// The columns that some fields are.
    pub(crate) fn columns_of<'a>(&self, fields: impl IntoIterator<Item = &'a Ident>) -> Vec<&Column> {
        self.positions(fields).into_iter().map(|at| &self.columns[at]).collect()
    }

    /// Whether the database assigns the primary key.
    ///
    /// Generated code cannot ask the type, since the shape of `New…` hangs on the answer. So it is the text that decides:
    /// a single key that is marked `generated`, or is written as a primitive integer and is not another model's key at the same
    /// time.
    pub(crate) fn generated_key(&self) -> bool {
        match self.columns_of(&self.primary_key)[..] {
            [key] => key.generated.is_some() || is_primitive_integer(&key.ty) && !self.is_foreign_key(&key.field),
            _ => false,
        }
    }

    /// The column that counts the changes of a row.
    pub(crate) fn version(&self) -> Option<&Column> {
        self.columns_of(&self.versions).first().copied()
    }

    pub(crate) fn is_foreign_key(&self, field: &Ident) -> bool {
        self.relations.iter().any(|relation| match &relation.kind {
            Kind::BelongsTo { foreign_key, .. } | Kind::BelongsToAny { foreign_key, .. } => {
                foreign_key.list.contains(field)
            }
            _ => false,
        })
    }
}

impl Items {
    /// The names for a struct of which the user says nothing.
    pub(crate) fn of(model: &Ident) -> Self {
        let (name, span) = (model.unraw(), model.span());
        Items {
            new: Some(format_ident!("New{}", name, span = span)),
            constructor: None,
            loaded: format_ident!("{}Loaded", name, span = span),
            relations: Some(format_ident!("{}Relations", name, span = span)),
            update: Some(Ident::new(symbol::UPDATE, span)),
            written: Vec::new(),
        }
    }

    /// The first name that another item has, with what that is. Names that the user wrote come last.
    pub(crate) fn second<'a>(&'a self, model: &'a Ident) -> Option<(&'a Ident, &'static str)> {
        let is_written = |word| self.written.iter().any(|written| written == word);
        let mut items: Vec<(bool, &Ident, &'static str)> = vec![(false, model, "the model")];
        let new = self.new.as_ref().map(|new| (is_written(symbol::NEW), new, "the struct of new rows"));
        let trait_ = self.relations.as_ref();
        let relations = trait_.map(|name| (is_written(symbol::RELATIONS), name, "the trait of rows with relations"));
        items.extend(new);
        items.push((is_written(symbol::LOADED), &self.loaded, "the struct of rows with relations"));
        items.extend(relations);
        items.sort_by_key(|(is_written, ..)| *is_written);
        items.iter().enumerate().find_map(|(at, (_, name, _))| {
            let first = items[..at].iter().find(|(_, other, _)| other.unraw() == name.unraw())?;
            Some((*name, first.2))
        })
    }
}

impl Column {
    /// Where the user said how it is stored.
    pub(crate) fn stored_at(&self) -> Span {
        match &self.codec {
            Some(Codec::Json(word)) => word.span(),
            Some(Codec::With(codec)) => codec.span(),
            None => self.ty.span(),
        }
    }

    /// Whether the type is written as an `Option`. The macro cannot ask the type itself.
    pub(crate) fn is_option(&self) -> bool {
        let Type::Path(path) = &self.ty else { return false };
        path.path.segments.last().is_some_and(|last| last.ident == "Option")
    }

    /// Whether the type is written as one of a time of day, an instant, or a date and time, or as an `Option` of one. The macro
    /// cannot ask the type itself.
    pub(crate) fn holds_time(&self) -> bool {
        const TYPES: [&str; 8] = [
            "Time",
            "DateTime",
            "Timestamp",
            "NaiveTime",
            "NaiveDateTime",
            "OffsetDateTime",
            "PrimitiveDateTime",
            "UtcDateTime",
        ];
        let text = names::type_text(&self.ty);
        let inner = text.strip_prefix("Option<").and_then(|text| text.strip_suffix('>')).unwrap_or(&text);
        let path = inner.split('<').next().unwrap_or(inner);
        self.codec.is_none() && path.rsplit("::").next().is_some_and(|name| TYPES.contains(&name))
    }

    /// The field's name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.field.unraw().to_string()
    }

    /// Whether a new row may say nothing of it.
    pub(crate) fn has_default(&self) -> bool {
        self.default.is_some() || self.db_default.is_some() || self.moment.is_some()
    }

    /// How generated code names the field to other models.
    pub(crate) fn hash(&self) -> u64 {
        names::hash(&self.name())
    }
}

impl Relation {
    /// The relation's name without `r#`.
    pub(crate) fn text(&self) -> String {
        self.name.unraw().to_string()
    }

    /// Its name in a serialised row, beside fields in this case.
    pub(crate) fn serialized(&self, case: SerdeCase) -> String {
        self.rename.as_ref().map_or_else(|| case.apply(&self.text()), LitStr::value)
    }
}

impl Names {
    pub(crate) fn written(list: Vec<Ident>) -> Self {
        Names { list, written: true }
    }

    /// A name that the user left out.
    pub(crate) fn default(name: &str, at: &Ident) -> Self {
        Names { list: vec![Ident::new(name, at.span())], written: false }
    }
}

fn is_primitive_integer(ty: &Type) -> bool {
    const INTEGERS: &[&str] = &["i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize"];
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| INTEGERS.iter().any(|integer| last.ident == integer))
}
