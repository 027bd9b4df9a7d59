//! The data that the parser reads from a model. It keeps the idents that the user wrote, so that every stage can point
//! at them.

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
    /// Empty in a valid model.
    pub(crate) generics: Generics,
    pub(crate) vis: Visibility,
    /// The path under which generated code finds the facade.
    pub(crate) krate: Path,
    pub(crate) schema: Option<String>,
    /// The table's name in SQL.
    pub(crate) table: String,
    /// The table's earlier name.
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) columns: Vec<Column>,
    /// The fields that are not in the table.
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) primary_key: Vec<Ident>,
    /// The fields that count the changes of a row. A valid model has at most one.
    pub(crate) versions: Vec<Ident>,
    pub(crate) unique: Vec<Vec<Ident>>,
    pub(crate) indexes: Vec<Vec<Ident>>,
    pub(crate) partial_indexes: Vec<PartialIndex>,
    /// The fields that have no index although relations search rows by them.
    pub(crate) unindexed: Vec<Ident>,
    /// Conditions in SQL that every row meets.
    pub(crate) checks: Vec<LitStr>,
    /// The forms in which values are stored, for all fields whose types have them.
    pub(crate) stored: Vec<Stored>,
    pub(crate) relations: Vec<Relation>,
    /// How serde writes a row, if it does.
    pub(crate) serialized: Serialized,
    pub(crate) items: Items,
}

/// The names of the items beside the struct, and of the methods that it gets. A name is `None` if the user does not
/// want the item.
pub(crate) struct Items {
    /// The struct of a new row.
    pub(crate) new: Option<Ident>,
    /// The function that creates a new row from its required fields.
    pub(crate) constructor: Option<Ident>,
    /// The struct of a row with relations.
    pub(crate) loaded: Ident,
    /// The trait of a row with relations.
    pub(crate) relations: Option<Ident>,
    /// The method that writes a row with a version.
    pub(crate) update: Option<Ident>,
    /// The keywords that the user wrote about them.
    pub(crate) written: Vec<Ident>,
}

/// What `#[serde(..)]` sets for the names in a serialised row.
#[derive(Default)]
pub(crate) struct Serialized {
    pub(crate) case: SerdeCase,
    /// The names that the struct's own entries are certain to have. Each name comes with its origin: a field, or
    /// serde's tag.
    pub(crate) entries: Vec<(String, String)>,
}

/// An index of the rows that meet a condition.
pub(crate) struct PartialIndex {
    pub(crate) fields: Vec<Ident>,
    pub(crate) is_unique: bool,
    /// In SQL.
    pub(crate) condition: LitStr,
}

/// A field of the struct.
pub(crate) struct Column {
    pub(crate) field: Ident,
    pub(crate) ty: Type,
    /// The column's name in SQL.
    pub(crate) sql: String,
    /// The column's earlier name.
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) accessor: Option<Ident>,
    /// How the value is stored, if its type does not define it.
    pub(crate) codec: Option<Codec>,
    /// The form in which the values are stored.
    pub(crate) stored: Option<Stored>,
    /// The value in a new row for which the user gives none.
    pub(crate) default: Option<Expr>,
    /// The value that the database sets when an insert has none.
    pub(crate) db_default: Option<DbDefault>,
    /// The write whose timestamp the column holds, if it holds one.
    pub(crate) moment: Option<Moment>,
    /// How the database computes the column, if it does.
    pub(crate) generated: Option<Generated>,
    /// The keyword that marks a primary key as set by the program.
    pub(crate) given: Option<Ident>,
    /// A condition in SQL.
    pub(crate) check: Option<LitStr>,
    /// The column's type in SQL, if it differs from the one for the field's type.
    pub(crate) sql_type: Option<LitStr>,
}

/// A form in which values are stored, as an expression, with the keyword for it.
pub(crate) struct Stored {
    pub(crate) name: Ident,
    pub(crate) form: TokenStream,
}

/// The write whose timestamp a column holds, with the keyword of the attribute.
pub(crate) enum Moment {
    /// The insert.
    Created(Ident),
    /// The last write.
    Updated(Ident),
}

/// How the value of a column that is never written is computed.
pub(crate) enum Generated {
    /// By the database, in a way that the table defines.
    Elsewhere,
    /// By the database, with an expression in SQL.
    By(LitStr),
}

/// A field that is not a column.
pub(crate) struct Skipped {
    pub(crate) field: Ident,
    pub(crate) ty: Type,
}

/// How values of a type that is not a column type are stored.
pub(crate) enum Codec {
    /// As JSON, with the keyword of the attribute.
    Json(Ident),
    With(Box<Type>),
}

/// The value that the database sets when an insert has none.
pub(crate) enum DbDefault {
    Bool(LitBool),
    /// An integer with its sign.
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
    /// The name in a serialised row, if it differs from the relation's name.
    pub(crate) rename: Option<LitStr>,
}

