//! The grammar that all attributes share: keywords with values, separated by commas. Names of Rust are written without
//! quotes, names of SQL with quotes.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Meta, Path, Result, Token, parenthesized, token};

use crate::diagnostic::{Errors, error, list};
use crate::names::nearest;
use crate::symbol as word;

/// Returns the attributes with a name.
pub(crate) fn called<'a>(name: &str, attributes: &'a [Attribute]) -> impl Iterator<Item = &'a Attribute> {
    attributes.iter().filter(move |attribute| attribute.path().is_ident(name))
}

/// Calls `argument` for each keyword in an attribute's list. `argument` reads what follows the keyword.
pub(crate) fn each(
    attribute: &Attribute,
    errors: &mut Errors,
    mut argument: impl FnMut(&Ident, ParseStream) -> Result<()>,
) {
    if !matches!(attribute.meta, Meta::List(_)) {
        errors.add(attribute, "the attribute is empty; write a list in parentheses after its name");
        return;
    }
    let read = attribute.parse_args_with(|input: ParseStream| {
        each_of(input, errors, &mut argument);
        Ok(())
    });
    errors.keep(read);
}

/// Calls `argument` for each keyword in the rest of a list. After a mistake it continues after the next comma.
pub(crate) fn each_of(
    input: ParseStream,
    errors: &mut Errors,
    mut argument: impl FnMut(&Ident, ParseStream) -> Result<()>,
) {
    while !input.is_empty() {
        let read = match input.call(Ident::parse_any) {
            Ok(word) => argument(&word, input).and_then(|()| end_of_argument(&word, input)),
            Err(wrong) => {
                Err(syn::Error::new(wrong.span(), "expected a keyword of the attribute; SQL names come after `=`"))
            }
        };
        errors.keep(read);
        skip_past_comma(input);
    }
}

/// Stores the value of a keyword, unless the keyword occurred before.
pub(crate) fn once<T>(place: &mut Option<T>, word: &Ident, said: Result<T>) -> Result<()> {
    let said = said?;
    if place.replace(said).is_some() {
        return Err(error(word, format!("`{word}` occurs twice; remove one of the two")));
    }
    Ok(())
}

/// Reads `= value`.
pub(crate) fn value<T: Parse>(word: &Ident, input: ParseStream, example: &str) -> Result<T> {
    let value = input.parse::<Token![=]>().and_then(|_| input.parse());
    value.map_err(|wrong: syn::Error| {
        syn::Error::new(wrong.span(), format!("`{word}` takes a value; write `{word} = {example}`"))
    })
}

/// Reads `= "name in SQL"`.
pub(crate) fn sql_name(word: &Ident, input: ParseStream) -> Result<LitStr> {
    if let Some(name) = bare_after_equals(input) {
        return Err(error(&name, format!("`{word}` takes an SQL name, in quotes; write `{word} = \"{name}\"`")));
    }
    let name: LitStr = value(word, input, "\"name\"")?;
    possible(name)
}

/// Reads `= "SQL"`.
pub(crate) fn sql_text(word: &Ident, input: ParseStream, example: &str) -> Result<LitStr> {
    not_blank(value(word, input, example)?)
}

/// Refuses a text without any SQL.
pub(crate) fn not_blank(sql: LitStr) -> Result<LitStr> {
    if sql.value().trim().is_empty() {
        return Err(error(sql, "there is no SQL between the quotes; write an expression"));
    }
    without_nul(sql)
}

/// Refuses a text that no database accepts.
pub(crate) fn without_nul(text: LitStr) -> Result<LitStr> {
    if text.value().contains('\0') {
        return Err(error(text, "no database accepts a statement with a NUL in it; leave out `\\0`"));
    }
    Ok(text)
}

/// Reads `= name`.
pub(crate) fn rust_name(word: &Ident, input: ParseStream) -> Result<Ident> {
    value::<RustNames>(word, input, "name")?.single(word)
}

/// The name of something that is generated, or the request not to generate it.
pub(crate) enum Name {
    None,
    Is(Ident),
}

impl Name {
    /// Returns the name, if the user did not write `none`.
    pub(crate) fn into_ident(self) -> Option<Ident> {
        match self {
            Name::None => None,
            Name::Is(name) => Some(name),
        }
    }
}

