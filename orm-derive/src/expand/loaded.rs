//! `StudentLoaded`: a row whose type says which relations it holds.
//!
//! One type parameter for each relation, and one for named slots. The parameters are named after the relations, so that
//! the documentation and rustc's messages read well.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;

use crate::model::{Model, Relation};
use crate::names;

/// The struct, its methods and the trait that names its relations.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let loaded = Loaded::new(model);
    let definition = loaded.definition();
    let deref = loaded.deref();
    let methods = loaded.methods();
    let relations = loaded.relations_trait();
    let attach = loaded.attach();
    let traits = [loaded.clone_impl(), loaded.debug(), loaded.partial_eq(), loaded.serialize()];
    quote! {
        #definition
        #deref
        #methods
        #relations
        #attach
        #(#traits)*
    }
}

/// The names that all parts share.
struct Loaded<'a> {
    model: &'a Model,
    private: TokenStream,
    name: Ident,
    /// The fields, named as the relations are.
    fields: Vec<&'a Ident>,
    /// The type parameters: `Courses`, `Department`.
    states: Vec<Ident>,
}

impl<'a> Loaded<'a> {
    fn new(model: &'a Model) -> Self {
        Loaded {
            model,
            private: model.private(),
            name: name(model),
            fields: model.relations.iter().map(|relation| &relation.name).collect(),
            states: model.relations.iter().map(|relation| state(model, relation)).collect(),
        }
    }