/// The kinds of relations, with the data that each needs.
pub(crate) enum Kind {
    /// Fields of this model hold the key of the other.
    BelongsTo { foreign_key: Names, references: Option<Names>, on_delete: OnDelete, indexed: bool },
    /// A field of this model holds the key of one of several other models, and another field holds the tag of that
    /// model.
    BelongsToAny { foreign_key: Names, tag: Names, indexed: bool },
    /// Fields of the other model hold the key of this model. If there is a tag, only the rows with the tag belong to
    /// the relation.
    Has { many: bool, foreign_key: Names, references: Option<Names>, tag: Option<Tag> },
    /// Fields of the other model hold the key of an intermediate model, or the same values as its fields `right`. The
    /// fields `left` of the intermediate model hold the key of this model.
    HasThrough { model: Type, left: Names, right: Option<Names>, foreign_key: Names },
    /// An intermediate table holds the keys of both.
    ManyToMany(Join),
}

/// A field of the other model or of the intermediate model, and its text in the rows of a relation.
#[derive(Clone)]
pub(crate) struct Tag {
    pub(crate) field: Ident,
    pub(crate) text: LitStr,
}

/// The intermediate table of a many-to-many relation.
#[expect(clippy::large_enum_variant, reason = "a struct has a handful of these")]
pub(crate) enum Join {
    /// If there is a tag, only the rows with the tag are links.
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
        indexed: bool,
    },
}

/// Names of fields. Names that the user left out are derived from other names and carry the span of the relation's
/// name.
#[derive(Clone)]
pub(crate) struct Names {
    pub(crate) list: Vec<Ident>,
    pub(crate) written: bool,
}

/// What happens to a row when the row that it refers to is deleted.
#[derive(Clone, Copy, Default)]
pub(crate) enum OnDelete {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
}

impl Model {
    /// Returns the struct's name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// Returns the position of a field's column.
    pub(crate) fn position(&self, field: &Ident) -> Option<usize> {
        let name = field.unraw();
        self.columns.iter().position(|column| column.field.unraw() == name)
    }

    /// Returns the positions of the columns of some fields. After validation every field has one.
    pub(crate) fn positions<'a>(&self, fields: impl IntoIterator<Item = &'a Ident>) -> Vec<usize> {
        fields.into_iter().filter_map(|field| self.position(field)).collect()
    }

    /// Returns the columns of some fields.
    pub(crate) fn columns_of<'a>(&self, fields: impl IntoIterator<Item = &'a Ident>) -> Vec<&Column> {
        self.positions(fields).into_iter().map(|at| &self.columns[at]).collect()
    }

    /// Whether the database assigns the primary key.
    ///
    /// Generated code cannot ask the type, since the fields of `New…` depend on the answer. Therefore the source text
    /// decides: the database assigns a single key that is marked `generated`. It also assigns a single key that is
    /// written as a primitive integer, is not marked `generated = false` and is not a foreign key at the same time.
    pub(crate) fn generated_key(&self) -> bool {
        match self.columns_of(&self.primary_key)[..] {
            [key] => {
                let is_integer = is_primitive_integer(&key.ty) && key.given.is_none();
                key.generated.is_some() || is_integer && !self.is_foreign_key(&key.field)
            }
            _ => false,
        }
    }

    /// Returns the column that counts the changes of a row.
    pub(crate) fn version(&self) -> Option<&Column> {
        self.columns_of(&self.versions).first().copied()
    }

    /// Returns the fields that have no index although relations search rows by them: keys of relations without a foreign
    /// key of the database, since such a key has its own `index = false`.
    pub(crate) fn without_index(&self) -> impl Iterator<Item = &Ident> {
        let of_any = self.relations.iter().filter_map(|relation| match &relation.kind {
            Kind::BelongsToAny { foreign_key, indexed: false, .. } => foreign_key.list.first(),
            _ => None,
        });
        self.unindexed.iter().chain(of_any)
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
    /// Returns the names for a struct without keywords for them.
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

    /// Returns the first name that another item has too, with a description of that item. Names that the user wrote
    /// come last.
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
    /// Returns the place where the user wrote how the value is stored.
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

    /// Whether the type is written as a time of day, an instant, or a date and time, or as an `Option` of one. The
    /// macro cannot ask the type itself.
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

    /// Returns the field's name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.field.unraw().to_string()
    }

    /// Whether a new row may leave it out.
    pub(crate) fn has_default(&self) -> bool {
        self.default.is_some() || self.db_default.is_some() || self.moment.is_some()
    }

    /// Returns the hash by which generated code names the field to other models.
    pub(crate) fn hash(&self) -> u64 {
        names::hash(&self.name())
    }
}

impl Relation {
    /// Returns the relation's name without `r#`.
    pub(crate) fn text(&self) -> String {
        self.name.unraw().to_string()
    }

    /// Returns the name in a serialised row, beside fields in this case.
    pub(crate) fn serialized(&self, case: SerdeCase) -> String {
        self.rename.as_ref().map_or_else(|| case.apply(&self.text()), LitStr::value)
    }
}

impl Names {
    pub(crate) fn written(list: Vec<Ident>) -> Self {
        Names { list, written: true }
    }

    /// Creates a name that the user left out.
    pub(crate) fn default(name: &str, at: &Ident) -> Self {
        Names { list: vec![Ident::new(name, at.span())], written: false }
    }
}

pub(crate) fn is_primitive_integer(ty: &Type) -> bool {
    const INTEGERS: &[&str] = &["i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize"];
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| INTEGERS.iter().any(|integer| last.ident == integer))
}