/// Reads `= name` or `= none`.
pub(crate) fn name_or_none(word: &Ident, input: ParseStream) -> Result<Name> {
    let name = no_keyword(rust_name(word, input)?)?;
    Ok(if name == word::NONE { Name::None } else { Name::Is(name) })
}

/// Reads `= name` of the type of rows with relations, which cannot be left out.
pub(crate) fn loaded_name(word: &Ident, input: ParseStream) -> Result<Ident> {
    name_or_none(word, input)?.into_ident().ok_or_else(|| {
        error(word, "the type of rows with relations cannot be left out; write a name, as in `loaded = Full`")
    })
}

/// Refuses a name that no Rust item can have.
pub(crate) fn no_keyword(name: Ident) -> Result<Ident> {
    if syn::parse2::<Ident>(name.to_token_stream()).is_ok() {
        return Ok(name);
    }
    // `r#Self` is not a name either.
    let raw = Some(format!("r#{name}")).filter(|raw| syn::parse_str::<Ident>(raw).is_ok());
    let instead = raw.map_or_else(|| "another name".to_owned(), |raw| format!("`{raw}`, or another name"));
    Err(error(&name, format!("`{name}` is a keyword of Rust; write {instead}")))
}

/// Reads `= name` or `= (a, b)`.
pub(crate) fn rust_names(word: &Ident, input: ParseStream) -> Result<Vec<Ident>> {
    value::<RustNames>(word, input, "field")?.several(word)
}

/// Reads `(a, b)`.
pub(crate) fn field_list(word: &Ident, input: ParseStream) -> Result<Vec<Ident>> {
    if !input.peek(token::Paren) {
        return Err(error(
            word,
            format!("on a struct `{word}` lists fields; write `{word}(a, b)`, or `#[model({word})]` on a field"),
        ));
    }
    if let Some(item) = first_other_than_a_name(&input.fork())? {
        input.parse::<TokenTree>()?;
        return Err(no_field(word, item));
    }
    let names: RustNames = input.parse()?;
    let names = names.several(word)?;
    if names.is_empty() {
        return Err(error(word, format!("`{word}` lists no field; write `{word}(a, b)`")));
    }
    Ok(names)
}

/// Creates the error for what is not a field in the list of a key or an index.
fn no_field(word: &Ident, item: TokenStream) -> syn::Error {
    if word == word::PRIMARY_KEY {
        return error(item, "this is not the name of a field; write the names alone, as in `primary_key(a, b)`");
    }
    more_than_fields(item)
}

/// Creates the error for an expression or a direction of an index, and for a condition in another place.
pub(crate) fn more_than_fields(at: impl ToTokens) -> syn::Error {
    error(
        at,
        "an index of a model has fields and perhaps a condition; write `unique(a, b, where = \"..\")` on the struct, and an index with an expression or a direction in a migration: `CREATE [UNIQUE] INDEX .. ON .. (..)`",
    )
}

/// The names of one side of a join: fields or quoted columns. The join decides which of the two it accepts.
pub(crate) enum Side {
    Rust(Vec<Ident>),
    Sql(Vec<LitStr>),
}

/// Reads `= name`, `= (a, b)`, `= "name"` or `= ("a", "b")`.
pub(crate) fn side(word: &Ident, input: ParseStream) -> Result<Side> {
    let RustNames { bare, quoted } = value(word, input, "field")?;
    match (bare.is_empty(), quoted.into_iter().map(possible).collect::<Result<Vec<_>>>()?) {
        (false, quoted) if quoted.is_empty() => Ok(Side::Rust(bare)),
        (true, quoted) if !quoted.is_empty() => Ok(Side::Sql(quoted)),
        _ => Err(error(word, format!("`{word}` takes one field or several of one kind; write `{word} = (a, b)`"))),
    }
}

/// Reads `= some::path`.
pub(crate) fn crate_path(word: &Ident, input: ParseStream) -> Result<Path> {
    let ModStyle(path) = value(word, input, "path::to::orm")?;
    // syn accepts `Self` as a module, and `use` does not.
    match path.segments.iter().find(|segment| segment.ident == "Self") {
        Some(segment) => Err(error(segment, "`Self` is a type; write the path of a crate or of a module")),
        None => Ok(path),
    }
}

