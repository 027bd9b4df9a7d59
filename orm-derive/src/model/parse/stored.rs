//! `stored`: the form in which a field's values are stored, where the database has no type for them.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{LitInt, LitStr, Result, Token, parenthesized, token};

use crate::attributes::{once, unknown};
use crate::diagnostic::{error, list};
use crate::model::definition::Stored;
use crate::symbol as word;

/// Reads `= unix_seconds`.
pub(super) fn on_field(word: &Ident, input: ParseStream) -> Result<Stored> {
    let equals = input.parse::<Token![=]>();
    equals.map_err(|_| error(word, "on a field `stored` names one form; write `stored = unix_seconds`"))?;
    form(input)
}

/// Reads `(iso8601, hyphenated)`.
pub(super) fn on_struct(word: &Ident, input: ParseStream) -> Result<Vec<Stored>> {
    if !input.peek(token::Paren) {
        return Err(error(word, "on a struct `stored` lists forms; write `stored(unix_seconds, hyphenated)`"));
    }
    let inside;
    parenthesized!(inside in input);
    let forms = inside.parse_terminated(form, Token![,])?;
    if forms.is_empty() {
        return Err(error(word, "`stored` lists no form; write `stored(unix_seconds, hyphenated)`"));
    }
    Ok(forms.into_iter().collect())
}

