//! `impl Mapped`: the table, and the conversions from and to a row. `impl Model`, which adds the operations on rows.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::tokens::{positions, single_or_tuple};
use super::{columns, loaded, relations, serialized};
use crate::model::definition::{Column, DbDefault, Generated, Model, Moment, PartialIndex};
use crate::names::type_text;
use crate::symbol;

/// Returns `impl Mapped for Student` and `impl Model`.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let key = key_type(model);
    let primary_key = positions(model.positions(&model.primary_key));
    let (name, table) = (name(model), table(model));
    let decode = decode(model);
    let encode = encode(model);
    let default_of = default_of(model);
    let unloaded = loaded::unloaded(model);
    let check = check_generated_key(model);
    quote! {
        #[automatically_derived]
        impl __orm::Mapped for #ident {
            type Key = #key;
            type Itself = Self;
            type Columns = __Columns;
            type Unloaded = #unloaded;
            const TABLE_NAME: __orm::TableName = #name;
            const TABLE: &'static __orm::Table = #table;
            const PRIMARY_KEY: &'static [usize] = &#primary_key;
            const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::Able::<Self>::CLONE;
            #decode
            #encode
            #default_of
        }

        impl __orm::Model for #ident {}
        #check
    }
}

/// Checks that a key marked `generated` is an integer. The error points at the type.
fn check_generated_key(model: &Model) -> Option<TokenStream> {
    let ident = &model.ident;
    let key = model.columns_of(&model.primary_key).into_iter().find(|column| column.generated.is_some())?;
    let (hash, ty) = (columns::hash(key), type_text(&key.ty));
    let message = format!(
        "a generated key is an integer or a newtype of one, unlike `{ty}`; remove `generated`, or write `db_default = sql(\"..\")`"
    );
    let check = quote_spanned!(key.ty.span()=> __orm::check_generated_key::<#ident, #hash, _>(#message));
    Some(quote!(const _: () = #check;))
}

/// Returns the type of the key's column, or a tuple of the types of several columns.
pub(crate) fn key_type(model: &Model) -> TokenStream {
    single_or_tuple(model.columns_of(&model.primary_key).into_iter().map(|column| {
        let ty = &column.ty;
        quote!(#ty)
    }))
}

/// Returns what other tables may use before this table is complete, because tables may refer to each other.
pub(crate) fn name(model: &Model) -> TokenStream {
    let table = &model.table;
    let key = model.columns_of(&model.primary_key).into_iter().map(|column| &column.sql);
    let schema = model.schema.as_ref().map(|schema| quote!(.schema(#schema)));
    quote!(__orm::TableName::new(#table, &[#(#key),*]) #schema)
}

/// Returns the table as data. A value that cannot be a literal is a separate constant, because only constants outlive
/// the expression.
fn table(model: &Model) -> TokenStream {
    let name = model.name();
    let columns = model.columns.iter().map(|column| {
        let hash = columns::hash(column);
        let definition = quote!(__orm::column::<Self, #hash, _>());
        let definition =
            column.db_default.as_ref().map_or(definition.clone(), |value| with_default(&definition, value));
        let computed = column.generated.as_ref().filter(|_| !model.primary_key.contains(&column.field));
        let generated = computed.map(|generated| match generated {
            Generated::Elsewhere => quote!(.generated(__orm::Generated::Elsewhere)),
            Generated::By(sql) => quote!(.generated(__orm::Generated::By(#sql))),
        });
        let check = column.check.as_ref().map(|condition| quote!(.check(#condition)));
        let sql_type = column.sql_type.as_ref().map(|sql_type| quote!(.declared(#sql_type)));
        let renamed_from = column.renamed_from.as_ref().map(|name| quote!(.renamed_from(#name)));
        quote!(#definition #generated #check #sql_type #renamed_from)
    });
    let checks = &model.checks;
    let defaulted = defaulted(model);
    let relations = relations::definitions(model);
    let relation_names = model.relations.iter().map(relations::constant);
    let foreign_keys = relations::foreign_keys(model);
    let options = [
        model.renamed_from.as_ref().map(|name| quote!(.renamed_from(#name))),
        model.generated_key().then(|| quote!(.generated_key(true))),
        sets(model, &model.unique).map(|sets| quote!(.unique(&#sets))),
        sets(model, &model.indexes).map(|sets| quote!(.indexes(&#sets))),
        partial_indexes(model),
        model.without_index().next().is_some().then(|| {
            let columns = positions(model.positions(model.without_index()));
            quote!(.unindexed(&#columns))
        }),
        foreign_keys.as_ref().map(|_| quote!(.foreign_keys(FOREIGN_KEYS))),
        (!checks.is_empty()).then(|| quote!(.checks(&[#(#checks),*]))),
        (!defaulted.is_empty()).then(|| {
            let defaulted = positions(defaulted);
            quote!(.defaulted(&#defaulted))
        }),
        version(model),
        moments(model),
        (!model.relations.is_empty()).then(|| quote!(.relations(&[#(&#relation_names),*]))),
        serialized::case(model),
        loaded(model),
    ];
    let options = options.iter().flatten();
    quote! {{
        #relations
        #foreign_keys
        &__orm::Table::of::<Self>(#name, const { &[#(#columns),*] }) #(#options)*
    }}
}

/// Returns `.partial_indexes(..)`.
fn partial_indexes(model: &Model) -> Option<TokenStream> {
    let indexes = model.partial_indexes.iter().map(|PartialIndex { fields, is_unique, condition }| {
        let columns = positions(model.positions(fields));
        let unique = is_unique.then(|| quote!(.unique()));
        quote!(__orm::PartialIndex::new(&#columns, #condition) #unique)
    });
    (!model.partial_indexes.is_empty()).then(|| quote!(.partial_indexes(const { &[#(#indexes),*] })))
}

/// Returns the column with a default. An error about a default of another type points at the value.
fn with_default(definition: &TokenStream, default: &DbDefault) -> TokenStream {
    let (span, value) = match default {
        DbDefault::Bool(value) => (value.span(), quote!(Bool(#value))),
        DbDefault::Int(number) => (number.span(), quote!(Int(#number))),
        DbDefault::Real(number) => (number.span(), quote!(Real(#number))),
        DbDefault::Text(text) => (text.span(), quote!(Text(#text))),
        DbDefault::Sql(sql) => (sql.span(), quote!(Sql(#sql))),
    };
    quote_spanned!(span=> __orm::ColumnDef::default(#definition, __orm::DefaultValue::#value))
}

/// Returns `.version(..)`, which checks whether the type can count. The error points at the type.
fn version(model: &Model) -> Option<TokenStream> {
    let version = model.version()?;
    let hash = columns::hash(version);
    let call = quote_spanned!(version.ty.span()=> __orm::version::<Self, #hash, _>());
    Some(quote!(.version(#call)))
}

/// Returns `.created_at(..)` and `.updated_at(..)`, which check whether the type holds timestamps. The error points at
/// the type.
fn moments(model: &Model) -> Option<TokenStream> {
    let calls = model.columns.iter().filter_map(|column| {
        let word = match column.moment.as_ref()? {
            Moment::Created(word) | Moment::Updated(word) => word,
        };
        let hash = columns::hash(column);
        let call = quote_spanned!(column.ty.span()=> __orm::moment::<Self, #hash, _>());
        Some(quote!(.#word(#call)))
    });
    let calls: TokenStream = calls.collect();
    (!calls.is_empty()).then_some(calls)
}

/// Returns `.loaded("FullStudent")`, if the user set the name.
fn loaded(model: &Model) -> Option<TokenStream> {
    let name = model.items.loaded.unraw().to_string();
    let is_named = model.items.written.iter().any(|word| word == symbol::LOADED);
    is_named.then(|| quote!(.loaded(#name)))
}

/// Returns `[&[1], &[1, 2]]`.
fn sets(model: &Model, sets: &[Vec<proc_macro2::Ident>]) -> Option<TokenStream> {
    let sets: Vec<TokenStream> = sets.iter().map(|fields| positions(model.positions(fields))).collect();
    (!sets.is_empty()).then(|| quote!([#(&#sets),*]))
}

fn decode(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let fields = model.columns.iter().map(|column| {
        let (field, hash) = (&column.field, columns::hash(column));
        let inner = column.codec.as_ref().map(|_| quote!(.into_inner()));
        quote!(#field: __orm::decode::<Self, #hash, _>(row, at)? #inner)
    });
    let skipped = model.skipped.iter().map(|skipped| {
        let field = &skipped.field;
        let default = quote_spanned!(skipped.ty.span()=> ::core::default::Default::default());
        quote!(#field: #default)
    });
    let fields = fields.chain(skipped);
    quote! {
        fn decode(row: __orm::Row<'_>, at: usize) -> #krate::Result<Self> {
            ::core::result::Result::Ok(Self { #(#fields),* })
        }
    }
}

fn encode(model: &Model) -> TokenStream {
    let this = Ident::new("Self", Span::call_site());
    let columns = model.columns.iter().enumerate().map(|(at, column)| (at, encode_field(&this, column)));
    let body = encode_by(model, columns);
    let krate = &model.krate;
    quote! {
        fn encode(&self, column: usize) -> #krate::Result<__orm::Value<'_>> {
            #body
        }
    }
}

/// Returns the positions of the columns that have a default in Rust.
fn defaulted(model: &Model) -> Vec<usize> {
    (0..model.columns.len()).filter(|&at| model.columns[at].default.is_some()).collect()
}

/// Returns the values of a new row's defaults. This is the only place that contains the user's expressions.
fn default_of(model: &Model) -> Option<TokenStream> {
    let columns = defaulted(model);
    let values = columns.iter().filter_map(|&at| {
        let (ident, column) = (&model.ident, &model.columns[at]);
        let (hash, default) = (columns::hash(column), column.default.as_ref()?);
        let coded = |codec| quote!(__orm::encode_coded_default::<#codec, _>(&#default));
        let plain = || quote!(__orm::encode_default::<#ident, #hash, _>(|| #default));
        let value = columns::codec(column).map_or_else(plain, coded);
        Some((at, value))
    });
    let body = by_column(values.collect::<Vec<_>>(), &quote!(__orm::no_default(column)));
    let krate = &model.krate;
    (!columns.is_empty()).then(|| {
        quote! {
            fn default_of(column: usize) -> ::core::result::Result<__orm::Value<'static>, #krate::Mismatch> {
                #body
            }
        }
    })
}

/// Returns `encode::<Student, 0x…, _>(value)`.
pub(crate) fn encode_value(model: &Ident, column: &Column, value: &TokenStream) -> TokenStream {
    let hash = columns::hash(column);
    let coded = |codec| quote!(__orm::encode_coded::<#model, #hash, #codec, _>(#value));
    columns::codec(column).map_or_else(|| quote!(__orm::encode::<#model, #hash, _>(#value)), coded)
}

/// Returns `encode::<Student, 0x…, _>(&self.first_name)`.
pub(crate) fn encode_field(model: &Ident, column: &Column) -> TokenStream {
    let field = &column.field;
    encode_value(model, column, &quote!(&self.#field))
}

/// Returns `match column { 0 => …, … }` over columns by their positions.
pub(crate) fn encode_by(model: &Model, columns: impl IntoIterator<Item = (usize, TokenStream)>) -> TokenStream {
    let ident = &model.ident;
    by_column(columns, &quote!(__orm::no_such_column::<#ident>(column)))
}

fn by_column(columns: impl IntoIterator<Item = (usize, TokenStream)>, otherwise: &TokenStream) -> TokenStream {
    let arms = columns.into_iter().map(|(at, value)| {
        let at = Literal::usize_unsuffixed(at);
        quote!(#at => #value,)
    });
    quote! {
        match column {
            #(#arms)*
            _ => #otherwise,
        }
    }
}
