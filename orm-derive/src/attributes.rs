//! The grammar that all attributes share: words with values, separated by commas. Names of Rust stand bare, names of
//! SQL in quotes.

use proc_macro2::{Ident, Span, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Meta, Path, Result, Token, parenthesized, token};

use crate::diagnostic::{Errors, error, list};
use crate::names::nearest;
use crate::symbol as word;

/// The attributes of a name.
pub(crate) fn called<'a>(name: &str, attributes: &'a [Attribute]) -> impl Iterator<Item = &'a Attribute> {
    attributes.iter().filter(move |attribute| attribute.path().is_ident(name))
}

/// Hands each word of an attribute's list to `argument`, which reads what follows the word.
pub(crate) fn each(
    attribute: &Attribute,
    errors: &mut Errors,
    mut argument: impl FnMut(&Ident, ParseStream) -> Result<()>,
) {
    if !matches!(attribute.meta, Meta::List(_)) {
        errors.add(attribute, "the attribute says nothing; write a list in parentheses after its name");
        return;
    }
    let read = attribute.parse_args_with(|input: ParseStream| {
        each_of(input, errors, &mut argument);
        Ok(())
    });
    errors.keep(read);
}

/// Hands each word that is left of a list to `argument`. After a mistake it goes on behind the next comma.
pub(crate) fn each_of(
    input: ParseStream,
    errors: &mut Errors,
    mut argument: impl FnMut(&Ident, ParseStream) -> Result<()>,
) {
    while !input.is_empty() {
        let read = match input.call(Ident::parse_any) {
            Ok(word) => argument(&word, input).and_then(|()| end_of_argument(&word, input)),
            Err(wrong) => {
                Err(syn::Error::new(wrong.span(), "expected a word of the attribute; SQL names come after `=`"))
            }
        };
        errors.keep(read);
        skip_past_comma(input);
    }
}

/// Stores what a word says, unless it was said before.
pub(crate) fn once<T>(place: &mut Option<T>, word: &Ident, said: Result<T>) -> Result<()> {
    let said = said?;
    if place.replace(said).is_some() {
        return Err(error(word, format!("`{word}` stands here twice; remove one of the two")));
    }
    Ok(())
}

/// `= value`
pub(crate) fn value<T: Parse>(word: &Ident, input: ParseStream, example: &str) -> Result<T> {
    let value = input.parse::<Token![=]>().and_then(|_| input.parse());
    value.map_err(|wrong: syn::Error| {
        syn::Error::new(wrong.span(), format!("`{word}` takes a value; write `{word} = {example}`"))
    })
}

/// `= "name in SQL"`
pub(crate) fn sql_name(word: &Ident, input: ParseStream) -> Result<LitStr> {
    if let Some(name) = bare_after_equals(input) {
        return Err(error(
            &name,
            format!("`{word}` takes a name of SQL, which is quoted; write `{word} = \"{name}\"`"),
        ));
    }
    let name: LitStr = value(word, input, "\"name\"")?;
    possible(name)
}

/// `= name`
pub(crate) fn rust_name(word: &Ident, input: ParseStream) -> Result<Ident> {
    value::<RustNames>(word, input, "name")?.single(word)
}

/// The name of something that is generated, or the wish that it is not.
pub(crate) enum Name {
    None,
    Is(Ident),
}

impl Name {
    /// The name, if there is one.
    pub(crate) fn into_ident(self) -> Option<Ident> {
        match self {
            Name::None => None,
            Name::Is(name) => Some(name),
        }
    }
}

/// `= name` or `= none`
pub(crate) fn name_or_none(word: &Ident, input: ParseStream) -> Result<Name> {
    let name = no_keyword(rust_name(word, input)?)?;
    Ok(if name == word::NONE { Name::None } else { Name::Is(name) })
}

/// `= name` of the type of rows with relations, which there is always.
pub(crate) fn loaded_name(word: &Ident, input: ParseStream) -> Result<Ident> {
    name_or_none(word, input)?.into_ident().ok_or_else(|| {
        error(word, "the type of rows with relations cannot be left out; write a name, as in `loaded = Full`")
    })
}