/// Returns `::orm`, the path that is used without `crate`.
pub(crate) fn default_crate() -> Path {
    let orm = Ident::new("orm", Span::call_site());
    syn::parse_quote!(::#orm)
}

/// Creates the error for a keyword that an attribute does not have.
pub(crate) fn unknown(word: &Ident, place: &str, known: &[&str]) -> syn::Error {
    let valid = list(known);
    match nearest(&word.unraw().to_string(), known.iter().copied()) {
        Some(near) => error(word, format!("{place} has no `{word}`; did you mean `{near}`? it has {valid}")),
        None => error(word, format!("{place} has no `{word}`; it has {valid}")),
    }
}

/// One name, or several in parentheses. Quoted names are kept, so that the error message can show what to write.
struct RustNames {
    bare: Vec<Ident>,
    quoted: Vec<LitStr>,
}

impl RustNames {
    fn single(self, word: &Ident) -> Result<Ident> {
        let mut names = self.several(word)?.into_iter();
        match (names.next(), names.next()) {
            (Some(name), None) => Ok(name),
            _ => Err(error(word, format!("`{word}` takes one name; write `{word} = name`"))),
        }
    }

    fn several(self, word: &Ident) -> Result<Vec<Ident>> {
        match self.quoted.first() {
            Some(name) => {
                let bare = name.value();
                Err(error(name, format!("`{word}` takes Rust names, not strings; write `{bare}` without quotes")))
            }
            None => Ok(self.bare),
        }
    }

    fn one(&mut self, input: ParseStream) -> Result<()> {
        if input.peek(LitStr) {
            self.quoted.push(input.parse()?);
        } else {
            self.bare.push(input.call(Ident::parse_any)?);
        }
        Ok(())
    }
}

impl Parse for RustNames {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut names = RustNames { bare: Vec::new(), quoted: Vec::new() };
        if !input.peek(token::Paren) {
            names.one(input)?;
            return Ok(names);
        }
        let list;
        parenthesized!(list in input);
        while !list.is_empty() {
            names.one(&list)?;
            if !list.is_empty() {
                list.parse::<Token![,]>()?;
            }
        }
        Ok(names)
    }
}

/// A path as `use` accepts it, in which keywords count as names.
struct ModStyle(Path);

impl Parse for ModStyle {
    fn parse(input: ParseStream) -> Result<Self> {
        input.call(Path::parse_mod_style).map(ModStyle)
    }
}

/// Returns the first item of a list in parentheses that is neither a name nor a name in quotes.
fn first_other_than_a_name(input: ParseStream) -> Result<Option<TokenStream>> {
    let list: Group = input.parse()?;
    let tokens: Vec<TokenTree> = list.stream().into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
    let mut items = tokens.split(is_comma).filter(|item| !item.is_empty());
    Ok(items.find(|item| !is_name(item)).map(|item| item.iter().cloned().collect()))
}

fn is_name(item: &[TokenTree]) -> bool {
    match item {
        [TokenTree::Ident(_)] => true,
        [TokenTree::Literal(quoted)] => {
            syn::parse2::<LitStr>(quoted.into_token_stream()).is_ok_and(|name| name.parse::<Ident>().is_ok())
        }
        _ => false,
    }
}

/// Returns the name in `= students`, where the quotes are missing.
fn bare_after_equals(input: ParseStream) -> Option<Ident> {
    let ahead = input.fork();
    ahead.parse::<Token![=]>().ok()?;
    ahead.call(Ident::parse_any).ok()
}

fn possible(name: LitStr) -> Result<LitStr> {
    if name.value().is_empty() {
        return Err(error(name, "a name of SQL has at least one letter; write the name between the quotes"));
    }
    if name.value().contains('\0') {
        return Err(error(name, "no database accepts a name with a NUL in it; leave out `\\0`"));
    }
    Ok(name)
}

fn end_of_argument(word: &Ident, input: ParseStream) -> Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(input.error(format!("`{word}` ends before this; write a comma between words")))
}

fn skip_past_comma(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // Parsing a token tree cannot fail where the input is not empty.
        let _ = input.parse::<TokenTree>();
    }
    let _ = input.parse::<Option<Token![,]>>();
}