    fn definition(&self) -> TokenStream {
        let Loaded { model: Model { krate, vis, ident, .. }, name, fields, states, .. } = self;
        let doc = format!(" A `{}` with the relations that its query loaded.", self.model.name());
        quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            #vis struct #name<#(#states = #krate::NotLoaded,)* Named = ()> {
                __row: #ident,
                #(#fields: #states,)*
                __named: Named,
            }
        }
    }

    fn deref(&self) -> TokenStream {
        let Loaded { model: Model { ident, .. }, name, states, .. } = self;
        quote! {
            #[automatically_derived]
            impl<#(#states,)* Named> ::core::ops::Deref for #name<#(#states,)* Named> {
                type Target = #ident;
                fn deref(&self) -> &#ident {
                    &self.__row
                }
            }
        }
    }

    fn methods(&self) -> TokenStream {
        let Loaded { model: Model { krate, vis, ident, .. }, private, name, fields, states, .. } = self;
        let docs =
            self.model.relations.iter().map(|relation| format!(" What the relation `{}` loaded.", relation.text()));
        let into_inner = format!(" The `{}` alone.", self.model.name());
        quote! {
            #[automatically_derived]
            #[allow(dead_code)]
            impl<#(#states,)* Named> #name<#(#states,)* Named> {
                #(
                    #[doc = #docs]
                    #[must_use]
                    #vis fn #fields(&self) -> &#states where #states: #krate::IsLoaded {
                        &self.#fields
                    }
                )*
                /// What was loaded under a name.
                #[must_use]
                #vis fn named<__Name, __Index>(&self, _name: __Name) -> &<Named as #private::Get<__Name, __Index>>::Out
                where
                    Named: #private::Get<__Name, __Index>,
                {
                    #private::Get::<__Name, __Index>::get(&self.__named)
                }
                #[doc = #into_inner]
                #[must_use]
                #vis fn into_inner(self) -> #ident {
                    self.__row
                }
            }
        }
    }

    /// `fn card(student: &impl StudentRelations<Courses = Many<Course>>)`: a row that holds at least this.
    fn relations_trait(&self) -> TokenStream {
        if self.fields.is_empty() {
            return TokenStream::new();
        }
        let Loaded { model: Model { krate, vis, ident, .. }, name, fields, states, .. } = self;
        let relations = format_ident!("{}Relations", ident.unraw(), span = ident.span());
        let model = self.model.name();
        let doc = format!(" A `{model}` with relations, to name in a signature those that a function reads.");
        let of_states =
            self.model.relations.iter().map(|relation| format!(" The state of the relation `{}`.", relation.text()));
        let of_methods =
            self.model.relations.iter().map(|relation| format!(" What the relation `{}` loaded.", relation.text()));
        quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            #vis trait #relations: ::core::ops::Deref<Target = #ident> {
                #(#[doc = #of_states] type #states;)*
                #(#[doc = #of_methods] fn #fields(&self) -> &Self::#states where Self::#states: #krate::IsLoaded;)*
            }
            #[automatically_derived]
            impl<#(#states,)* Named> #relations for #name<#(#states,)* Named> {
                #(type #states = #states;)*
                #(fn #fields(&self) -> &#states where #states: #krate::IsLoaded { &self.#fields })*
            }
        }
    }

    /// How the rows of a query take in one state after the other.
    fn attach(&self) -> TokenStream {
        let Loaded { model: Model { ident, .. }, private, name, fields, states, .. } = self;
        let to_row = (0..fields.len()).map(|at| self.attach_to_row(at));
        let to_loaded = (0..fields.len()).map(|at| self.attach_to_loaded(at));
        let not_loaded = self.not_loaded();
        let named_to_row = self.attach_impl(
            &quote!(__Name, __State),
            &quote!(#private::Slot<__Name>, __State),
            &quote!(#ident),
            &quote!(#name<#(#not_loaded,)* #private::Extra<__Name, __State, ()>>),
            &quote!(#name { __row: self, #(#fields: #not_loaded,)* __named: #private::Extra::new(state, ()) }),
        );
        let named_to_loaded = self.attach_impl(
            &quote!(#(#states,)* Named, __Name, __State),
            &quote!(#private::Slot<__Name>, __State),
            &quote!(#name<#(#states,)* Named>),
            &quote!(#name<#(#states,)* #private::Extra<__Name, __State, Named>>),
            &quote! {
                #name { __row: self.__row, #(#fields: self.#fields,)* __named: #private::Extra::new(state, self.__named) }
            },
        );
        let once = fields.is_empty().then(|| self.attach_once(&TokenStream::new(), &quote!(#ident)));
        let loaded_once = self.attach_once(&quote!(#(#states,)* Named), &quote!(#name<#(#states,)* Named>));
        quote! {
            #(#to_row)*
            #named_to_row
            #once
            #(#to_loaded)*
            #named_to_loaded
            #loaded_once
        }
    }

    fn attach_to_row(&self, at: usize) -> TokenStream {
        let Loaded { model: Model { krate, ident, .. }, name, fields, .. } = self;
        let slot = self.slot(at);
        let (mut types, mut values) = (self.not_loaded(), self.not_loaded());
        types[at] = quote!(__State);
        values[at] = quote!(state);
        self.attach_impl(
            &quote!(__State: #krate::IsLoaded),
            &quote!(#slot, __State),
            &quote!(#ident),
            &quote!(#name<#(#types,)* ()>),
            &quote!(#name { __row: self, #(#fields: #values,)* __named: () }),
        )
    }

    fn attach_to_loaded(&self, at: usize) -> TokenStream {
        let Loaded { model: Model { krate, .. }, name, fields, states, .. } = self;
        let slot = self.slot(at);
        let tokens = |state: &Ident| quote!(#state);
        let others: Vec<TokenStream> = except(states, at).map(tokens).collect();
        let mut before: Vec<TokenStream> = states.iter().map(tokens).collect();
        let mut after = before.clone();
        let mut values: Vec<TokenStream> = fields.iter().map(|field| quote!(self.#field)).collect();
        before[at] = quote!(#krate::NotLoaded);
        after[at] = quote!(__State);
        values[at] = quote!(state);
        self.attach_impl(
            &quote!(#(#others,)* Named, __State: #krate::IsLoaded),
            &quote!(#slot, __State),
            &quote!(#name<#(#before,)* Named>),
            &quote!(#name<#(#after,)* Named>),
            &quote!(#name { __row: self.__row, #(#fields: #values,)* __named: self.__named }),
        )
    }

    /// A second implementation beside a single one, which rustc would commit to; its message would then be about the
    /// slot instead of the relation that is prefetched twice.
    fn attach_once(&self, generics: &TokenStream, row: &TokenStream) -> TokenStream {
        let private = &self.private;
        let once = quote!(#private::AttachOnce, #private::AttachOnce);
        let body = quote!({
            let _ = state;
            self
        });
        let state = quote!(#private::AttachOnce);
        self.attach_with(generics, &once, row, row, &state, &body)
    }

    fn attach_impl(
        &self,
        generics: &TokenStream,
        slot_and_state: &TokenStream,
        row: &TokenStream,
        out: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        self.attach_with(generics, slot_and_state, row, out, &quote!(__State), body)
    }

    fn attach_with(
        &self,
        generics: &TokenStream,
        slot_and_state: &TokenStream,
        row: &TokenStream,
        out: &TokenStream,
        state: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let private = &self.private;
        quote! {
            #[automatically_derived]
            impl<#generics> #private::Attach<#slot_and_state> for #row {
                type Out = #out;
                fn attach(self, state: #state) -> Self::Out {
                    #body
                }
            }
        }
    }

    fn clone_impl(&self) -> TokenStream {
        let Loaded { model: Model { ident, .. }, name, fields, states, .. } = self;
        quote! {
            #[automatically_derived]
            impl<#(#states: ::core::clone::Clone,)* Named: ::core::clone::Clone> ::core::clone::Clone
                for #name<#(#states,)* Named>
            where
                for<'__row> #ident: ::core::clone::Clone,
            {
                fn clone(&self) -> Self {
                    #name {
                        __row: ::core::clone::Clone::clone(&self.__row),
                        #(#fields: ::core::clone::Clone::clone(&self.#fields),)*
                        __named: ::core::clone::Clone::clone(&self.__named),
                    }
                }
            }
        }
    }

    fn debug(&self) -> TokenStream {
        let Loaded { model: Model { ident, .. }, name, fields, states, .. } = self;
        let title = name.to_string();
        let texts = self.model.relations.iter().map(Relation::text);
        quote! {
            #[automatically_derived]
            impl<#(#states: ::core::fmt::Debug,)* Named: ::core::fmt::Debug> ::core::fmt::Debug
                for #name<#(#states,)* Named>
            where
                for<'__row> #ident: ::core::fmt::Debug,
            {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#title)
                        .field("row", &self.__row)
                        #(.field(#texts, &self.#fields))*
                        .field("named", &self.__named)
                        .finish()
                }
            }
        }
    }

    fn partial_eq(&self) -> TokenStream {
        let Loaded { model: Model { ident, .. }, name, fields, states, .. } = self;
        quote! {
            #[automatically_derived]
            impl<#(#states: ::core::cmp::PartialEq,)* Named: ::core::cmp::PartialEq> ::core::cmp::PartialEq
                for #name<#(#states,)* Named>
            where
                for<'__row> #ident: ::core::cmp::PartialEq,
            {
                fn eq(&self, other: &Self) -> bool {
                    self.__row == other.__row #(&& self.#fields == other.#fields)* && self.__named == other.__named
                }
            }
        }
    }

    fn serialize(&self) -> TokenStream {
        let Loaded { model: Model { ident, .. }, private, name, fields, states, .. } = self;
        let texts = self.model.relations.iter().map(Relation::text);
        quote! {
            #[automatically_derived]
            impl<#(#states: #private::SerializeEntry,)* Named: #private::SerializeEntry> #private::serde::Serialize
                for #name<#(#states,)* Named>
            where
                for<'__row> #ident: #private::serde::Serialize,
            {
                fn serialize<__S: #private::serde::Serializer>(
                    &self,
                    serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    #private::serialize_loaded(serializer, &self.__row, |map| {
                        #(#private::SerializeEntry::serialize_entry(&self.#fields, #texts, map)?;)*
                        #private::SerializeEntry::serialize_entry(&self.__named, "", map)
                    })
                }
            }
        }
    }

    /// `At<Student, 0>`
    fn slot(&self, at: usize) -> TokenStream {
        let (private, ident, at) = (&self.private, &self.model.ident, Literal::usize_unsuffixed(at));
        quote!(#private::At<#ident, #at>)
    }

    /// `NotLoaded` for each relation: the type as well as its value.
    fn not_loaded(&self) -> Vec<TokenStream> {
        let krate = &self.model.krate;
        vec![quote!(#krate::NotLoaded); self.fields.len()]
    }
}

fn name(model: &Model) -> Ident {
    format_ident!("{}Loaded", model.ident.unraw(), span = model.ident.span())
}

/// The type parameter of a relation: its name in Pascal case, unless that is the model's.
fn state(model: &Model, relation: &Relation) -> Ident {
    let name = names::pascal_case(&relation.text());
    let name = if name == model.name() { format!("{name}Relation") } else { name };
    Ident::new(&name, relation.name.span())
}

fn except<T>(list: &[T], position: usize) -> impl Iterator<Item = &T> {
    list.iter().enumerate().filter(move |(at, _)| *at != position).map(|(_, item)| item)
}