/// A name that an item of Rust can have.
pub(crate) fn no_keyword(name: Ident) -> Result<Ident> {
    if syn::parse2::<Ident>(name.to_token_stream()).is_ok() {
        return Ok(name);
    }
    // `r#Self` is no name either.
    let raw = Some(format!("r#{name}")).filter(|raw| syn::parse_str::<Ident>(raw).is_ok());
    let instead = raw.map_or_else(|| "another name".to_owned(), |raw| format!("`{raw}`, or another name"));
    Err(error(&name, format!("`{name}` is a keyword of Rust; write {instead}")))
}

/// `= name` or `= (a, b)`
pub(crate) fn rust_names(word: &Ident, input: ParseStream) -> Result<Vec<Ident>> {
    value::<RustNames>(word, input, "field")?.several(word)
}

/// `(a, b)`
pub(crate) fn field_list(word: &Ident, input: ParseStream) -> Result<Vec<Ident>> {
    if !input.peek(token::Paren) {
        return Err(error(
            word,
            format!("on a struct `{word}` lists fields; write `{word}(a, b)`, or `#[model({word})]` on a field"),
        ));
    }
    let names: RustNames = input.parse()?;
    let names = names.several(word)?;
    if names.is_empty() {
        return Err(error(word, format!("`{word}` lists no field; write `{word}(a, b)`")));
    }
    Ok(names)
}

/// The words or quoted names of a side of a join: which of the two, its table decides.
pub(crate) enum Side {
    Rust(Vec<Ident>),
    Sql(Vec<LitStr>),
}

/// `= name`, `= (a, b)`, `= "name"` or `= ("a", "b")`
pub(crate) fn side(word: &Ident, input: ParseStream) -> Result<Side> {
    let RustNames { bare, quoted } = value(word, input, "field")?;
    match (bare.is_empty(), quoted.into_iter().map(possible).collect::<Result<Vec<_>>>()?) {
        (false, quoted) if quoted.is_empty() => Ok(Side::Rust(bare)),
        (true, quoted) if !quoted.is_empty() => Ok(Side::Sql(quoted)),
        _ => Err(error(word, format!("`{word}` takes one field or several of one kind; write `{word} = (a, b)`"))),
    }
}

/// `= some::path`
pub(crate) fn crate_path(word: &Ident, input: ParseStream) -> Result<Path> {
    let ModStyle(path) = value(word, input, "path::to::orm")?;
    // syn takes `Self` for a module, and `use` does not.
    match path.segments.iter().find(|segment| segment.ident == "Self") {
        Some(segment) => Err(error(segment, "`Self` is a type; write the path of a crate or of a module")),
        None => Ok(path),
    }
}

/// `::orm`, unless `crate` says otherwise.
pub(crate) fn default_crate() -> Path {
    let orm = Ident::new("orm", Span::call_site());
    syn::parse_quote!(::#orm)
}

/// The error for a word that an attribute does not know.
pub(crate) fn unknown(word: &Ident, place: &str, known: &[&str]) -> syn::Error {
    let valid = list(known);
    match nearest(&word.unraw().to_string(), known.iter().copied()) {
        Some(near) => error(word, format!("{place} knows no `{word}`; did you mean `{near}`? it knows {valid}")),
        None => error(word, format!("{place} knows no `{word}`; it knows {valid}")),
    }
}

/// A name or several in parentheses; quoted ones are kept, so that the message about them can say what to write.
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
                Err(error(
                    name,
                    format!("`{word}` takes names of Rust, which stand bare; write `{bare}` without quotes"),
                ))
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

/// A path such as `use` takes, where keywords count as names.
struct ModStyle(Path);

impl Parse for ModStyle {
    fn parse(input: ParseStream) -> Result<Self> {
        input.call(Path::parse_mod_style).map(ModStyle)
    }
}

/// The name in `= students`, where quotes were forgotten.
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
        return Err(error(name, "no database takes a name with a NUL in it; leave out `\\0`"));
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
        // A token tree cannot fail to parse where the input is not empty.
        let _ = input.parse::<TokenTree>();
    }
    let _ = input.parse::<Option<Token![,]>>();
}