/// Reads `unix_seconds`, or `iso8601(fraction = 3, offset = "Z")`.
fn form(input: ParseStream) -> Result<Stored> {
    let name = input.call(Ident::parse_any)?;
    let form = match name.to_string().as_str() {
        word::NATIVE => alone(&name, input, quote!(Native))?,
        word::SQLITE => text(&name, input, &quote!(SQLITE))?,
        word::ISO8601 => text(&name, input, &quote!(ISO))?,
        word::UNIX_SECONDS => unix(&name, input, &quote!(Seconds))?,
        word::UNIX_MILLISECONDS => unix(&name, input, &quote!(Milliseconds))?,
        word::UNIX_MICROSECONDS => unix(&name, input, &quote!(Microseconds))?,
        word::JULIAN_DAY => alone(&name, input, quote!(JulianDay))?,
        word::HYPHENATED => uuid(&name, input, &quote!(Hyphenated), &quote!(HyphenatedUpper))?,
        word::SIMPLE => uuid(&name, input, &quote!(Simple), &quote!(SimpleUpper))?,
        word::BRACED => uuid(&name, input, &quote!(Braced), &quote!(BracedUpper))?,
        word::T_F => alone(&name, input, quote!(Words { yes: "t", no: "f" }))?,
        word::TRUE_FALSE => alone(&name, input, quote!(Words { yes: "true", no: "false" }))?,
        word::Y_N => alone(&name, input, quote!(Words { yes: "Y", no: "N" }))?,
        word::WORDS => words(&name, input)?,
        word::NUMERIC => alone(&name, input, quote!(Numeric))?,
        word::FIXED => scaled(&name, input, &quote!(Fixed))?,
        word::MINOR_UNITS => scaled(&name, input, &quote!(MinorUnits))?,
        word::MIXED => alone(&name, input, quote!(Mixed))?,
        _ => return Err(unknown(&name, "`stored`", word::FORMS)),
    };
    Ok(Stored { form: quote!(__orm::Form::#form), name })
}

fn alone(name: &Ident, input: ParseStream, form: TokenStream) -> Result<TokenStream> {
    if input.peek(token::Paren) {
        return Err(error(name, format!("`{name}` takes no options; write only `{name}`")));
    }
    Ok(form)
}

/// Reads `sqlite(fraction = 6, offset = "+00:00")`.
fn text(name: &Ident, input: ParseStream, form: &TokenStream) -> Result<TokenStream> {
    let (mut fraction, mut offset, mut dated) = (None, None, None);
    options(input, |word, input| match word.to_string().as_str() {
        word::FRACTION => once(&mut fraction, word, fraction_after(word, input)),
        word::OFFSET => once(&mut offset, word, offset_after(word, input)),
        word::DATED => once(&mut dated, word, Ok(())),
        _ => Err(unknown(word, &format!("`{name}`"), word::OF_TIME)),
    })?;
    let fraction = fraction.map(|fraction| quote!(.fraction(__orm::Fraction::#fraction)));
    let offset = offset.map(|offset| quote!(.offset(__orm::Offset::#offset)));
    let dated = dated.map(|()| quote!(.dated()));
    Ok(quote!(Text(__orm::TextForm::#form #fraction #offset #dated)))
}

/// Reads `= 3`, `= none` or `= optional(6)`.
fn fraction_after(word: &Ident, input: ParseStream) -> Result<TokenStream> {
    let refused = || {
        let words = list(word::FRACTIONS);
        error(word, format!("`fraction` takes a number of digits from 1 to 9, or one of {words}; write `fraction = 3`"))
    };
    input.parse::<Token![=]>().map_err(|_| refused())?;
    if input.peek(LitInt) {
        let digits = digits(input, 9).map_err(|_| refused())?;
        return Ok(quote!(Exactly(#digits)));
    }
    let kind = input.call(Ident::parse_any).map_err(|_| refused())?;
    let several = match kind.to_string().as_str() {
        word::NONE => return Ok(quote!(None)),
        word::SHORTEST => return Ok(quote!(Shortest)),
        word::AUTO_SI => return Ok(quote!(AutoSi)),
        word::OPTIONAL => quote!(Optional),
        word::AT_LEAST => quote!(AtLeast),
        _ => return Err(refused()),
    };
    let inside = in_parentheses(input).map_err(|_| refused())?;
    let digits = syn::parse::Parser::parse2(|input: ParseStream| digits(input, 9), inside).map_err(|_| refused())?;
    Ok(quote!(#several(#digits)))
}

/// Reads `= "Z"` or `= none`.
fn offset_after(word: &Ident, input: ParseStream) -> Result<TokenStream> {
    let refused = || {
        error(word, "`offset` is `none`, or a string that means UTC; write `offset = \"Z\"` or `offset = \"+00:00\"`")
    };
    input.parse::<Token![=]>().map_err(|_| refused())?;
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        return match text.value().as_str() {
            "Z" | "+00:00" | " Z" | " +00:00" => Ok(quote!(Utc(#text))),
            _ => Err(refused()),
        };
    }
    let none = input.call(Ident::parse_any).map_err(|_| refused())?;
    if none == word::NONE { Ok(quote!(None)) } else { Err(refused()) }
}

/// Reads `unix_seconds` or `unix_seconds(real)`.
fn unix(name: &Ident, input: ParseStream, unit: &TokenStream) -> Result<TokenStream> {
    let mut real = None;
    options(input, |word, _| match word.to_string().as_str() {
        word::REAL => once(&mut real, word, Ok(())),
        _ => Err(unknown(word, &format!("`{name}`"), &[word::REAL])),
    })?;
    let number = real.map_or(quote!(Integer), |()| quote!(Real));
    Ok(quote!(Unix(__orm::Unit::#unit, __orm::Number::#number)))
}

/// Reads `hyphenated` or `hyphenated(upper)`.
fn uuid(name: &Ident, input: ParseStream, lower: &TokenStream, upper: &TokenStream) -> Result<TokenStream> {
    let mut said = None;
    options(input, |word, _| match word.to_string().as_str() {
        word::UPPER => once(&mut said, word, Ok(())),
        _ => Err(unknown(word, &format!("`{name}`"), &[word::UPPER])),
    })?;
    let text = said.map_or(lower, |()| upper);
    Ok(quote!(Uuid(__orm::UuidText::#text)))
}

/// Reads `words("yes", "no")`.
fn words(name: &Ident, input: ParseStream) -> Result<TokenStream> {
    let refused = || error(name, "`words` takes the strings for true and for false; write `words(\"yes\", \"no\")`");
    let inside = in_parentheses(input).map_err(|_| refused())?;
    let texts = syn::parse::Parser::parse2(syn::punctuated::Punctuated::<LitStr, Token![,]>::parse_terminated, inside);
    let texts: Vec<LitStr> = texts.map_err(|_| refused())?.into_iter().collect();
    match &texts[..] {
        [yes, no] if yes.value() != no.value() && !yes.value().contains('\0') && !no.value().contains('\0') => {
            Ok(quote!(Words { yes: #yes, no: #no }))
        }
        _ => Err(refused()),
    }
}

/// Reads `minor_units(2)`.
fn scaled(name: &Ident, input: ParseStream, form: &TokenStream) -> Result<TokenStream> {
    let refused =
        || error(name, format!("`{name}` takes the number of digits after the point, up to 18; write `{name}(2)`"));
    let inside = in_parentheses(input).map_err(|_| refused())?;
    let digits = syn::parse::Parser::parse2(|input: ParseStream| digits(input, 18), inside).map_err(|_| refused())?;
    Ok(quote!(#form(#digits)))
}

/// Reads a number of digits. The caller replaces the error with one that shows what to write.
fn digits(input: ParseStream, most: u8) -> Result<u8> {
    let number: LitInt = input.parse()?;
    let digits: u8 = number.base10_parse()?;
    if (1..=most).contains(&digits) { Ok(digits) } else { Err(input.error("")) }
}

fn in_parentheses(input: ParseStream) -> Result<TokenStream> {
    let inside;
    parenthesized!(inside in input);
    inside.parse()
}

/// Calls `option` for the keywords in parentheses, if there are any.
fn options(input: ParseStream, mut option: impl FnMut(&Ident, ParseStream) -> Result<()>) -> Result<()> {
    if !input.peek(token::Paren) {
        return Ok(());
    }
    let inside;
    parenthesized!(inside in input);
    let mut read = Ok(());
    while read.is_ok() && !inside.is_empty() {
        read = inside.call(Ident::parse_any).and_then(|word| option(&word, &inside));
        if read.is_ok() && !inside.is_empty() {
            read = inside.parse::<Token![,]>().map(|_| ());
        }
    }
    // The rest of the list after a mistake would cause a second error.
    inside.parse::<TokenStream>()?;
    read
}
