//! `StudentLoaded`: a row whose type says which relations it holds.
//!
//! One type parameter for each relation, and one for named slots. The parameters are named after the relations, so that
//! the documentation and rustc's messages read well.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;

use crate::model::{Model, Relation};
use crate::names;

/// The names that all parts share.
pub(crate) struct Loaded<'a> {
    model: &'a Model,
    name: Ident,
    /// The fields, named as the relations are.
    fields: Vec<&'a Ident>,
    /// The type parameters: `Courses`, `Department`.
    states: Vec<Ident>,
}

impl<'a> Loaded<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        Loaded {
            model,
            name: name(model),
            fields: model.relations.iter().map(|relation| &relation.name).collect(),
            states: model.relations.iter().map(|relation| state(model, relation)).collect(),
        }
    }

    /// The struct, and the trait that names its relations.
    pub(crate) fn items(&self) -> TokenStream {
        let definition = self.definition();
        let relations = self.relations_trait();
        quote!(#definition #relations)
    }

    /// What the struct can do.
    pub(crate) fn implementations(&self) -> TokenStream {
        let deref = self.deref();
        let methods = self.methods();
        let relations = self.relations_impl();
        let attach = self.attach();
        let traits = [self.clone_impl(), self.debug(), self.partial_eq(), self.serialize()];
        quote! {
            #deref
            #methods
            #relations
            #attach
            #(#traits)*
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
        let Loaded { model: Model { krate, vis, ident, .. }, name, fields, states, .. } = self;
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
                #vis fn named<__Name, __Index>(&self, _name: __Name) -> &<Named as __orm::Get<__Name, __Index>>::Out
                where
                    Named: __orm::Get<__Name, __Index>,
                {
                    __orm::Get::<__Name, __Index>::get(&self.__named)
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
        let Loaded { model: Model { krate, vis, ident, .. }, fields, states, .. } = self;
        let (relations, model) = (self.relations_name(), self.model.name());
        let doc = format!(" A `{model}` with relations, to name in a signature those that a function reads.");
        let of_states = self.docs("The state of the relation");
        let of_methods = self.docs("What the relation loaded:");
        quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            #vis trait #relations: ::core::ops::Deref<Target = #ident> {
                #(#[doc = #of_states] type #states;)*
                #(#[doc = #of_methods] fn #fields(&self) -> &Self::#states where Self::#states: #krate::IsLoaded;)*
            }
        }
    }

    fn relations_impl(&self) -> TokenStream {
        if self.fields.is_empty() {
            return TokenStream::new();
        }
        let Loaded { model: Model { krate, .. }, name, fields, states, .. } = self;
        let relations = self.relations_name();
        quote! {
            #[automatically_derived]
            impl<#(#states,)* Named> #relations for #name<#(#states,)* Named> {
                #(type #states = #states;)*
                #(fn #fields(&self) -> &#states where #states: #krate::IsLoaded { &self.#fields })*
            }
        }
    }

    fn relations_name(&self) -> Ident {
        let ident = &self.model.ident;
        format_ident!("{}Relations", ident.unraw(), span = ident.span())
    }

    /// A line of documentation for each relation.
    fn docs(&self, what: &str) -> Vec<String> {
        self.model.relations.iter().map(|relation| format!(" {what} `{}`.", relation.text())).collect()
    }

    /// How the rows of a query take in one state after the other. A row without any becomes a loaded one first.
    fn attach(&self) -> TokenStream {
        let Loaded { model: Model { krate, ident, .. }, name, fields, states, .. } = self;
        let to_loaded = (0..fields.len()).map(|at| self.attach_to_loaded(at));
        let not_loaded = vec![quote!(#krate::NotLoaded); fields.len()];
        let named_to_loaded = attach_impl(
            &quote!(#(#states,)* Named, __Name, __State),
            &quote!(__orm::Slot<__Name>),
            &quote!(#name<#(#states,)* Named>),
            &quote!(#name<#(#states,)* __orm::Extra<__Name, __State, Named>>),
            &quote! {
                #name { __row: self.__row, #(#fields: self.#fields,)* __named: __orm::Extra::new(state, self.__named) }
            },
        );
        quote! {
            impl<__Slot, __State> __orm::Attach<__Slot, __State> for #ident
            where
                #name: __orm::Attach<__Slot, __State>,
            {
                type Out = <#name as __orm::Attach<__Slot, __State>>::Out;
                fn attach(self, state: __State) -> Self::Out {
                    let row: #name = #name { __row: self, #(#fields: #not_loaded,)* __named: () };
                    __orm::Attach::attach(row, state)
                }
            }
            #(#to_loaded)*
            #named_to_loaded
            // A second implementation beside a single one, which rustc would commit to; its message would then be about
            // the slot instead of the relation that is prefetched twice.
            impl<#(#states,)* Named> __orm::Attach<__orm::AttachOnce, __orm::AttachOnce> for #name<#(#states,)* Named> {
                type Out = Self;
                fn attach(self, _: __orm::AttachOnce) -> Self {
                    self
                }
            }
        }
    }

    fn attach_to_loaded(&self, at: usize) -> TokenStream {
        let Loaded { model: Model { krate, ident, .. }, name, fields, states, .. } = self;
        let position = Literal::usize_unsuffixed(at);
        let others = except(states, at);
        let mut before: Vec<TokenStream> = states.iter().map(|state| quote!(#state)).collect();
        let mut after = before.clone();
        let mut values: Vec<TokenStream> = fields.iter().map(|field| quote!(self.#field)).collect();
        before[at] = quote!(#krate::NotLoaded);
        after[at] = quote!(__State);
        values[at] = quote!(state);
        attach_impl(
            &quote!(#(#others,)* Named, __State: #krate::IsLoaded),
            &quote!(__orm::At<#ident, #position>),
            &quote!(#name<#(#before,)* Named>),
            &quote!(#name<#(#after,)* Named>),
            &quote!(#name { __row: self.__row, #(#fields: #values,)* __named: self.__named }),
        )
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
        let Loaded { model: Model { ident, .. }, name, fields, states, .. } = self;
        let texts = self.model.relations.iter().map(Relation::text);
        quote! {
            #[automatically_derived]
            impl<#(#states: __orm::SerializeEntry,)* Named: __orm::SerializeEntry> __orm::serde::Serialize
                for #name<#(#states,)* Named>
            where
                for<'__row> #ident: __orm::serde::Serialize,
            {
                fn serialize<__S: __orm::serde::Serializer>(
                    &self,
                    serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    __orm::serialize_loaded(serializer, &self.__row, |map| {
                        #(__orm::SerializeEntry::serialize_entry(&self.#fields, #texts, map)?;)*
                        __orm::SerializeEntry::serialize_entry(&self.__named, "", map)
                    })
                }
            }
        }
    }
}

fn attach_impl(
    generics: &TokenStream,
    slot: &TokenStream,
    row: &TokenStream,
    out: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    quote! {
        impl<#generics> __orm::Attach<#slot, __State> for #row {
            type Out = #out;
            fn attach(self, state: __State) -> Self::Out {
                #body
            }
        }
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
